"""The interface for programs: what it tells, and what it keeps back."""

import json
from datetime import date, timedelta

import pytest
from django.utils import timezone

from articles import publishing
from articles.models import Edition
from missions import clearance
from missions.models import (
    Clearance,
    Contribution,
    Milestone,
    Source,
)
from tests import makers, released

pytestmark = pytest.mark.django_db
API = "/api/v1"


@pytest.fixture
def story(noon, editor):
    return released.record(noon, editor)


def test_a_mission_is_told_with_its_last_day_and_as_far_as_its_dates_are_known(ask, story):
    golan = ask("missions/undof")
    assert golan["names"] == {
        "kk": "БҰҰ күші", "ru": "Силы ООН", "en": "United Nations Disengagement Observer Force"
    }  # fmt: skip
    assert (golan["start"], golan["start_precision"], golan["end"], golan["end_precision"]) == (
        "1974-05-31", "day", "2030", "year"
    )  # fmt: skip
    assert golan["other_acronyms"] == ["FNUOD"] and golan["served"] is True and golan["is_un"] is True
    assert golan["host_countries"][0]["iso3"] == "SYR"
    assert golan["pages"]["ru"].endswith("/ru/missions/undof/")
    assert ask("missions/unosom-ii")["end"] == "1995-03"
    assert ask("missions/FNUOD") == ask("missions/UNDOF") == golan


def test_missions_are_filtered_by_day_kind_and_service(ask, story):
    def found(**query):
        return [mission["acronym"] for mission in ask("missions", **query)["items"]]

    assert found() == ["MNF-I", "UNDOF", "UNOSOM II"]
    assert found(as_of="1994-01-01") == ["UNDOF", "UNOSOM II"]
    assert found(as_of="1995-04-01") == ["UNDOF"]
    assert found(kind="coalition") == ["MNF-I"]
    assert found(served="true") == ["UNDOF"]
    assert found(served="false") == ["MNF-I", "UNOSOM II"]


def test_a_deployment_is_told_field_by_field_and_what_is_not_cleared_is_null(ask, story):
    (told,) = ask("missions/undof/deployments")["items"]
    assert told == {
        "mission": "UNDOF", "kind": "contingent", "rotation": 1, "start": "2024-03-15", "end": "2025-04-09",
        "unit": {"kk": "Бөлімше", "ru": "Часть", "en": "The Unit"}, "strength": 139, "is_small_group": False, "women": 7,
        "authorised_strength": None, "place": None,
        "source": {"title": "Contingent of 139", "publisher": "The Paper", "url": "https://paper.example/1"},
    }  # fmt: skip


def test_a_period_that_is_cleared_by_month_is_told_by_month_and_an_end_ahead_is_not_told(ask, noon, officer):
    golan = makers.golan_contingent(start=date(2024, 3, 15), end=date(2190, 1, 1), cleared=("kind",))
    clearance.clear(
        golan, "period", basis="official_release", by=officer, at=noon, coarseness=Clearance.Coarseness.MONTH
    )
    (told,) = ask("missions/undof/deployments")["items"]
    assert (told["start"], told["end"], told["strength"], told["source"]) == ("2024-03", None, None, None)


def test_a_small_group_is_named_as_one_and_its_number_is_not_told(ask):
    makers.golan_contingent(strength=3, women=1)
    (told,) = ask("missions/undof/deployments")["items"]
    assert told["is_small_group"] is True and told["strength"] is told["women"] is told["source"] is None


def test_contributions_are_told_of_one_measure_at_a_time(ask, story):
    rows = ask("contributions", contributor="KAZ")["items"]
    assert [(row["month"], row["total"]) for row in rows] == [
        ("2013-11-30", 12), ("2013-12-31", 12), ("2014-01-31", 12)
    ]  # fmt: skip
    assert {row["measure"] for row in rows} == {"month_end"}
    (mean,) = ask("contributions", measure="year_mean")["items"]
    assert mean["total"] == 11 and mean["men"] is None
    assert len(ask("contributions", **{"from": "2013-12-01", "to": "2013-12-31"})["items"]) == 2
    assert len(ask("contributions", mission="FNUOD", personnel_type="troops")["items"]) == 6
    assert ask("contributions", mission="UNOSOM II")["items"] == []


