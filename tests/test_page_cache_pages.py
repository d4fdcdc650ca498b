"""The layer of ready pages upon the site itself: which pages it keeps, that they are the same, and for how long."""

import re
from datetime import date, timedelta

import pytest
from django.conf import settings as site_settings
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.urls import URLPattern
from django.utils import timezone

from articles import front_page, publishing
from articles.models import Article, Author, Edition, StoryTotal
from missions import clearance, dates
from missions.models import Clearance, Milestone, Source
from peacekeeping import public_urls
from peacekeeping.page_cache import front, kept, watch
from peacekeeping.page_cache.front import Front
from peacekeeping.page_cache.turns import next_turns
from tests import makers, released
from tests.fixtures.page_cache import MB, WatchInHand, ask

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english_desk")]

HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
# Why each other public address is never kept.
NEVER = {
    "live", "ready", "security_txt",  # the truth of this moment
    "photo", "rendition", "share_picture", "attachment",  # files, asked anew each time whether they are public
    "data_package", "data_file", "csvw", "strength_csv", "casualties_csv", "service_csv", "values_csv",  # streams
    "news_sitemap",  # its window of two days rolls on with every second
    "review", "review_photo",  # the address is a key, and who opened it is noted
    "report_figure", "report_thanks",  # what a reader writes
    "search",  # each question is a page of its own
}  # fmt: skip
ADDRESSES = {
    "home": "", "article": "articles/golan-contingent/", "edition": "articles/golan-contingent/1/",
    "changes": "articles/golan-contingent/2/changes/", "topics": "topics/", "archive": "archive/",
    "archive_year": "archive/2025/", "missions": "missions/", "mission": "missions/undof/", "units": "units/",
    "unit": "units/unit/", "people": "people/", "timeline": "timeline/", "figures": "figures/",
    "figure": "figures/strength/", "about": "about/", "about_data": "about/data/", "contact": "contact/",
    "privacy": "privacy/", "accessibility": "accessibility/", "downloads": "data/", "feed_list": "feeds/",
    "feed": "feeds/atom.xml", "section_feed": "sections/missions/feeds/rss.xml", "topic_feed": "topics/golan/feeds/feed.json",
    "mission_feed": "missions/undof/feeds/atom.xml", "correction_feed": "corrections/feeds/rss.xml",
    "corrections_feed": "corrections/feed/", "robots": "/robots.txt", "sitemap": "/sitemap.xml",
    "sitemap_pages": "/sitemap-pages.xml", "sitemap_missions": "/sitemap-missions.xml",
    "sitemap_stories": "", "articles": "articles/", "section": "sections/missions/",
    "topic": "topics/golan/", "archive_month": "archive/2025/10/", "corrections": "corrections/",
}  # fmt: skip


class Clock:
    """One clock for the site, the layer and its watch."""

    def __init__(self):
        self.moment = timezone.now()

    def now(self):
        return self.moment

    def time(self):
        return self.moment.timestamp()

    monotonic = time


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr("django.utils.timezone.now", clock.now)
    for module in (front, watch):
        monkeypatch.setattr(module, "time", clock)
    return clock


@pytest.fixture
def site(monkeypatch):
    """The site as a server calls it, within the test's own transaction."""
    monkeypatch.setattr(connections["default"], "close_if_unusable_or_obsolete", lambda: None)
    return get_wsgi_application()


@pytest.fixture
def layer(site):
    layer = Front(site, limit=64 * MB, stale_for=300)
    layer.watch = WatchInHand(layer.pages.keep_only)
    return layer


def read(application, path, query="", **asked):
    return ask(application, path, query, **{"host": "testserver", **asked})


@pytest.fixture
def house(noon, editor):
    """A house with something on each of its public pages."""
    released.record(noon, editor)
    kazakh = makers.draft_story(
        noon, "kk", Article.objects.get(), "<p>Мәтін.</p>", slug="golan-contingent", title="Голан"
    )
    publishing.approve(kazakh, by=editor, at=noon + 3 * HOUR)


def names_of(patterns):
    """This will yield the name of every address, but for the desk's language switch."""
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            if pattern.name:
                yield pattern.name
        elif str(pattern.pattern) != "i18n/":
            yield from names_of(pattern.url_patterns)


def test_of_every_public_address_it_is_stated_whether_its_page_is_kept():
    named = set(names_of(public_urls.urlpatterns))
    assert named == kept.ONE_PAGE | kept.MANY_PAGES | NEVER
    assert not NEVER & (kept.ONE_PAGE | kept.MANY_PAGES) and not kept.ONE_PAGE & kept.MANY_PAGES
    assert set(ADDRESSES) == kept.ONE_PAGE | kept.MANY_PAGES


