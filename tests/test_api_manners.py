"""The interface for programs: how it pages, refuses, remembers and describes itself, and what it costs."""

import base64
import json
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openapi_spec_validator import validate

from articles import publishing
from articles.models import Article, Correction, Edition, Section, Topic
from ledger import site_version
from missions import clearance
from missions.models import (
    Casualty,
    Clearance,
    Contribution,
    Country,
    Deployment,
    Milestone,
    Mission,
    MissionAlias,
    Source,
)
from peacekeeping import described
from peacekeeping.api import api, operations
from tests import makers, released

pytestmark = pytest.mark.django_db
API = "/api/v1"
LISTS = ["missions", "contributions", "casualties", "milestones", "articles", "corrections"]


@pytest.fixture
def story(noon, editor):
    return released.record(noon, editor)


# --- Pages ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", LISTS)
def test_reading_page_by_page_gives_every_item_once(ask, story, noon, editor, name):
    following = publishing.open_next(story, by=makers.author(), at=noon + timedelta(days=2))
    Edition.objects.filter(pk=following.pk).update(correction="Once more.")
    publishing.approve(following, by=editor, at=noon + timedelta(days=2))
    whole = ask(name)
    assert whole["next"] is None and len(whole["items"]) >= 2
    read, address = [], f"{API}/{name}?limit=1"
    while address:
        page = ask(address)
        assert len(page["items"]) == 1
        read += page["items"]
        address = page["next"] and page["next"].removeprefix("http://127.0.0.1:8000")
    assert read == whole["items"]


def test_the_next_page_keeps_the_filter_and_stands_in_the_link_header_too(client, story, settings):
    settings.SITE_URL = "https://record.example"
    response = client.get(f"{API}/contributions?contributor=KAZ&limit=1", headers={"host": "localhost"})
    address = response.json()["next"]
    assert address.startswith("https://record.example/api/v1/contributions?contributor=KAZ&limit=1&cursor=")
    assert response["Link"] == f'<{address}>; rel="next"'


def cursor_of(*values):
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    ["abc", "x" * 600, "----", cursor_of("articles", "a"), cursor_of("missions"), cursor_of("missions", "A\0"),
     cursor_of("missions", 7), cursor_of("missions", "A", "B"), cursor_of("missions", None), cursor_of(*["["] * 90)],
)  # fmt: skip
def test_a_garbled_cursor_is_refused_with_a_sentence(ask, cursor):
    assert "begin again without one" in ask("missions", status=400, cursor=cursor)["detail"]


@pytest.mark.parametrize("value", [2**63, True, "7", 1.5])
def test_a_cursor_with_a_number_that_no_database_holds_is_refused(ask, value):
    ask("contributions", status=400, cursor=cursor_of("contributions", value))


@pytest.mark.parametrize("moment", ["2024-01-01T00:00:00", "x", "0001-01-01T00:00:00+14:00"])
def test_a_cursor_with_a_moment_without_zone_is_refused(ask, moment):
    ask("corrections", status=400, cursor=cursor_of("corrections", moment, 1))


# --- What it refuses --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [("missions?mision=UNDOF", 400, "There is no parameter “mision” here"),
     ("figures?mission=UNDOF", 400, "there are: none"),
     ("missions?limit=0", 400, "limit"), ("missions?limit=201", 400, "limit"), ("contributions?limit=1001", 400, "limit"),
     ("missions?as_of=yesterday", 400, "as_of: a day is written as"), ("missions?as_of=20240101", 400, "as_of"),
     ("missions?as_of=0", 400, "as_of"), ("missions?as_of=9999-12-31", 400, "1900 to 2199"),
     ("missions?served=1", 400, "served"), ("missions?kind=holiday", 400, "kind"),
     ("contributions?as_of=2024-02-30", 400, "as_of"), ("contributions?as_of=0001-01-01T00:00:00Z", 400, "as_of"),
     ("contributions?contributor=kaz", 400, "contributor"), ("contributions?contributor=QQQ", 404, "no country QQQ"),
     ("contributions?mission=NOWHERE", 404, "no mission NOWHERE"), ("contributions?mission=%00", 400, "mission"),
     ("missions/nowhere", 404, "no mission nowhere"), ("figures/weather", 404, "no figure “weather”"),
     ("figures/fatalities", 400, "needs a mission"), ("figures/rank?kind=contingent", 400, "takes no"),
     ("figures/strength?as_of=2199-01-01", 400, "up to today"), ("articles?section=none", 404, "“none”"),
     ("articles?topic=none", 404, "“none”"), ("articles/999/en", 404, "in this language"),
     (f"articles/{10**30}/en", 400, "id"), ("articles/1/de", 400, "language"), ("nowhere", 404, "nothing at this address"),
     ("casualties?from=99999999999999999999", 400, "from")],
)  # fmt: skip
def test_a_wrong_question_is_refused_in_words_and_as_a_problem(client, path, status, says):
    response = client.get(f"{API}/{path}", headers={"accept-language": "ru"})
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    problem = response.json()
    assert says in problem["detail"] and problem["status"] == status and problem["title"]
    assert response["Cache-Control"] == "no-store" and "ETag" not in response


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "trace"])
@pytest.mark.parametrize("address", [f"{API}/missions", "/data/v1/missions.csv"])
def test_nothing_can_be_written(client, method, address):
    response = getattr(client, method)(address)
    assert response.status_code == 405 and response["Allow"] == "GET, HEAD, OPTIONS"
    assert response["Content-Type"] == "application/problem+json"


