"""What somebody tries who wants the house to act for them, to speak for them, or to stumble."""

import re
from urllib.parse import urlsplit

import pytest
from django.conf import settings as site_settings
from django.test import Client
from django.urls import URLResolver, get_resolver
from django.utils import timezone

from articles import review
from articles.models import Comment, ErrorReport
from ledger.models import User
from tests import makers

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english_desk")]
REPORT = "/en/figures/report/?figure=strength+mission%3DUNDOF&on=2025-10-20&said=139"
WRONG = {"wrong": "It was 140.", "source": "", "email": "", "website": ""}
ELSEWHERE = "https://elsewhere.example"


@pytest.fixture
def administrator(client):
    client.force_login(User.objects.create_superuser("root", password="a long pass phrase"))
    return client


# --- forms that another site sends ---------------------------------------------------------------------------------

# Doors that take a form without Django's token, and why that is safe.
WITHOUT_A_TOKEN = {
    "report_figure", "review",  # no account, no cookie: ledger.own_pages asks the browser where the form comes from
}  # fmt: skip
SAMPLES = {
    "int": "1", "slug": "golan", "str": "abc", "path": "1", "year": "2025", "month": "10", "figure_key": "strength",
}  # fmt: skip


def addresses(resolver=None, before=""):
    """This will yield (name, an address) of each entry of the house's URL map, its places filled with a sample."""
    for entry in (resolver or get_resolver()).url_patterns:
        route = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from addresses(entry, route)
        else:
            yield entry.name or "", "/" + _filled(route)


def _filled(route):
    filled = re.sub(r"<(?:(\w+):)?\w+>", lambda place: SAMPLES[place[1] or "str"], route)
    # The few routes that are regular expressions: the end of the desk, and what machines do not find.
    return filled.replace("^data/", "data/").replace("(?P<url>.*)$", "nothing/")


def test_no_door_takes_a_form_without_the_token_of_its_own_page(contingent):
    visitor = Client(enforce_csrf_checks=True, raise_request_exception=False)
    visitor.force_login(User.objects.create_superuser("root", password="a long pass phrase"))
    taken, seen = {}, set()
    for name, address in addresses():
        seen.add(address)
        # Public pages take no form at all, nor do the interface for programs and its files.
        refusals = (403,) if address.startswith(("/admin/", "/reports/", "/i18n/")) else (405,)
        headers = {"origin": ELSEWHERE, "sec-fetch-site": "cross-site"} if name in WITHOUT_A_TOKEN else {}
        status = visitor.post(address, {"x": "1"}, headers=headers).status_code
        if status not in ((403,) if name in WITHOUT_A_TOKEN else refusals):
            taken[name, address] = status
    assert taken == {} and len(seen) > 200


@pytest.mark.parametrize(
    ("told", "is_taken"),
    [
        ({"sec-fetch-site": "same-origin", "origin": "http://testserver"}, True),
        ({"sec-fetch-site": "none"}, True),
        ({"sec-fetch-site": "cross-site", "origin": ELSEWHERE}, False),
        ({"sec-fetch-site": "same-site", "origin": "http://other.testserver"}, False),
        ({"sec-fetch-site": "cross-site", "origin": "http://testserver"}, False),
        ({"origin": "http://testserver"}, True),
        ({"origin": ELSEWHERE}, False),
        ({"origin": "null"}, False),
        ({"origin": "http://testserver.elsewhere.example"}, False),
        ({}, True),  # no browser, so nobody's visit
    ],
)  # fmt: skip
def test_a_readers_form_is_taken_from_our_own_page_alone_and_needs_no_cookie(contingent, editor, told, is_taken):
    at = timezone.now()
    draft = makers.draft_story(at, slug="open", body="<p>Text.</p>", created_by=editor)
    _link, token = review.make_link(draft, reviewer="A reader", by=editor, at=at)
    reader = Client(enforce_csrf_checks=True)
    for address, form, noun in (
        (REPORT, WRONG, ErrorReport), (f"/en/review/{token}/", {"text": "Is it so?", "about": ""}, Comment)
    ):  # fmt: skip
        page = reader.get(address)
        assert "csrfmiddlewaretoken" not in page.content.decode() and not reader.cookies
        answer = reader.post(address, form, headers=told)
        assert answer.status_code == (302 if is_taken else 403), answer.content
        assert noun.objects.exists() is is_taken
        assert not answer.cookies


def test_a_form_of_our_page_is_taken_where_a_proxy_asks_us_under_another_host(contingent, settings):
    settings.CSRF_TRUSTED_ORIGINS = ["https://record.example"]
    told = {"origin": "https://record.example"}
    assert Client().post(REPORT, WRONG, headers=told).status_code == 302