def addresses(language):
    own = {name: path if path.startswith("/") else f"/{language}/{path}" for name, path in ADDRESSES.items()}
    part = Article.objects.latest("pk").pk // StoryTotal.STORIES_PER_FILE
    own["sitemap_stories"] = f"/sitemap-stories-{part}.xml"
    if language == "ru":
        own = {name: path.replace("golan-contingent", "golany") for name, path in own.items()}
        own.pop("changes"), own.pop("correction_feed")
    if language == "kk":
        own.pop("changes")
    return own


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_every_page_is_kept_and_is_the_same_as_without_the_layer(house, clock, site, layer, language):
    for name, path in addresses(language).items():
        plain = read(site, path)
        assert plain.status == 200, path
        stored, hit = read(layer, path), read(layer, path)
        assert (stored.told, hit.told) == ("page-cache; fwd=miss; stored", "page-cache; hit"), path
        assert plain.body == stored.body == hit.body, name
        ours = {"Cache-Control", "Vary", "ETag", "Content-Length", "Cache-Status", "X-Request-ID"}
        told, as_kept = (
            {name: value for name, value in answer.headers.items() if name not in ours} for answer in (plain, hit)
        )
        assert told.pop("Content-Language", None) == as_kept.pop("Content-Language", None) or path in kept_alike()
        assert told == as_kept, name


def kept_alike():
    """The addresses without a language."""
    return {path for path in ADDRESSES.values() if path.startswith("/")}


def test_no_kept_page_depends_on_the_language_the_browser_or_the_host_of_who_asks(house, clock, site, settings):
    settings.ALLOWED_HOSTS = ["*"]
    for path in addresses("en").values():
        plain = read(site, path)
        for other in (
            {"accept_language": "ru"}, {"accept_language": "en-GB, kk;q=0.5"}, {"user_agent": "Other", "accept": "application/json"},
            {"referer": "https://evil.example/"}, {"host": "evil.example"}, {"x_forwarded_host": "evil.example"},
            {"x_forwarded_proto": "https"}, {"range": "bytes=0-10"}, {"x_requested_with": "XMLHttpRequest"},
        ):  # fmt: skip
            answer = read(site, path, **other)
            assert (answer.status, answer.body) == (200, plain.body), (path, other)
            assert "evil" not in str(answer.all)


def test_another_question_at_a_kept_address_is_answered_for_itself(house, clock, site, layer):
    for path in ("/en/figures/", "/en/missions/", "/en/timeline/"):
        read(layer, path)
        size = len(layer.pages)
        for query in ("on=2025-01-01", "page=1", "page=2", "state=in_progress", "utm_source=x"):
            answer = read(layer, path, query)
            assert answer.body == read(site, path, query).body and "Cache-Status" not in answer.headers
        assert len(layer.pages) == size


def test_pages_of_a_list_are_kept_each_for_itself_and_none_beyond_the_last(editor, noon, clock, layer):
    makers.public_stories(range(60), noon, editor)
    first = read(layer, "/en/articles/")
    key = re.search(rb'rel="next" href="\?(before=[^"]+)"', first.body)[1].decode()
    second = read(layer, "/en/articles/", key)
    assert first.body != second.body and second.status == 200 and len(layer.pages) == 2
    assert read(layer, "/en/articles/", key).told == "page-cache; hit"
    beyond = ("before=1900-01-01.1.1", "before=20251004.1.1", "page=3", "page=9999999", "page=99999999999999999999")
    for query in beyond:
        assert read(layer, "/en/articles/", query).status in (302, 404) and len(layer.pages) == 2


@pytest.mark.parametrize(
    "path",
    ["/en", "/en/missions", "/en/articles/none/", "/en/no-such-page/", "/en//", "//en/", "/en/missions/undof/;x", "/EN/", "/en/%00",
     "/en/articles/golan-contingent/99/", "/en/search/", "/en/figures/report/thanks/", "/news-sitemap.xml", "/en/\x00", "/en/\xff",
     "/en/missions/undof/strength.csv", "/", "/health/ready", "/robots.txt/", "/sitemap-stories-99.xml", "/en/../admin/"],
)  # fmt: skip
def test_what_is_no_page_for_everybody_is_never_kept(house, clock, site, layer, path):
    for _time in range(2):
        answer = read(layer, path)
        assert "Cache-Status" not in answer.headers and answer.status == read(site, path).status
    assert len(layer.pages) == 0


