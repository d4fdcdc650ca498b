"""The pages of units and of people: only what is cleared, in the reader's order, and as it was known then."""

import re
from datetime import date, timedelta

import pytest
from django.http import Http404
from django.utils import timezone
from django.utils.translation import override

from articles import publishing
from missions import alphabet, clearance, standing
from missions.models import Deployment, Mission, Person, Source, Tour, Unit
from missions.models.present import withheld_as_of
from missions.views import missions, people
from tests import makers

pytestmark = pytest.mark.django_db


@pytest.fixture
def battalion():
    source = Source.objects.create(title="Order of creation", publisher="The Ministry", retrieved=date(2025, 1, 2))
    return Unit.objects.create(
        slug="battalion", kind="formed_unit", name_en="First Battalion", name_ru="Первый батальон",
        created=date(2000, 1, 1), created_precision="month", source=source,
    )  # fmt: skip


@pytest.fixture
def posted(battalion):
    """The contingent on the Golan, of which the public may know that it was the battalion's."""
    return makers.golan_contingent(unit=battalion, cleared=("kind", "unit", "strength", "period"))


def test_a_unit_has_a_page_with_what_is_cleared_and_its_source(client, posted):
    assert 'href="/en/units/battalion/"' in client.get("/en/units/").content.decode()
    page = client.get("/en/units/battalion/").content.decode()
    for shown in ("First Battalion", "Formed unit", "January 2000", "The Ministry", "UNDOF", "139", "March 2024"):
        assert shown in page
    assert "Первый батальон" in client.get("/ru/units/battalion/").content.decode()


@pytest.mark.parametrize("cleared", [(), ("kind",), ("unit",), ("kind", "strength")])
def test_a_unit_of_which_nothing_is_cleared_has_no_page_and_no_name(client, battalion, cleared):
    makers.golan_contingent(unit=battalion, cleared=cleared)
    assert client.get("/en/units/battalion/").status_code == 404
    for address in ("/en/units/", "/en/missions/undof/"):
        assert "Battalion" not in client.get(address).content.decode()
    assert "No unit is named to the public at present." in client.get("/en/units/").content.decode()


def test_a_unit_is_gone_at_once_when_its_clearance_is_revoked(client, posted, officer):
    assert client.get("/en/units/battalion/").status_code == 200
    clearance.revoke(posted.clearances.get(field="unit"), by=officer, at=timezone.now())
    assert client.get("/en/units/battalion/").status_code == 404
    assert "Battalion" not in client.get("/en/units/").content.decode()


def test_another_deployment_of_a_public_unit_stays_untold(client, posted, battalion):
    other = makers.golan_contingent(
        431, 3, unit=battalion, rotation=877, start=date(2021, 2, 1), end=date(2022, 5, 1), cleared=("kind", "strength")
    )
    (told,) = clearance.units(at=timezone.now())
    assert [shown.strength for shown in told.deployments] == [139]
    page = client.get("/en/units/battalion/").content.decode()
    assert "431" not in page and "877" not in page
    makers.clear(other, "unit")
    page = client.get("/en/units/battalion/").content.decode()
    assert "431" in page and "877" not in page and "2021" not in page


def test_a_unit_is_not_told_before_its_deployment_begins(client, battalion):
    makers.golan_contingent(unit=battalion, start=date(2999, 1, 1), cleared=("kind", "unit"))
    assert client.get("/en/units/battalion/").status_code == 404


def test_a_small_unit_is_told_as_small(client, battalion):
    makers.golan_contingent(3, 1, unit=battalion, cleared=("kind", "unit", "strength", "women"))
    page = client.get("/en/units/battalion/").content.decode()
    assert "under 5" in page and "Contingent of 3" not in page


def test_the_page_of_a_mission_leads_to_the_unit(client, posted):
    assert 'href="/en/units/battalion/">First Battalion' in client.get("/en/missions/undof/").content.decode()


def test_a_units_page_shows_the_stories_of_its_missions_each_once(client, posted, noon, editor):
    story = makers.approved_story(noon, editor)
    other = makers.approved_story(noon, editor, slug="other", title="Of something else", body="<p>Text.</p>")
    story.article.missions.add(posted.mission)
    page = client.get("/en/units/battalion/").content.decode()
    assert page.count(f"/en/articles/{story.slug}/") >= 1 and other.title not in page