def test_any_site_may_read_and_no_other_page_is_opened_by_that(client, story):
    response = client.get(f"{API}/missions", headers={"origin": "https://elsewhere.example"})
    assert response["Access-Control-Allow-Origin"] == "*" and "Access-Control-Allow-Credentials" not in response
    assert "ETag" in response["Access-Control-Expose-Headers"]
    asked = client.options(f"{API}/missions", headers={"access-control-request-method": "GET"})
    assert asked.status_code == 204 and asked["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    for page in ("/en/", "/en/data/", "/admin/login/"):
        assert "Access-Control-Allow-Origin" not in client.get(page)


def test_no_session_no_cookie_and_no_language_of_the_reader_plays_a_part(client, story, editor):
    bare = client.get(f"{API}/articles")
    client.force_login(editor)
    signed_in = client.get(f"{API}/articles", headers={"accept-language": "kk"})
    assert signed_in.content == bare.content and signed_in["ETag"] == bare["ETag"]
    for response in (bare, signed_in):
        assert not response.cookies and response.get("Vary", "Accept-Encoding") == "Accept-Encoding"
        assert response["Content-Language"] == "en"
        assert response["Cache-Control"] == "public, max-age=60"


@pytest.mark.parametrize("address", [f"{API}/missions?limit=1", "/data/v1/missions.csv"])
def test_head_gives_the_headers_and_nothing_else(client, story, address):
    got, head = client.get(address), client.head(address)
    assert head.status_code == 200 and head.content == b""
    assert {name: head[name] for name in ("ETag", "Content-Type", "Cache-Control", "Link")} == {
        name: got[name] for name in ("ETag", "Content-Type", "Cache-Control", "Link")
    }


# --- What is unchanged ------------------------------------------------------------------------------------------


def known(client, address, tag):
    return client.get(address, headers={"if-none-match": tag}).status_code == 304


@pytest.mark.parametrize("address", [f"{API}/{name}" for name in LISTS] + ["/data/v1/contributions.csv"])
def test_what_did_not_change_is_answered_without_work(client, story, address):
    tag = client.get(address)["ETag"]
    with CaptureQueriesContext(
        connection,
    ) as queries:
        response = client.get(address, headers={"if-none-match": tag})
    assert response.status_code == 304 and response.content == b"" and response["ETag"] == tag
    assert len(queries) <= 5
    assert not known(client, f"{address}?limit=3", tag) and not known(client, address, 'W/"other"')


def test_a_change_of_the_record_changes_the_tag(client, story):
    tag = client.get(f"{API}/missions")["ETag"]
    site_version.raise_version()
    assert not known(client, f"{API}/missions", tag)


@pytest.fixture
def clock(monkeypatch):
    """Sets the hour at which the site is asked."""
    return lambda moment: monkeypatch.setattr(timezone, "now", lambda: moment)


def test_the_hour_of_a_story_and_the_next_day_change_the_tag_though_nobody_saves(
    client, noon, editor, contingent, clock
):
    draft = makers.draft_story(noon)
    hour = noon + timedelta(hours=1)
    publishing.approve(draft, by=editor, at=noon, public_from=hour)
    clock(hour - timedelta(seconds=1))
    before = client.get(f"{API}/articles")
    assert before.json()["items"] == [] and known(client, f"{API}/articles", before["ETag"])
    clock(hour)
    after = client.get(f"{API}/articles", headers={"if-none-match": before["ETag"]})
    assert len(after.json()["items"]) == 1
    clock(datetime(2025, 10, 24, 0, 1, tzinfo=ZoneInfo("Asia/Almaty")))
    assert not known(client, f"{API}/articles", after["ETag"])


@pytest.mark.parametrize("moment", ["public_until", "suppressed_at"])
def test_a_story_that_ends_by_the_clock_is_not_kept_as_unchanged(client, noon, editor, contingent, clock, moment):
    story = makers.approved_story(noon, editor)
    Edition.objects.filter(pk=story.pk).update(**{moment: noon + timedelta(hours=1)})
    clock(noon)
    tag = client.get(f"{API}/articles")["ETag"]
    clock(noon + timedelta(hours=1))
    assert not known(client, f"{API}/articles", tag)
    assert client.get(f"{API}/articles").json()["items"] == []


@pytest.mark.parametrize("address", [f"{API}/missions/undof/deployments", "/data/v1/deployments.csv"])
def test_a_clearance_that_begins_or_ends_by_the_clock_is_not_kept_as_unchanged(client, noon, officer, clock, address):
    golan = makers.golan_contingent(cleared=("kind",))
    hour = timedelta(hours=1)
    clearance.clear(
        golan, "strength", basis="official_release", by=officer, at=noon, since=noon + hour, until=noon + 2 * hour
    )
    answers = []
    for moment in (noon, noon + hour, noon + 2 * hour):
        clock(moment)
        response = client.get(address)
        assert known(client, address, response["ETag"])
        answers.append((response["ETag"], b"139" in b"".join(response)))
    assert [told for _tag, told in answers] == [False, True, False]
    assert len({tag for tag, _told in answers}) == 3


# --- The description --------------------------------------------------------------------------------------------


def test_the_page_of_the_data_says_of_each_operation_what_the_interface_says_now():
    assert described.operations() == operations(), "Run `manage.py describe_interface`."


def test_the_description_is_valid_and_describes_every_parameter_and_every_field(client, db):
    response = client.get(f"{API}/openapi.json")
    schema = response.json()
    assert schema["openapi"].startswith("3.1")
    validate(schema)
    for path, methods in schema["paths"].items():
        assert set(methods) == {"get"}
        for parameter in methods["get"]["parameters"]:
            assert parameter["description"].endswith("."), (path, parameter["name"])
            assert "null" not in json.dumps(parameter["schema"])
        for status, answer in methods["get"]["responses"].items():
            if int(status) >= 400:
                assert list(answer["content"]) == ["application/problem+json"]
    for name, part in schema["components"]["schemas"].items():
        for field, said in part.get("properties", {}).items():
            assert said["description"].endswith("."), (name, field)
    for name in ("Contribution", "Deployment", "Casualties"):
        numbers = {
            field: said["description"] for field, said in schema["components"]["schemas"][f"{name}Told"]["properties"].items()
            if field in ("men", "women", "total", "strength", "authorised_strength", "fatalities")
        }  # fmt: skip
        assert numbers and all("ersons" in said for said in numbers.values()), numbers


def test_the_library_serves_no_page_of_its_own_that_loads_from_elsewhere(client, db):
    assert api.docs_url is None and client.get(f"{API}/docs").status_code == 404


def test_no_answer_holds_a_field_of_a_record_that_the_schema_does_not_name(ask, story):
    private = {
        "working_title",
        "imported_from",
        "created_by",
        "approved_by",
        "lead_department",
        "checksum",
        "run",
        "known_until",
    }

    def fields(value):
        if isinstance(value, dict):
            return set(value).union(*map(fields, value.values()))
        return set().union(*map(fields, value)) if isinstance(value, list) else set()

    for name in (*LISTS, "missions/undof/deployments", f"articles/{story.article_id}/en"):
        assert not fields(ask(name)) & private, name


# --- What it costs ----------------------------------------------------------------------------------------------


def many(numbers, noon, editor):
    """This will add as many rows of everything as there are numbers."""
    source = Source.objects.get_or_create(title="Many", publisher="UN", retrieved=noon.date())[0]
    of = released.run(noon, f"contributions{numbers.start}")
    missions = Mission.objects.bulk_create(
        Mission(acronym=f"M{n}", slug=f"m{n}", name_en=f"Mission {n}", kind="un_political", source=source)
        for n in numbers
    )
    MissionAlias.objects.bulk_create(
        MissionAlias(acronym=f"A{n}", mission=mission) for n, mission in zip(numbers, missions, strict=True)
    )
    for mission in missions[:50]:
        mission.host_countries.add(makers.country("SYR"))
    kazakhstan, golan = Country.objects.get(iso3="KAZ"), makers.golan_mission()
    Contribution.objects.bulk_create(
        Contribution(run=of, known_from=noon, contributor=kazakhstan, mission=mission, month=date(2014, 1, 31),
                     personnel_type="troops", total=1)
        for mission in missions
    )  # fmt: skip
    Casualty.objects.bulk_create(
        Casualty(run=of, known_from=noon, casualty_id=mission.acronym, date=date(2014, 1, 1), mission=mission,
                 incident_type="accident", personnel_type="Military")
        for mission in missions
    )  # fmt: skip
    Milestone.objects.bulk_create(
        Milestone(date=date(2014, 1, 1), title_en=f"{n}", source=source, mission=golan) for n in numbers
    )
    officer = makers.person_of_role("records officer", f"officer{numbers.start}")
    posts = Deployment.objects.bulk_create(
        Deployment(
            mission=golan, kind="contingent", rotation=n + 1, start=date(2014, 1, 1), strength=100, source=source
        )
        for n in numbers
    )
    Clearance.objects.bulk_create(
        Clearance(deployment=post, field=field, basis="official_release", since=noon, by=officer)
        for post in posts for field in ("kind", "strength")
    )  # fmt: skip
    section, topic = Section.objects.get(slug="data"), Topic.objects.get_or_create(slug="t", name_en="T")[0]
    articles = Article.objects.bulk_create(Article(working_title=str(n), section=section) for n in numbers)
    topic.articles.add(*articles)
    editions = Edition.objects.bulk_create(
        Edition(article=article, language=language, title=f"S {n}", slug=f"s-{n}", day=noon.date(), state="approved",
                created_at=noon, approved_at=noon, approved_by=editor, public_from=noon, rendered="<p>b</p>")
        for n, article in zip(numbers, articles, strict=True) for language in ("en", "ru")
    )  # fmt: skip
    Correction.objects.bulk_create(
        Correction(edition=edition, set_right_by=edition, text="t", at=noon, by=editor) for edition in editions
    )


BOUNDS = {
    f"{API}/": 6, f"{API}/missions?limit=200": 9, f"{API}/missions/undof": 9, f"{API}/missions/undof/deployments": 8,
    f"{API}/contributions?limit=1000": 6, f"{API}/contributions?contributor=KAZ&mission=undof": 8,
    f"{API}/casualties?limit=1000": 6, f"{API}/figures": 5, f"{API}/figures/strength?mission=UNDOF": 14,
    f"{API}/milestones?limit=200": 6, f"{API}/articles?limit=200": 11, f"{API}/corrections?limit=200": 6,
    f"{API}/openapi.json": 5, "/data/v1/missions.csv": 11, "/data/v1/deployments.csv": 9, "/data/v1/contributions.csv": 11,
    "/data/v1/milestones.csv": 8, "/data/v1/casualties-by-year.csv": 8, "/data/v1/figures-by-month.csv": 14,
    "/data/v1/datapackage.json": 28, "/data/v1/csvw.json": 5, "/en/data/": 28,
}  # fmt: skip


def test_no_answer_asks_more_questions_for_a_thousand_rows_than_for_ten(client, noon, editor):
    makers.golan_contingent()

    def counted():
        counts = {}
        for address in BOUNDS:
            cache.clear()
            with CaptureQueriesContext(connection) as queries:
                response = client.get(address)
                assert response.status_code == 200
                _read = b"".join(response) if response.streaming else response.content
            counts[address] = len(queries)
        return counts

    many(range(10), noon, editor)
    few = counted()
    print(few)
    assert {address: count for address, count in few.items() if count > BOUNDS[address]} == {}
    many(range(10, 1000), noon, editor)
    assert {address: count for address, count in counted().items() if count > few[address]} == {}