def test_a_host_that_is_not_ours_gets_no_page_though_one_is_ready(house, clock, layer):
    read(layer, "/en/")
    for host in ("evil.example", "testserver:evil", "testserver@evil.example", "", "testserver, evil.example"):
        assert read(layer, "/en/", host=host).status == 400
    assert len(layer.pages) == 1
    assert read(layer, "/en/", x_forwarded_host="evil.example").told == "page-cache; hit"


def test_a_page_asked_for_without_tls_is_not_what_https_serves(house, clock, layer, settings):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.SECURE_SSL_REDIRECT, settings.SECURE_REDIRECT_EXEMPT = True, [r"^health/"]
    layer._application = get_wsgi_application()
    for _time in range(2):
        assert read(layer, "/en/", x_forwarded_proto="http").status == 301
        assert read(layer, "/en/", x_forwarded_proto="https").status == 200
        assert read(layer, "/en/").status == 301
        assert read(layer, "/health/live").status == 200
    assert len(layer.pages) == 1


def test_withdrawn_suppressed_and_moved_stories_are_not_kept_in_any_form(house, clock, layer, editor):
    edition = Edition.objects.get(language="ru")
    publishing.withdraw(edition, reason="Wrong.", by=editor, at=clock.now())
    for _time in range(2):
        gone = read(layer, "/ru/articles/golany/")
        assert gone.status == 410 and "Cache-Status" not in gone.headers


def test_who_is_signed_in_sees_their_own_page_and_leaves_nothing_behind(house, clock, site, layer, client, editor):
    client.force_login(editor)
    cookie = f"{site_settings.SESSION_COOKIE_NAME}={client.cookies[site_settings.SESSION_COOKIE_NAME].value}"
    public = read(layer, "/en/articles/")
    past = read(layer, "/en/articles/", "as_of=2025-10-23T12:30", cookie=cookie)
    assert past.headers["Cache-Control"] == "private, no-store" and past.body != public.body
    own = read(layer, "/en/articles/", cookie=cookie)
    assert own.body == past.body or own.headers["Cache-Control"] == "private, no-store"
    assert read(layer, "/en/articles/").body == public.body and len(layer.pages) == 1
    assert read(layer, "/en/", cookie=cookie).status == 200 and len(layer.pages) == 1


def test_the_news_sitemap_rolls_on_with_the_clock_and_so_is_never_kept(editor, noon, clock, layer):
    clock.moment = noon + HOUR
    makers.public_stories([0], noon, editor)
    first = read(layer, "/news-sitemap.xml")
    clock.moment = noon + timedelta(hours=47)  # no turn of the site's clock lies where its window ends
    second = read(layer, "/news-sitemap.xml")
    assert b"story-0" in first.body and b"story-0" not in second.body and len(layer.pages) == 0


# --- The clock's turns ---------------------------------------------------------------------------------------------


class Held:
    """Who acts in the turns below."""

    editor = officer = None


def story_begins(noon, moment):
    publishing.approve(makers.draft_story(noon, body="<p>x</p>"), by=Held.editor, at=noon, public_from=moment)
    return "/en/articles/", b"golan-contingent"


def story_ends(noon, moment):
    publishing.approve(makers.draft_story(noon, body="<p>x</p>"), by=Held.editor, at=noon, public_until=moment)
    return "/en/articles/", b"golan-contingent"


def story_is_suppressed(noon, moment):
    story_begins(noon, noon)
    Edition.objects.update(suppressed_at=moment)
    return "/en/articles/golan-contingent/", b"The Golan contingent"


def front_page_begins(noon, moment):
    older, _newer = makers.public_stories([50, *range(2)], noon, Held.editor)[:2]
    makers.public_stories(range(2, 40), noon, Held.editor)
    front_page.lay_out("en", [older.article_id], since=moment, by=Held.editor, at=noon)
    return "/en/", b"story-50"


def clearance_begins(noon, moment):
    contingent = makers.golan_contingent(strength=739, cleared=("kind",))
    clearance.clear(contingent, "strength", basis="official_release", by=Held.officer, at=noon, since=moment)
    return "/en/missions/undof/", b"739"


def clearance_ends(noon, moment):
    contingent = makers.golan_contingent(strength=739, cleared=("kind",))
    clearance.clear(contingent, "strength", basis="official_release", by=Held.officer, at=noon, until=moment)
    return "/en/missions/undof/", b"739"


def clearance_is_revoked(noon, moment):
    clearance_ends(noon, None)
    Clearance.objects.filter(field="strength").update(revoked_at=moment, revoked_by=Held.officer)
    return "/en/missions/undof/", b"739"