# --- methods -------------------------------------------------------------------------------------------------------

PAGES = [
    "/en/", "/en/articles/", "/en/missions/undof/", "/en/search/", "/en/feeds/rss.xml", "/robots.txt", "/sitemap.xml",
    "/health/live", "/photos/1/480.webp", "/attachments/1/", "/share/site/en/x.jpg", "/en/missions/undof/strength.csv",
    "/en/figures/report/thanks/", "/en/review/nobodys/photos/1/480/",
]  # fmt: skip


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND"])
def test_public_pages_are_read_and_nothing_else_is_done_to_them(contingent, method):
    reader = Client(raise_request_exception=False)
    statuses = {address: reader.generic(method, address).status_code for address in PAGES}
    # Where there is nothing, nothing can be refused.
    assert set(statuses.values()) <= {405, 404} and statuses["/en/"] == statuses["/robots.txt"] == 405


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"])
def test_the_desk_answers_no_method_that_it_does_not_know(administrator, method):
    for address in ("/admin/", "/admin/articles/edition/", "/admin/login/", "/reports/", "/i18n/setlang/"):
        answer = administrator.generic(method, address)
        assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD, POST"), address


# --- hosts and proxies ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["elsewhere.example", "testserver.elsewhere.example", "testserver@elsewhere.example",
                                  "testserver:80/x", "a b", "", "testserver\t", "[::1"])  # fmt: skip
def test_only_the_hosts_of_this_installation_are_answered(contingent, host):
    assert Client(raise_request_exception=False).get("/en/about/", headers={"host": host}).status_code == 400


def test_what_a_client_claims_of_a_proxy_changes_nothing_without_one(contingent):
    claims = {
        "x-forwarded-host": "elsewhere.example", "x-forwarded-proto": "https", "forwarded": "host=elsewhere.example",
        "x-forwarded-port": "444", "x-original-url": "/admin/", "x-rewrite-url": "/admin/", "x-host": "elsewhere.example",
        "x-http-method-override": "DELETE", "x-forwarded-prefix": "/evil", "x-script-name": "/evil",
    }  # fmt: skip
    for address in ("/en/missions/undof/", "/en/feeds/rss.xml", "/sitemap.xml", "/robots.txt", "/api/v1/", "/"):
        plain, claimed = Client().get(address), Client().get(address, headers=claims)
        assert (claimed.status_code, claimed.get("Location")) == (plain.status_code, plain.get("Location"))
        text = claimed.content.decode()
        assert "elsewhere" not in text and "/evil" not in text and ":444" not in text
        assert "Strict-Transport-Security" not in claimed and not claimed.wsgi_request.is_secure()


def test_addresses_that_leave_the_house_name_the_house_and_not_the_host_that_asked(contingent, settings):
    settings.ALLOWED_HOSTS = ["inner.example"]
    for address in (
        "/en/missions/undof/",
        "/en/feeds/rss.xml",
        "/sitemap.xml",
        "/robots.txt",
        "/data/v1/datapackage.json",
    ):
        text = Client().get(address, headers={"host": "inner.example"}).content.decode()
        assert "inner.example" not in text and site_settings.SITE_URL in text


# --- being led elsewhere -------------------------------------------------------------------------------------------

NEXT = [
    "https://elsewhere.example/", "//elsewhere.example/", "///elsewhere.example/", "/\\elsewhere.example", "\\\\elsewhere.example",
    "https:elsewhere.example", "http:///elsewhere.example", "javascript:alert(1)//elsewhere", "data:text/html,elsewhere",
    "/\t/elsewhere.example", "https://testserver@elsewhere.example/", "https://testserver.elsewhere.example/",
    "\x00//elsewhere.example", "/%0d%0aLocation:https://elsewhere.example",
]  # fmt: skip


def leads_away(answer):
    target = answer.get("Location", "")
    parts = urlsplit(target)
    return bool(parts.netloc or parts.scheme) or target.startswith(("//", "/\\", "\\"))


@pytest.mark.parametrize("wanted", NEXT)
def test_nobody_is_led_to_another_site_by_an_address_of_ours(administrator, wanted):
    query = {"next": wanted}
    visitor = Client()
    answers = {
        "signing in": visitor.post(
            "/admin/login/", {"login": "root", "password": "a long pass phrase", "next": wanted}
        ),
        "being signed in": administrator.get("/admin/login/", query),
        "the language": administrator.post("/i18n/setlang/", {"language": "ru", "next": wanted}),
        "the language, of a reader": Client().post("/i18n/setlang/", {"language": "ru", "next": wanted}),
        "the language, by where it came from": Client().post(
            "/i18n/setlang/", {"language": "ru"}, headers={"referer": wanted.replace("\x00", "").replace("\t", "")}
        ),
        "a favourite": administrator.post("/reports/strength-by-month/star", {"back": wanted}),
        "signing out": administrator.post("/admin/logout/", query),
        "a lost slash": visitor.get("//elsewhere.example/en"),
        "the past": administrator.get("/en/", {"as_of": "now", "next": wanted}),
    }
    assert {name: answer["Location"] for name, answer in answers.items() if leads_away(answer)} == {}


