"""Staff see any public page as it was at a past moment; readers see today's, whatever they ask."""

from datetime import datetime, time, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from articles import past_bodies, publishing
from articles.models import Edition, FrontPage, Photo
from ledger.models import User
from missions import clearance
from missions.models import Clearance, Deployment, Milestone, Mission, Person, Tour
from missions.models.kept import as_known
from missions.models.present import withheld_as_of
from missions.signals import record_changed
from peacekeeping import past
from tests import makers

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
STORY = "/en/articles/golan-contingent/"


@pytest.fixture
def known(contingent, noon):
    """The contingent, in a record that has held it since a year before noon."""
    for noun in (Deployment, Mission):
        noun.history.update(history_date=noon - 365 * DAY)
    return contingent


@pytest.fixture
def story(noon, editor, known):
    return makers.approved_story(noon, editor)


@pytest.fixture
def staff(client, editor):
    client.force_login(editor)
    return client


@pytest.fixture
def administrator():
    """Somebody who may see the record's people."""
    signed_in = Client()
    signed_in.force_login(makers.person_of_role("administrator"))
    return signed_in


def record_says(deployment, at, **values):
    """This will change the record at the moment `at`, as an officer would, with its history."""
    Deployment.objects.filter(pk=deployment.pk).update(**values)
    newest = Deployment.history.filter(id=deployment.pk).order_by("-history_id").first()
    Deployment.history.filter(pk=newest.pk).update(history_date=at)
    record_changed.send(sender=Deployment, at=at, by=None)


def page(client, address, moment, status=200):
    separator = "&" if "?" in address else "?"
    answer = client.get(f"{address}{separator}{urlencode({'as_of': moment.isoformat()})}")
    assert answer.status_code == status, answer.status_code
    return answer.content.decode()


def correct(story, at, editor, text="It was 141, not 139.", **values):
    draft = publishing.open_next(story, by=makers.author(), at=at)
    Edition.objects.filter(pk=draft.pk).update(correction=text, **values)
    return publishing.approve(draft, by=editor, at=at)


# What a page of the past shows.


def test_the_card_of_an_old_story_says_then_what_the_record_said_then(staff, noon, story, known):
    record_says(known, noon + 3 * DAY, strength=141)
    today = staff.get(STORY).content.decode()
    assert "The record now says 141 for that day." in today
    before = page(staff, STORY, noon + 2 * DAY)
    assert "The record bears this out for that day." in before and "141" not in before
    assert "The record now says 141 for that day." in page(staff, STORY, noon + 4 * DAY)


def test_a_figure_that_moved_on_agreed_before_it_moved(noon, story, known):
    record_says(known, noon + 30 * DAY, end=noon.date() + 20 * DAY)
    following = makers.golan_contingent(150, 9, start=noon.date() + 20 * DAY)
    Deployment.history.filter(id=following.pk).update(history_date=noon + 30 * DAY)
    assert "bears this out" in past_bodies.body(story, at=noon + 25 * DAY)
    assert "the record says 150" in past_bodies.body(story, at=noon + 31 * DAY)


def test_a_body_of_the_past_writes_nothing(noon, story, known):
    record_says(known, noon + 3 * DAY, strength=141)
    before = list(story.claims.values()), Edition.objects.values_list("rendered", flat=True).get()
    past_bodies.body(story, at=noon + DAY)
    assert (list(story.claims.values()), Edition.objects.values_list("rendered", flat=True).get()) == before


def test_a_story_of_the_past_asks_as_few_questions_for_twelve_figures_as_for_one(
    staff, noon, editor, story, django_assert_max_num_queries
):
    many = makers.approved_story(noon, editor, slug="many", body="<p>[[strength mission=UNDOF]] [[women]]</p>" * 6)
    asked = {"as_of": (noon + DAY).isoformat()}
    staff.get(STORY, asked)
    with django_assert_max_num_queries(30) as one:
        assert "bears this out" in staff.get(STORY, asked).content.decode()
    with django_assert_max_num_queries(len(one.captured_queries)):
        assert staff.get(many.get_absolute_url(), asked).content.decode().count("bears this out") == 12


def test_the_edition_the_corrections_and_the_list_are_those_of_the_moment(staff, noon, editor, story):
    corrected = correct(story, noon + 2 * DAY, editor, title="The corrected title", body="<p>Text.</p>")
    then, later = noon + DAY, noon + 3 * DAY
    assert "The Golan contingent" in page(staff, STORY, then) and "It was 141" not in page(staff, STORY, then)
    assert "The corrected title" in page(staff, STORY, later) and "It was 141" in page(staff, STORY, later)
    assert corrected.title not in page(staff, "/en/articles/", then) and corrected.title in page(staff, "/en/", later)
    assert "It was 141" not in page(staff, "/en/corrections/", then)
    assert "It was 141" in page(staff, "/en/corrections/", later)
    page(staff, f"{STORY}2/", then, status=404)
    page(staff, STORY, noon - DAY, status=404)