def of_name(noon, **values):
    contingent = makers.golan_contingent()
    person = makers.person("Zhumabayev", "Invented")
    values = {"start": date(2024, 4, 1), "end": date(2025, 4, 1), **values}
    tour = makers.tour(person, contingent, values.pop("start"), values.pop("end"), **values)
    clearance.clear(person, "name", basis="consent", by=Held.officer, at=noon - 5 * HOUR)
    return tour


def casualty_is_released(noon, moment):
    tour = of_name(noon, casualty="injury", next_of_kin_told_at=moment - timedelta(hours=24))
    clearance.clear(tour, "casualty", basis="consent", by=Held.officer, at=noon - HOUR)
    clearance.second(tour.clearances.get(), by=Held.editor, at=noon - HOUR)
    return "/en/people/", b"Zhumabayev"


def tour_begins(noon, moment):
    of_name(noon, start=timezone.localdate(moment), end=None)
    return "/en/people/", b"Zhumabayev"


def tour_ends(noon, moment):
    of_name(noon, end=timezone.localdate(moment))
    return "/en/people/", b"Zhumabayev"


def deployment_begins(noon, moment):
    makers.golan_contingent(strength=739, start=timezone.localdate(moment))
    return "/en/missions/undof/", b"739"


def milestone_comes(noon, moment):
    source = Source.objects.create(title="s", publisher="p", retrieved=date(2025, 1, 1))
    Milestone.objects.create(date=timezone.localdate(moment), title_en="Homecoming", source=source)
    return "/en/timeline/", b"Homecoming"


COMES = [
    story_begins,
    front_page_begins,
    clearance_begins,
    casualty_is_released,
    tour_ends,
    deployment_begins,
    milestone_comes,
]
GOES = [story_ends, story_is_suppressed, clearance_ends, clearance_is_revoked, tour_begins]
BY_DAY = {tour_begins, tour_ends, deployment_begins, milestone_comes}


@pytest.mark.parametrize("turn", COMES + GOES, ids=lambda turn: turn.__name__)
def test_a_page_ends_at_the_moment_at_which_the_clock_changes_it(turn, noon, clock, site, layer, editor, officer):
    Held.editor, Held.officer = editor, officer
    moment = dates.midnight(noon.date() + timedelta(days=1)) if turn in BY_DAY else noon + HOUR
    path, words = turn(noon, moment)
    clock.moment = moment - SECOND
    soonest, until_gone = next_turns(clock.moment)
    assert soonest == moment and (until_gone == moment) == (turn in GOES or turn in BY_DAY)
    before = read(layer, path)
    assert (words in before.body) == (turn in GOES) and read(layer, path).told == "page-cache; hit"
    clock.moment = moment
    after = read(layer, path)
    assert after.body == read(site, path).body and (words in after.body) == (turn in COMES)


def test_without_anything_ahead_a_page_ends_at_local_midnight(noon, clock):
    midnight = dates.midnight(noon.date() + timedelta(days=1))
    assert next_turns(noon) == (midnight, midnight)
    assert next_turns(midnight - timedelta(microseconds=1)) == (midnight, midnight)
    assert next_turns(midnight)[0] == dates.midnight(noon.date() + timedelta(days=2))


def test_the_clocks_next_turn_is_the_soonest_of_many(noon, editor, officer):
    Held.editor, Held.officer = editor, officer
    front_page_begins(noon, noon + 3 * HOUR)
    story_begins(noon, noon + 2 * HOUR)
    clearance_ends(noon, noon + 4 * HOUR)
    assert next_turns(noon) == (noon + 2 * HOUR, noon + 4 * HOUR)
    assert next_turns(noon + 2 * HOUR) == (noon + 3 * HOUR, noon + 4 * HOUR)
    midnight = dates.midnight(noon.date() + timedelta(days=1))
    assert next_turns(noon + 3 * HOUR) == (noon + 4 * HOUR, noon + 4 * HOUR)
    assert next_turns(noon + 4 * HOUR) == (midnight, midnight)


def test_an_author_is_no_page_of_their_own():
    """Were there one, it would be told here whether it is kept."""
    assert not hasattr(Author, "get_absolute_url")


def test_a_page_that_is_kept_for_others_carries_no_id_of_a_request(house, clock, layer):
    for _time in range(2):
        assert "X-Request-ID" not in read(layer, "/en/missions/").headers
    assert (
        read(layer, "/en/no-such-page/").headers["X-Request-ID"]
        != read(layer, "/en/no-such-page/").headers["X-Request-ID"]
    )