def test_an_address_that_begins_with_two_slashes_is_none_of_another_site(contingent):
    for address in (
        "//elsewhere.example/articles",
        "//elsewhere.example",
        "/en//elsewhere.example/x",
        "/%5celsewhere.example/a",
    ):
        answer = Client().get(address)
        assert answer.status_code in (301, 302, 404) and not leads_away(answer), address


# --- files ---------------------------------------------------------------------------------------------------------

OUT = ["..", "%2e%2e", "..%2f", "..%5c", "%2e%2e%2f", "....//", "..;/", "%252e%252e%252f", "..\\"]


@pytest.mark.parametrize("before", ["/static/", "/photos/1/", "/attachments/", "/share/site/en/", "/data/v1/", "/reports/runs/1/",
                                    "/media-is-private/", "/static/desk/", "/en/review/a/photos/1/"])  # fmt: skip
def test_no_address_leads_out_of_its_folder(administrator, before):
    for step in OUT:
        for target in ("manage.py", "peacekeeping/settings.py", "etc/passwd", ".env"):
            address = before + f"{step}/" * 6 + target
            answer = administrator.get(address)
            content = b"".join(answer.streaming_content) if answer.streaming else answer.content
            assert answer.status_code in (301, 302, 404), address
            assert (
                b"DJANGO_SETTINGS_MODULE" not in content
                and b"root:" not in content
                and b"INSTALLED_APPS" not in content
            )


@pytest.mark.parametrize("address", ["/.env", "/.git/config", "/manage.py", "/var/peacekeeping.sqlite3", "/media/", "/media-is-private/",
                                     "/static/", "/static/../.env", "/requirements.txt", "/server-status", "/api/v1/docs"])  # fmt: skip
def test_nothing_of_the_installation_has_an_address(contingent, address):
    assert Client().get(address).status_code == 404


@pytest.mark.parametrize("nonsense", ["\x00", "%00", "\ud800", "\N{RIGHT-TO-LEFT OVERRIDE}", "a" * 5000, "'\"><script>alert(1)</script>",
                                      "{{ 7*7 }}", "${7*7}", "1 OR 1=1", "-1", "9" * 40, "\r\nSet-Cookie: a=b"])  # fmt: skip
def test_nonsense_in_a_question_breaks_nothing_and_is_repeated_as_words_alone(contingent, nonsense):
    reader = Client()
    for address, names in {
        "/en/search/": ("q", "section", "from", "to", "mission"), "/en/articles/": ("page", "before", "after"),
        "/en/missions/": ("state", "region", "kind", "year"), "/en/timeline/": ("mission", "kind"),
        "/en/figures/": ("on", "mission", "kind"), "/en/figures/strength/": ("mission", "on", "kind"),
        "/en/people/": ("page", "q"), "/en/figures/report/thanks/": ("page",),
        "/api/v1/contributions": ("contributor", "from", "to", "limit", "cursor"), "/api/v1/articles": ("language", "limit"),
    }.items():  # fmt: skip
        for name in names:
            text = (
                nonsense.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
                if nonsense == "\ud800"
                else nonsense
            )
            answer = reader.get(address, {name: text})
            assert answer.status_code in (200, 302, 400, 404, 422), (address, name)
            assert b"<script>alert(1)" not in answer.content and b"Set-Cookie" not in b"".join(
                f"{key}".encode() for key in answer.headers
            )


@pytest.mark.parametrize("path", ["/en/articles/%00/", "/en/%ff%fe/", "/en/review/%00/", "/en/figures/strength%00/", "/photos/99999999999999999999/480.webp",
                                  "/attachments/99999999999999999999/", "/en/articles/x/99999999999999999999/",
                                  "/sitemap-stories-99999999999999999999.xml", "/en/archive/2025/13/", "/admin/articles/edition/%00/change/",
                                  "/admin/articles/edition/99999999999999999999/change/", "/reports/runs/99999999999999999999/"])  # fmt: skip
def test_an_address_of_nonsense_is_not_found_and_breaks_nothing(administrator, path):
    answer = administrator.get(path)
    assert answer.status_code in (302, 404, 410)