def test_a_story_that_was_withdrawn_since_is_read_as_it_was(staff, noon, editor, story):
    publishing.withdraw(story, reason="It was invented.", by=editor, at=noon + 2 * DAY)
    assert staff.get(STORY).status_code == 410
    assert "The Golan contingent" in page(staff, STORY, noon + DAY)
    assert "It was invented." in page(staff, STORY, noon + 3 * DAY, status=410)


def test_a_story_that_will_be_withdrawn_is_no_story_withdrawn_before_its_hour(staff, noon, editor, story):
    Edition.objects.filter(pk=story.pk).update(public_until=noon + DAY)
    publishing.withdraw(story, reason="It was invented.", by=editor, at=noon + 5 * DAY)
    answer = staff.get(f"{STORY}?{urlencode({'as_of': (noon + 2 * DAY).isoformat()})}")
    assert answer.status_code == 302 and answer["Location"] == f"{STORY}1/"


def test_pins_of_the_front_page_are_those_of_the_moment(staff, noon, editor, story):
    other = makers.approved_story(noon + DAY, editor, slug="other", title="Another story", body="<p>Text.</p>")
    layout = FrontPage.objects.create(language="en", since=noon + 3 * DAY)
    layout.pins.create(article=story.article, position=1)
    for moment, lead in ((noon + 2 * DAY, other), (noon + 4 * DAY, story)):
        answer = staff.get(f"/en/?{urlencode({'as_of': moment.isoformat()})}")
        assert answer.context["front"].top[0] == lead


def answers_on(page):
    cards = page.context.get("cards")
    return page.context["answers"] if cards is None else [card.answer for card in cards]


def test_the_front_page_and_the_mission_print_the_figures_of_the_moment(staff, noon, known):
    record_says(known, noon + 2 * DAY, strength=141)
    for address in ("/en/", "/en/missions/undof/"):
        cards = {
            moment: [answer.value for answer in answers_on(staff.get(f"{address}?as_of={moment}"))]
            for moment in ("2025-10-23", "2025-10-26")
        }
        assert 139 in cards["2025-10-23"] and 141 in cards["2025-10-26"] and 139 not in cards["2025-10-26"]


def test_the_facts_of_a_mission_are_those_that_the_record_held_then(staff, noon, known):
    mission = known.mission
    Milestone.objects.create(
        mission=mission, title_en="Set up", date=mission.start, source=known.source
    )  # known to the record since today only
    mission.host_countries.add(makers.country("SYR"))
    mission.headquarters = "Camp Faouar"
    mission.save()
    assert "Camp Faouar" in staff.get("/en/missions/undof/").content.decode()
    then = page(staff, "/en/missions/undof/", noon)
    assert "Camp Faouar" not in then and "Set up" not in then and "Syria" not in then
    assert "UNDOF" in page(staff, "/en/missions/", noon)
    page(staff, "/en/missions/undof/", noon - 400 * DAY, status=404)


def test_the_facts_of_the_past_take_a_bounded_number_of_queries(noon, known, django_assert_num_queries):
    for number in range(5):
        mission = Mission.objects.create(acronym=f"M{number}", slug=f"m{number}", kind="un_peacekeeping", name_en="M")
        mission.host_countries.add(makers.country("SYR"), makers.country("LBN"))
    with django_assert_num_queries(2):
        found = as_known(Mission, timezone.now(), joined=["source"])
        assert sorted(len(mission.host_countries.all()) for mission in found) == [0, 2, 2, 2, 2, 2]


def test_the_pictures_of_a_story_of_the_past_are_shown(staff, noon, editor, known, picture):
    draft = makers.draft_story(noon, body="<p>[[photo 1]]</p>", slug="pictures")
    draft.photo_uses.create(place=1, photo=picture)
    story = publishing.approve(draft, by=editor, at=noon)
    publishing.withdraw(story, reason="False.", by=editor, at=noon + 2 * DAY)
    assert Client().get(picture.url).status_code == 404
    assert picture.url in page(staff, "/en/articles/pictures/", noon + DAY)
    shown = staff.get(Photo.objects.get().url)
    assert shown.status_code == 200 and shown["Cache-Control"] == "private, no-store"


# Who sees it, and how it is asked.