def person(family, given="Aru", **values):
    return Person.objects.create(family_name=family, given_name=given, **values)


def name(*people, by, at=None):
    for one in people:
        clearance.clear(one, "name", basis="consent", by=by, at=at or timezone.now())


def shown(client, language="kk", page=""):
    content = client.get(f"/{language}/people/{page}").content.decode()
    return re.findall(r"<h2>(.*?)</h2>", content)


def test_a_page_without_anybody_says_why(client):
    person("Observer")
    page = client.get("/en/people/").content.decode()
    assert "Nobody is named here at present." in page
    for why in ("own consent", "while on a tour of duty", "24 hours after the next of kin"):
        assert why in page
    assert "Observer" not in page


def test_only_who_is_cleared_and_on_no_tour_is_named(client, officer):
    cleared, uncleared, serving = person("Cleared"), person("Uncleared"), person("Serving")
    post = makers.golan_contingent(start=date(2020, 1, 1), cleared=())
    Tour.objects.create(person=cleared, deployment=post, start=date(2020, 2, 1), end=date(2021, 2, 1), rank="captain")
    Tour.objects.create(person=uncleared, deployment=post, start=date(2020, 2, 1), end=date(2021, 2, 1))
    Tour.objects.create(person=serving, deployment=post, start=date(2020, 2, 1))
    name(cleared, serving, by=officer)
    assert shown(client, "en") == ["Aru Cleared"]
    page = client.get("/en/people/").content.decode()
    assert (
        "captain" not in page and "UNDOF" not in page.split("record-people")[1] and "1 person who may be named" in page
    )


def test_of_a_tour_stands_what_is_cleared_and_no_more(client, officer):
    soldier = person("Cleared", patronymic="Private")
    post = makers.golan_contingent(start=date(2020, 1, 1), cleared=())
    tour = Tour.objects.create(
        person=soldier,
        deployment=post,
        start=date(2020, 2, 3),
        end=date(2021, 2, 4),
        rank="captain",
        appointment="cook",
    )
    name(soldier, by=officer)
    for field in ("mission", "appointment"):
        clearance.clear(tour, field, basis="consent", by=officer, at=timezone.now())
    page = client.get("/en/people/").content.decode()
    assert 'href="/en/missions/undof/"><b>UNDOF</b></a> cook' in page
    assert not re.search("captain|Private|2020|2021", page)


def test_a_name_taken_back_is_gone_at_once(client, officer):
    soldier = person("Cleared")
    name(soldier, by=officer)
    assert shown(client) == ["Aru Cleared"]
    clearance.revoke(soldier.clearances.get(), by=officer, at=timezone.now())
    assert shown(client) == []


def test_while_the_order_of_names_stands_the_clock_still_brings_and_takes_them(client, officer, noon, monkeypatch):
    monkeypatch.setattr(standing, "MOST", 10)
    first, later = person("First"), person("Later")
    name(first, by=officer, at=noon)
    hour = timedelta(hours=1)
    given = {"basis": "consent", "by": officer, "at": noon}
    clearance.clear(later, "name", **given, since=noon + hour, until=noon + 2 * hour)
    for passed, names in ((0, ["Aru First"]), (1, ["Aru First", "Aru Later"]), (2, ["Aru First"])):
        for seconds in (0, 3599):
            moment = noon + passed * hour + timedelta(seconds=seconds)
            monkeypatch.setattr(timezone, "now", lambda moment=moment: moment)
            assert shown(client) == names, moment


def test_a_name_that_was_taken_back_past_every_verb_is_gone_though_the_order_stands(client, officer, monkeypatch):
    monkeypatch.setattr(standing, "MOST", 10)
    kept, taken = person("Kept"), person("Taken")
    name(kept, taken, by=officer, at=timezone.now() - timedelta(days=1))
    assert shown(client) == ["Aru Kept", "Aru Taken"]
    taken.clearances.all().delete()
    assert shown(client) == ["Aru Kept"]


