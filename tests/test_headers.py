"""What every kind of answer tells a browser: which policy, who may embed it, who may keep it (decision 4)."""

import re
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone

from articles import publishing, review
from articles.models import Edition
from ledger.models import User
from tests import makers
from tests.conftest import ClosingClient

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english_desk")]

COMMON = {
    "default-src": "'none'", "img-src": "'self'", "font-src": "'self'", "connect-src": "'self'", "object-src": "'none'",
    "base-uri": "'none'", "form-action": "'self'", "frame-ancestors": "'none'", "require-trusted-types-for": "'script'",
}  # fmt: skip
READERS = COMMON | {"script-src": "'self'", "style-src": "'self'", "trusted-types": "'none'"}
STYLED = "'sha256-PlumsSlvJ7vvWzjqibGAYKq92O3y/4JTxWWsWJvyUYA='"
DESK = COMMON | {
    "script-src": "'self'", "style-src": f"'self' {STYLED}", "style-src-attr": "'unsafe-inline'", "frame-src": "'self'",
    "trusted-types": "'none'",
}  # fmt: skip
FORM = DESK | {
    "script-src": "'self' 'nonce-N'", "style-src": f"'self' 'nonce-N' {STYLED}",
    "trusted-types": "default looking pasting",
}  # fmt: skip
PREVIEW = DESK | {"frame-ancestors": "'self'"}
FILE = {
    "default-src": "'none'", "style-src": "'unsafe-inline'", "img-src": "data:", "base-uri": "'none'", "form-action": "'none'",
    "frame-ancestors": "'none'",
}  # fmt: skip

# What anybody is answered: the address, the status, the policy, who may set it into a page of theirs.
OURS, ANYBODYS = "same-origin", "cross-origin"
PUBLIC = [
    ("/en/", 200, READERS, OURS),
    ("/en/articles/golan-contingent/", 200, READERS, OURS),
    ("/en/missions/undof/", 200, READERS, OURS),
    ("/en/search/?q=golan", 200, READERS, OURS),
    ("/en/data/", 200, READERS, OURS),
    ("/en/figures/report/?figure=strength+mission%3DUNDOF&on=2025-10-20&said=139", 200, READERS, OURS),
    ("/en/review/{token}/", 200, READERS, OURS),
    ("/en/review/nobodys/", 410, READERS, OURS),
    ("/", 302, READERS, OURS),
    ("/en/articles", 301, READERS, OURS),
    ("/en/nothing/", 404, READERS, OURS),
    ("/nothing", 404, READERS, OURS),
    ("/en/articles/gone/", 410, READERS, OURS),
    ("/robots.txt", 200, FILE, OURS),
    ("/sitemap.xml", 200, FILE, OURS),
    ("/en/feeds/rss.xml", 200, FILE, OURS),
    ("/en/feeds/feed.json", 200, FILE, OURS),
    ("/en/missions/undof/strength.csv", 200, FILE, OURS),
    ("/health/live", 200, FILE, OURS),
    ("/photos/{photo}/480.webp", 200, FILE, ANYBODYS),
    ("/share/site/en/old.jpg", 302, READERS, ANYBODYS),
    ("/attachments/{file}/", 200, FILE, OURS),
    ("/api/v1/", 200, FILE, ANYBODYS),
    ("/api/v1/nothing", 404, FILE, ANYBODYS),
    ("/data/v1/datapackage.json", 200, FILE, ANYBODYS),
    ("/data/v1/contributions.csv", 200, FILE, ANYBODYS),
    ("/admin/", 302, DESK, OURS),
    ("/admin/login/", 200, DESK, OURS),
    ("/admin/password_reset/", 200, DESK, OURS),
    ("/admin/reset/Mg/none/", 200, DESK, OURS),
    ("/reports/", 302, DESK, OURS),
]  # fmt: skip