@pytest.mark.parametrize("who", [None, "reader", "records officer", "report staff"])
def test_the_past_is_shown_to_nobody_but_staff_who_read_editions(client, noon, story, editor, who):
    correct(story, noon + 2 * DAY, editor, title="The corrected title")
    if who == "reader":
        client.force_login(User.objects.create_user("reader", password="a long pass phrase"))
    elif who:
        client.force_login(makers.person_of_role(who))
    for asked in ((noon + DAY).isoformat(), "nonsense", "9999-12-31", "now"):
        answer = client.get(f"{STORY}?{urlencode({'as_of': asked})}")
        assert answer.status_code == 200 and "The corrected title" in answer.content.decode()
        assert "You see the site as it was" not in answer.content.decode()
        assert "no-store" not in answer.get("Cache-Control", "")


def test_the_moment_stays_for_every_page_until_one_comes_back(staff, noon, editor, story):
    corrected = correct(story, noon + 2 * DAY, editor, title="The corrected title")
    bar = "You see the site as it was on 24 October 2025, 12:00."
    assert bar in page(staff, "/en/", noon + DAY)
    for address in (STORY, "/en/articles/", "/en/missions/undof/"):
        text = staff.get(address).content.decode()
        assert bar in text and corrected.title not in text
    back = staff.get("/en/articles/?as_of=now&page=1")
    assert back["Location"] == "/en/articles/?page=1"
    assert corrected.title in staff.get(STORY).content.decode() and bar not in staff.get(STORY).content.decode()


def test_the_bar_keeps_what_else_the_page_was_asked(staff, noon, story):
    text = page(staff, "/en/articles/?page=1", noon + DAY)
    assert text.count('<input type="hidden" name="page" value="1">') == 2
    assert 'value="2025-10-24T12:00"' in text


def test_a_page_of_the_past_goes_into_no_cache_and_no_index(staff, noon, story):
    answer = staff.get(f"{STORY}?as_of=2025-10-24")
    assert answer["Cache-Control"] == "private, no-store" and answer["X-Robots-Tag"] == "noindex"
    assert '<meta name="robots" content="noindex">' in answer.content.decode()


def test_who_comes_without_a_session_costs_no_query_and_no_cookie(client, noon, story, django_assert_num_queries):
    with django_assert_num_queries(1):
        answer = client.get("/en/articles/?as_of=2025-10-24")
    assert not answer.cookies and "Cookie" not in answer.get("Vary", "")


@pytest.mark.parametrize(
    "asked", ["yesterday", "2025-13-01", "2025-10-23T25:00", "0001-01-01", "9999-12-31T23:59", "2999-01-01", "\x00"]
)
def test_a_moment_that_cannot_be_is_refused_in_words(staff, story, asked):
    answer = staff.get(f"/en/?{urlencode({'as_of': asked})}")
    assert answer.status_code == 400 and 'role="alert"' in answer.content.decode()
    assert staff.get(STORY).status_code == 200 and "as_of" not in staff.session


ALMATY = ZoneInfo("Asia/Almaty")


@pytest.mark.parametrize(
    ("text", "moment"),
    [("2025-10-20", datetime.combine(datetime(2025, 10, 20), time.max, ALMATY)),
     ("2025-10-20T09:30", datetime(2025, 10, 20, 9, 30, tzinfo=ALMATY)),
     ("2025-10-20T09:30:15.5", datetime(2025, 10, 20, 9, 30, 15, 500000, tzinfo=ALMATY)),
     ("2025-10-20T09:30Z", datetime(2025, 10, 20, 14, 30, tzinfo=ALMATY)),
     ("2024-02-20T09:30+06:00", datetime(2024, 2, 20, 9, 30, tzinfo=ALMATY)),
     ("2025-10-23", datetime(2025, 10, 23, 12, tzinfo=ALMATY))],
)  # fmt: skip
def test_a_day_means_its_end_and_an_hour_the_newsrooms_own(noon, text, moment):
    assert past.read(text, at=noon) == moment


def test_the_desk_feeds_files_for_machines_and_what_is_written_are_always_of_today(staff, noon, editor, story):
    correct(story, noon + 2 * DAY, editor)
    page(staff, STORY, noon + DAY)
    assert "It was 141" in staff.get("/en/corrections/feed/").content.decode()
    form = f"/en/figures/report/?{urlencode({'figure': 'strength', 'on': '2025-10-23', 'page': STORY})}"
    assert "You see the site as it was" not in staff.get(form).content.decode()
    assert past.follows(STORY) and past.follows("/photos/1/960.jpg")
    for path in (
        "/admin/",
        "/reports/",
        "/en/corrections/feed/",
        "/en/nowhere/at/all/",
        "/robots.txt",
        "/api/v1/missions/",
    ):
        assert not past.follows(path), path