def test_the_order_of_all_who_may_be_named_is_not_asked_for_again_while_it_stands(client, officer, monkeypatch):
    monkeypatch.setattr(standing, "MOST", 10)
    name(person("Cleared"), by=officer, at=timezone.now() - timedelta(days=1))
    assert shown(client) == ["Aru Cleared"]
    monkeypatch.setattr(clearance, "names", None)
    assert shown(client) == ["Aru Cleared"]


def test_names_stand_in_the_order_of_the_readers_alphabet(client, officer):
    families = [
        "Ізбасар",
        "Қанат",
        "Кенже",
        "Ұлан",
        "Уәли",
        "Әлі",
        "Асан",
        "Яхья",
        "Ғани",
        "Гүл",
        "Үсен",
        "Ыбырай",
        "Һашим",
    ]
    for family in families:
        name(person(family), by=officer)
    assert [text.split()[1] for text in shown(client)] == [
        "Асан", "Әлі", "Гүл", "Ғани", "Кенже", "Қанат", "Уәли", "Ұлан", "Үсен", "Һашим", "Ыбырай", "Ізбасар", "Яхья",
    ]  # fmt: skip


def test_english_readers_find_names_by_the_latin_family_name(client, officer):
    name(
        person("Әлі", name_latin="Zhan Ali"), person("Бек", name_latin="Aru Bek"),
        person("Өмір", name_latin="Ben Ömir (invented)"), person("Ояз", name_latin="Al Oyaz"), by=officer,
    )  # fmt: skip
    assert shown(client, "en") == ["Zhan Ali", "Aru Bek", "Ben Ömir (invented)", "Al Oyaz"]


@pytest.mark.parametrize(
    ("language", "names"),
    [("ru", ["Ежов", "Ёлкин", "Ёршов", "Ефимов", "Жуков"]), ("kk", ["Ежов", "Ефимов", "Ёлкин", "Жуков"]),
     ("en", ["Abay", "Çelik", "Dana", "O'Neil", "Абай"])],
)  # fmt: skip
def test_each_language_has_its_order_of_letters(language, names):
    shuffled = sorted(names, key=len)
    assert sorted(shuffled, key=lambda text: alphabet.key(text, language)) == names


def test_fifty_stand_on_a_page_and_other_pages_are_not_found(client, officer):
    for number in range(51):
        name(person(f"Person{number:02}"), by=officer)
    assert len(shown(client)) == 50 and shown(client, page="?page=2") == ["Aru Person50"]
    assert 'rel="next" href="?page=2"' in client.get("/en/people/").content.decode()
    for wrong in ("3", "0", "-1", "x", "9" * 5000, "1.5", ""):
        assert client.get("/en/people/", {"page": wrong}).status_code == 404, wrong


def test_stories_that_name_them_are_linked(client, officer, noon, editor):
    soldier = person("Cleared")
    name(soldier, by=officer, at=noon - timedelta(days=1))
    draft = makers.draft_story(noon - timedelta(hours=1), body="<p>Text.</p>")
    draft.article.people.add(soldier)
    assert draft.title not in client.get("/en/people/").content.decode()
    publishing.approve(draft, by=editor, at=noon)
    page = client.get("/en/people/").content.decode()
    assert "Stories that name them" in page and page.count(f'href="/en/articles/{draft.slug}/"') == 1


@pytest.mark.parametrize(("address", "queries"), [("/en/units/", 4), ("/en/units/battalion/", 6), ("/en/people/", 18)])
def test_the_pages_ask_no_more_for_many_rows_than_for_few(
    client, posted, officer, address, queries, django_assert_max_num_queries
):
    def add(numbers):
        for number in numbers:
            unit = Unit.objects.create(slug=f"unit-{number}", kind="formed_unit", name_en=f"Unit {number}")
            post = makers.golan_contingent(
                1000 + number, 0, unit=unit, cleared=("kind", "unit"), start=date(2019, 1, 1)
            )
            clearance.clear(
                makers.golan_contingent(2000 + number, 0, unit=posted.unit, start=date(2019, 1, 1), cleared=("kind",)),
                "unit", basis="official_release", by=officer, at=timezone.now(),
            )  # fmt: skip
            soldier = person(f"Soldier {number}")
            tour = Tour.objects.create(person=soldier, deployment=post, start=date(2020, 1, 1), end=date(2020, 2, 1))
            name(soldier, by=officer)
            clearance.clear(tour, "mission", basis="consent", by=officer, at=timezone.now())

    add(range(2))
    with django_assert_max_num_queries(queries) as few:
        assert client.get(address).status_code == 200
    add(range(2, 9))
    with django_assert_max_num_queries(len(few.captured_queries)):
        assert client.get(address).status_code == 200