# What somebody of the desk is answered; nothing of it is kept on the way.
SIGNED_IN = [
    ("/admin/", 200, DESK),
    ("/admin/inbox/", 200, DESK),
    ("/admin/account/", 200, DESK),
    ("/admin/articles/edition/", 200, FORM),
    ("/admin/articles/edition/add/", 200, FORM),
    ("/admin/articles/edition/{draft}/change/", 200, FORM),
    ("/admin/articles/edition/{draft}/preview/", 200, DESK),
    ("/admin/articles/edition/{draft}/page/", 200, PREVIEW),
    ("/admin/articles/edition/{draft}/choices/?of=figure", 200, FILE),
    ("/admin/missions/mission/{mission}/history/", 200, DESK),
    ("/admin/missions/mission/{mission}/history/{version}/", 200, FORM),
    ("/admin/missions/mission/{mission}/delete/", 200, FORM),
    ("/admin/articles/photo/{private}/original/", 200, DESK),
    ("/admin/jsi18n/", 200, FILE),
    ("/admin/nothing/", 404, DESK),
    ("/admin/missions/mission/999999/change/", 302, DESK),
    ("/reports/", 200, DESK),
    ("/reports/strength-by-month/", 200, DESK),
    ("/reports/nothing/", 404, DESK),
    ("/photos/{private}/480.webp", 200, FILE),
]  # fmt: skip


def policy(response):
    """This will return the directives of an answer's policy, a nonce being written as N."""
    told = re.sub(r"'nonce-[\w+/=]+'", "'nonce-N'", response["Content-Security-Policy"])
    return dict(part.strip().partition(" ")[::2] for part in told.split(";"))


def complaints(response, expected, shared=OURS):
    """This will return what an answer lacks, in words."""
    found = []
    told = policy(response) if response.has_header("Content-Security-Policy") else {}
    if told != expected:
        found.append(f"policy {told}")
    wanted = {
        "X-Content-Type-Options": {"nosniff"}, "Cross-Origin-Opener-Policy": {"same-origin"},
        "Referrer-Policy": {"same-origin", "no-referrer"}, "Cross-Origin-Resource-Policy": {shared},
        "X-Frame-Options": {"SAMEORIGIN" if expected is PREVIEW else "DENY"},
    }  # fmt: skip
    found += [f"{name}: {response.get(name)}" for name, values in wanted.items() if response.get(name) not in values]
    if expected is not FILE and "camera=()" not in response.get("Permissions-Policy", ""):
        found.append("no Permissions-Policy")
    found += [f"tells {name}" for name in ("Server", "X-Powered-By") if response.has_header(name)]
    return found


@pytest.fixture
def rows(noon, editor):
    """A house with a public story, its picture and its file, a story that is gone, and a draft under review."""
    makers.golan_contingent()
    photo, private = makers.photo(noon), makers.photo(noon)
    draft = makers.draft_story(noon - timedelta(hours=1), body="<p>[[strength mission=UNDOF]]</p><p>[[photo 1]]</p>")
    draft.photo_uses.create(place=1, photo=photo)
    file = draft.attachments.create(title="Table", file=ContentFile(b"a,b\n", name="t.csv"), kind="csv", size=4)
    publishing.approve(draft, by=editor, at=noon)
    gone = makers.approved_story(noon, editor, slug="gone", title="Gone", body="<p>Text.</p>")
    publishing.withdraw(gone, reason="Wrong.", by=editor, at=noon + timedelta(hours=1))
    now = timezone.now()
    open_draft = makers.draft_story(now, slug="open", title="Open", body="<p>Text.</p>", created_by=editor)
    _link, token = review.make_link(open_draft, reviewer="A reader", by=editor, at=now)
    mission = makers.golan_mission()
    return {
        "photo": photo.pk, "private": private.pk, "file": file.pk, "draft": open_draft.pk, "token": token,
        "mission": mission.pk, "version": mission.history.first().pk,
    }  # fmt: skip


@pytest.fixture
def administrator(client):
    client.force_login(User.objects.create_superuser("root", password="a long pass phrase"))
    return client


def test_every_kind_of_public_answer_has_its_whole_policy_and_none_sets_a_cookie(client, rows):
    wrong = {}
    for address, status, expected, shared in PUBLIC:
        reader = ClosingClient(headers={"accept-language": "en"})
        response = reader.get(address.format(**rows))
        found = complaints(response, expected, shared)
        if response.status_code != status:
            found.append(f"status {response.status_code}")
        # The desk's door alone guards its form before anybody has signed in.
        if response.cookies and address not in ("/admin/login/", "/admin/password_reset/"):
            found.append(f"cookies {list(response.cookies)}")
        if found:
            wrong[address] = found
    assert wrong == {}