def test_as_of_tells_the_figures_as_this_house_knew_them_then(ask, story, noon):
    old = Contribution.objects.get(contributor__iso3="KAZ", month=date(2014, 1, 31))
    later = noon + timedelta(days=10)
    Contribution.objects.filter(pk=old.pk).update(known_until=later)
    released.contribution(old.run, old.mission, old.month, 13, at=later)

    def total(**query):
        return [
            row["total"] for row in ask("contributions", contributor="KAZ", **{"from": "2014-01-01"}, **query)["items"]
        ]

    assert total() == [13]
    assert total(as_of=noon.date().isoformat()) == [12]  # the end of that day in Almaty
    assert total(as_of=noon.isoformat()) == [12]
    assert total(as_of=noon.isoformat().replace("+", " ")) == [12]
    assert total(as_of=(noon - timedelta(seconds=1)).isoformat()) == []
    assert total(as_of=later.isoformat()) == [13]
    assert total(as_of="2199-01-01") == [13]


def test_fatalities_are_counted_and_no_row_of_a_person_is_told(client, ask, story):
    assert ask("casualties")["items"] == [
        {"mission": "UNOSOM II", "year": 1993, "incident_type": "malicious_act", "fatalities": 2},
        {"mission": "UNOSOM II", "year": 1994, "incident_type": "illness", "fatalities": 1},
    ]
    assert [row["year"] for row in ask("casualties", to="1993")["items"]] == [1993]
    assert ask("casualties", incident_type="accident")["items"] == []
    assert ask("casualties", as_of="2025-01-01")["items"] == []
    assert b"CASUALTY" not in client.get(f"{API}/casualties").content


def test_a_figure_is_answered_for_a_day_with_its_unit_and_source(ask, story):
    told = ask("figures/strength", mission="undof", as_of="2014-01-05")
    assert (told["value"], told["as_of"], told["unit"], told["asked_for"]) == (
        12,
        "2013-12-31",
        "persons",
        "2014-01-05",
    )
    assert told["sources"][0]["publisher"] == "United Nations" and told["reason"] is None
    assert ask("figures/strength", mission="UNDOF", language="ru")["label"] == "численность, UNDOF"


def test_a_figure_that_is_not_public_is_null_and_says_why(ask, story):
    told = ask("figures/strength", mission="UNDOF", as_of="2025-06-01")
    assert told["value"] is told["low"] is told["high"] is None
    assert "The public part of the record" in told["reason"] and "777" not in json.dumps(told)


def test_no_day_of_a_deployment_whose_period_is_kept_back_can_be_found_by_asking_day_after_day(ask):
    makers.golan_contingent(start=date(2019, 3, 17), end=date(2020, 3, 12), cleared=("kind", "strength"))
    days = ("2019-03-16", "2019-03-17", "2020-03-11", "2020-03-12")
    told = [ask("figures/strength", mission="UNDOF", as_of=day) for day in days]
    assert {(answer["value"], answer["reason"]) for answer in told} == {
        (None, "The public part of the record does not say it for that day.")
    }


def test_what_is_planned_stands_neither_in_the_milestones_nor_among_their_sources(client, ask):
    plan = Source.objects.create(title="A secret plan", publisher="The Ministry", url="", retrieved=date(2025, 1, 1))
    Milestone.objects.create(date=date(2190, 3, 1), title_en="A battalion leaves", source=plan)
    assert ask("milestones")["items"] == []
    for address in ("/data/v1/milestones.csv", "/en/about/data/", "/en/timeline/"):
        response = client.get(address)
        content = b"".join(response.streaming_content) if response.streaming else response.content
        assert response.status_code == 200 and b"battalion" not in content and b"secret" not in content


def test_every_figure_of_the_vocabulary_is_listed_and_can_be_asked(ask, story):
    listed = ask("figures")["items"]
    assert len(listed) > 8
    for figure in listed:
        needs = {"mission": "UNDOF"} if any(p["required"] for p in figure["parameters"]) else {}
        assert ask(f"figures/{figure['key']}", **needs)["unit"] == figure["unit"]
        assert all(figure["label"][language] for language in ("kk", "ru", "en"))