def set_back(row, moment):
    """This will let the row's history so far have happened at `moment`."""
    row.history.update(history_date=moment)


def test_an_edited_strength_shows_its_old_value_in_the_past(posted, noon):
    set_back(posted, noon - timedelta(days=9))
    set_back(posted.unit, noon - timedelta(days=9))
    Deployment.objects.filter(pk=posted.pk).update(strength=150)
    Unit.objects.update(name_en="Renamed")
    then = {"at": noon, "known_at": noon}
    assert [told.strength for told in clearance.deployments(posted.mission, **then)] == [139]
    assert [told.strength for told in clearance.deployments(posted.mission, at=noon)] == [150]
    (unit,) = clearance.units(**then)
    assert (unit.name, unit.deployments[0].strength) == ("First Battalion", 139)
    assert clearance.units(at=noon)[0].name == "Renamed"
    assert clearance.missions_served(**then) == {posted.mission_id}
    before = {"at": noon, "known_at": noon - timedelta(days=10)}
    assert clearance.deployments(posted.mission, **before) == clearance.units(**before) == []
    assert clearance.missions_served(**before) == set()


def test_a_name_is_read_as_it_was_written_then(officer, noon):
    soldier = person("Before")
    set_back(soldier, noon)
    name(soldier, by=officer, at=noon)
    soldier.family_name = "After"
    soldier.save()
    then = {"at": noon, "known_at": noon}
    with override("kk"):
        assert [one[1] for one in clearance.names(**then)] == ["Aru Before"]
        assert clearance.people([soldier.pk], **then)[soldier.pk].name == "Aru Before"
        assert [one[1] for one in clearance.names(at=noon)] == ["Aru After"]


def test_who_looks_back_is_shown_nothing_that_was_taken_back_since(posted, officer, noon):
    soldier = person("Cleared")
    for row in (soldier, posted, posted.unit):
        set_back(row, noon - timedelta(days=1))
    name(soldier, by=officer, at=noon)
    then = {"at": noon + timedelta(hours=1), "known_at": noon + timedelta(hours=1)}
    assert clearance.people([soldier.pk], **then) and clearance.names(**then) and clearance.units(**then)
    later = noon + timedelta(days=1)
    clearance.revoke(soldier.clearances.get(), by=officer, at=later)
    clearance.revoke(posted.clearances.get(field="unit"), by=officer, at=later)
    clearance.revoke(posted.clearances.get(field="strength"), by=officer, at=later)
    with withheld_as_of(later):
        assert clearance.people([soldier.pk], **then) == {}
        assert clearance.names(**then) == clearance.units(**then) == []
        assert [told.strength for told in clearance.deployments(posted.mission, **then)] == [None]


@pytest.mark.parametrize(
    ("view", "arguments"), [(missions.mission, ("undof",)), (missions.mission_list, ()), (people.unit, ("battalion",))]
)
def test_the_pages_show_the_past_as_it_was_known_then(rf, posted, noon, view, arguments):
    for row in (posted, posted.unit, posted.mission):
        set_back(row, noon - timedelta(days=9))
    Deployment.objects.filter(pk=posted.pk).update(strength=147)
    Mission.objects.update(name_en="Renamed")
    Unit.objects.update(name_en="Renamed")
    request = rf.get("/en/")
    request.at, request.known_at = noon, None
    now = view(request, *arguments).content.decode()
    request.known_at = noon
    then = view(request, *arguments).content.decode()
    assert ">147<" in now and ">139<" not in now and "Renamed" in now
    assert ">139<" in then and ">147<" not in then and "Renamed" not in then
    if view is not missions.mission_list:
        request.known_at = noon - timedelta(days=10)
        with pytest.raises(Http404):
            view(request, *arguments)