def test_every_kind_of_answer_to_the_desk_has_its_whole_policy_and_is_kept_by_nobody(administrator, rows):
    wrong = {}
    for address, status, expected in SIGNED_IN:
        response = administrator.get(address.format(**rows))
        found = complaints(response, expected)
        if response.status_code != status:
            found.append(f"status {response.status_code}")
        if not {"private", "no-store"} <= set(re.split(r",\s*", response.get("Cache-Control", ""))):
            found.append(f"Cache-Control: {response.get('Cache-Control')}")
        if found:
            wrong[address] = found
    assert wrong == {}


def test_a_reports_file_and_a_refused_form_have_their_policy(client, staff, contingent):
    taken = client.post("/reports/strength-by-month/take", {"period": "last_month", "format": "csv", "purpose": "x"})
    assert taken["Content-Disposition"].startswith("attachment") and complaints(taken, FILE) == []
    assert taken["Cache-Control"] == "private, no-store"
    refused = Client(enforce_csrf_checks=True).post("/admin/login/", {"login": "a", "password": "b"})
    assert refused.status_code == 403 and complaints(refused, DESK) == []
    forbidden = client.get("/admin/ledger/user/")
    assert forbidden.status_code == 403 and complaints(forbidden, DESK) == []


@pytest.mark.parametrize(
    ("broken", "address", "status"),
    [
        ("peacekeeping.health._ask_the_database", "/health/ready", 500),  # in a view
        ("peacekeeping.middleware.timezone.now", "/en/about/", 500),  # in a middleware within
        ("django.middleware.security.SecurityMiddleware.process_response", "/en/about/", 500),  # in one of the first
        (None, "/en/about/", 400),  # an unknown host, refused in the middle
    ],
)  # fmt: skip
def test_what_breaks_wherever_it_breaks_is_answered_with_the_whole_policy(monkeypatch, broken, address, status):
    def breaks(*_arguments):
        raise RuntimeError

    if broken:
        monkeypatch.setattr(broken, breaks)
    host = {} if broken else {"host": "elsewhere.example"}
    response = Client(raise_request_exception=False).get(address, headers=host)
    assert response.status_code == status and complaints(response, READERS) == []


def test_an_unknown_host_is_refused_with_the_whole_policy_before_it_is_led_to_tls(settings):
    settings.SECURE_SSL_REDIRECT = True
    response = Client().get("/en/about/", headers={"host": "elsewhere.example"})
    assert response.status_code == 400 and complaints(response, READERS) == []
    led = Client().get("/en/about/")
    assert led.status_code == 301 and complaints(led, READERS) == []


def test_a_static_file_loads_nothing_and_other_sites_may_show_it(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    (tmp_path / "mark.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    client = ClosingClient()
    response = client.get("/static/mark.svg")
    assert response.status_code == 200 and complaints(response, FILE, ANYBODYS) == []
    assert "Access-Control-Allow-Origin" not in response
    refused = client.post("/static/mark.svg")
    assert refused.status_code == 405 and complaints(refused, FILE, ANYBODYS) == []
    missing = client.get("/static/nothing.svg")
    assert missing.status_code == 404 and complaints(missing, READERS, ANYBODYS) == []
    for one in client.got:
        one.close()


def test_an_answer_that_nothing_changed_leaves_the_policy_of_what_the_browser_has(client, contingent):
    first = client.get("/en/feeds/atom.xml")
    again = client.get("/en/feeds/atom.xml", headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304 and "Content-Security-Policy" not in again


def test_two_answers_of_the_desk_never_share_a_nonce(administrator):
    nonces = {
        re.search(r"'nonce-([\w+/=]{20,})'", administrator.get("/admin/articles/section/")["Content-Security-Policy"])[
            1
        ]
        for _time in range(5)
    }
    assert len(nonces) == 5


def test_pictures_that_only_the_desk_may_see_yet_are_nobody_elses(administrator, rows):
    response = administrator.get(f"/photos/{rows['private']}/480.webp")
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert Edition.objects.published(timezone.now()).exists()