def test_milestones_are_told_in_order_and_filtered_by_day(ask, story):
    first, second = ask("milestones")["items"]
    assert (first["date"], first["precision"], first["titles"]["ru"], first["mission"]) == (
        "2000-01", "month", "Батальон", None
    )  # fmt: skip
    assert ask("milestones", as_of="2001-01-01")["items"] == [first]
    assert ask("milestones", mission="undof")["items"] == [second]


def test_an_article_is_told_with_its_figures_corrections_and_other_languages(ask, story):
    english, russian = sorted(ask("articles")["items"], key=lambda item: item["language"])
    assert english["title"] == "The Golan, corrected" and english["number"] == 2 and "body" not in english
    (figure,) = english["figures"]
    assert (figure["key"], figure["value"], figure["as_of"], figure["verdict"]) == (
        "strength",
        12,
        "2013-12-31",
        "agrees",
    )
    assert [correction["text"] for correction in english["corrections"]] == ["We wrote 13. It was 12."]
    assert english["published"] < english["modified"]
    assert english["alternates"] == [
        {"language": "ru", "title": "Голаны", "url": russian["url"], "address": russian["address"]}
    ]
    whole = ask(russian["address"].removeprefix("http://127.0.0.1:8000"))
    assert "In 2013" in whole["body"] and whole["id"] == english["id"]


def test_articles_are_filtered_by_language_shelf_and_day(ask, story, noon):
    def count(**query):
        return len(ask("articles", **query)["items"])

    day = noon.date().isoformat()
    assert count() == 2 and count(language="ru") == 1 and count(language="kk") == 0
    assert count(section="missions") == 2 and count(topic="golan") == 2 and count(mission="undof") == 2
    assert count(mission="MNF-I") == 0
    assert count(**{"from": day, "to": day}) == 2 and count(as_of=day) == 2
    assert count(as_of=(noon - timedelta(days=1)).date().isoformat()) == 0


def test_a_withdrawn_story_cannot_be_had_through_the_past(ask, story, noon, editor):
    publishing.withdraw(story, by=editor, at=noon + timedelta(days=1), reason="It was wrong from end to end.")
    assert [item["language"] for item in ask("articles", as_of=noon.date().isoformat())["items"]] == ["ru"]
    assert ask("corrections")["items"] == []
    gone = ask(f"articles/{story.article_id}/en", status=410)
    assert gone["detail"] == "It was wrong from end to end."


def test_a_suppressed_story_is_gone_without_a_reason(ask, story, noon):
    Edition.objects.filter(pk=story.pk).update(suppressed_at=noon + timedelta(days=1))
    assert ask(f"articles/{story.article_id}/en", status=410)["detail"] == "This story is no longer public."
    assert ask("corrections")["items"] == []


def test_a_draft_and_a_story_whose_hour_has_not_come_are_told_to_nobody(ask, editor, contingent):
    now = timezone.now()
    draft = makers.draft_story(now)
    ask(f"articles/{draft.article_id}/en", status=404)
    publishing.approve(draft, by=editor, at=now, public_from=now + timedelta(days=1))
    ask(f"articles/{draft.article_id}/en", status=404)
    assert ask("articles")["items"] == []


def test_corrections_are_told_with_their_story(ask, story, noon):
    (told,) = ask("corrections")["items"]
    assert (told["text"], told["title"], told["wrong_in"], told["right_in"], told["article"]) == (
        "We wrote 13. It was 12.", "The Golan, corrected", 1, 2, story.article_id
    )  # fmt: skip
    day = noon.date()
    assert ask("corrections", language="ru")["items"] == []
    assert ask("corrections", **{"from": str(day), "to": str(day)})["items"] == [told]
    assert ask("corrections", as_of=str(day - timedelta(days=1)))["items"] == []


def test_the_staffs_past_moment_is_not_honoured(client, story, noon, editor, monkeypatch):
    """Whatever `request.at` people were given: a withdrawn text is not told through it."""
    publishing.withdraw(story, by=editor, at=noon + timedelta(days=1), reason="Wrong.")
    seen = {}

    def past(middleware, request):
        request.at = request.known_at = seen["moment"] = noon + timedelta(hours=3)
        return middleware.get_response(request)

    monkeypatch.setattr("peacekeeping.middleware.MomentMiddleware.__call__", past)
    client.force_login(editor)
    assert client.get(f"{API}/articles/{story.article_id}/en").status_code == 410
    assert seen