def test_the_desk_leads_to_the_site_as_it_was_and_an_edition_to_its_own_hour(staff, noon, editor, story):
    desk = staff.get("/admin/", headers={"accept-language": "en"}).content.decode()
    assert 'action="/en/"' in desk and 'name="as_of"' in desk
    corrected = correct(story, noon + 2 * DAY, editor, title="The corrected title")
    screen = staff.get(f"/admin/articles/edition/{story.pk}/change/", headers={"accept-language": "en"})
    address = screen.content.decode().split('">The page as the public saw it')[0].rsplit('href="', 1)[1]
    assert address == f"{STORY}1/?as_of=2025-10-23T12%3A00%3A00%2B05%3A00"
    shown = staff.get(address).content.decode()
    assert story.title in shown and corrected.title not in shown


# What was taken from the public since.


@pytest.fixture
def observer(noon):
    """Somebody who came home, and whose name was public a while."""
    person = Person.objects.create(family_name="Observer", given_name="Invented", name_latin="Invented Observer")
    clearance.clear(
        person, "name", basis="consent", by=makers.person_of_role("records officer", "giver"), at=noon - 9 * DAY
    )
    return person


@pytest.fixture
def story_of_the_observer(noon, editor, known, observer):
    draft = makers.draft_story(noon, slug="observer", title="Of an observer", body="<p>Invented Observer spoke.</p>")
    draft.article.people.add(observer)
    return publishing.approve(draft, by=editor, at=noon)


def test_a_story_that_was_suppressed_since_stays_hidden_in_the_past_but_for_who_sees_people(
    staff, administrator, noon, officer, observer, story_of_the_observer
):
    assert "Of an observer" in page(staff, "/en/articles/observer/", noon + DAY)
    clearance.revoke(observer.clearances.get(), by=officer, at=noon + 2 * DAY)
    page(staff, "/en/articles/observer/", noon + DAY, status=410)
    page(staff, "/en/articles/observer/1/", noon + DAY, status=404)
    assert "Of an observer" not in page(staff, "/en/articles/", noon + DAY)
    assert "Of an observer" in page(administrator, "/en/articles/observer/", noon + DAY)
    page(administrator, "/en/articles/observer/", noon + 3 * DAY, status=410)


def test_deployments_whose_clearance_was_revoked_since_stay_hidden_in_the_past_but_for_who_sees_people(
    staff, administrator, noon, officer, known
):
    def seen(client, moment):
        page = client.get(f"/en/missions/undof/?{urlencode({'as_of': moment.isoformat()})}")
        return [row.strength for row in page.context["deployments"]], [answer.value for answer in answers_on(page)]

    assert seen(staff, noon) == ([139], [139, 7])
    for field in ("kind", "strength", "women"):
        clearance.revoke(known.clearances.get(field=field), by=officer, at=noon + DAY)
    assert seen(staff, noon) == ([], [])
    assert seen(administrator, noon) == ([139], [139, 7])
    assert seen(administrator, noon + 2 * DAY) == ([], [])


def test_a_number_of_an_old_story_is_not_told_anew_once_its_clearance_was_revoked(noon, officer, story, known):
    record_says(known, noon + DAY, strength=141)
    clearance.revoke(known.clearances.get(field="strength"), by=officer, at=noon + 3 * DAY)
    with withheld_as_of(noon + 4 * DAY):
        assert "141" not in past_bodies.body(story, at=noon + 2 * DAY)
    assert "141" in past_bodies.body(story, at=noon + 2 * DAY)


def test_nobody_is_named_in_the_past_who_serves_again_since(noon, known, observer):
    everybody = Person.objects.all()
    Tour.objects.create(person=observer, deployment=known, start=noon.date() + 5 * DAY)
    assert observer.pk in clearance.people(everybody, at=noon)
    with withheld_as_of(noon + 4 * DAY):
        assert observer.pk in clearance.people(everybody, at=noon)
    with withheld_as_of(noon + 6 * DAY):
        assert clearance.people(everybody, at=noon) == {}


def test_a_clearance_that_ran_out_since_opens_nothing_in_the_past(noon, observer):
    Clearance.objects.update(until=noon + DAY)
    assert Clearance.objects.valid(noon).exists()
    with withheld_as_of(noon + 2 * DAY):
        assert not Clearance.objects.valid(noon).exists()
    assert Clearance.objects.valid(noon).exists()


def test_a_clearance_of_today_opens_nothing_of_the_past(noon, officer, known):
    clearance.clear(known, "place", basis="official_release", by=officer, at=noon)
    with withheld_as_of(noon + DAY):
        assert not Clearance.objects.valid(noon - DAY).filter(field="place").exists()
