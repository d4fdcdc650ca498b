"""A word in every private field, looked for at every address, as nobody and as each role."""

import re
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from django.utils import timezone

from articles import totals
from ledger import roles
from ledger.models import User
from missions import clearance, figures, open_data
from missions.clearance import holding
from missions.figures import VOCABULARY
from missions.models import Deployment, Tour
from tests import canaries, makers

pytestmark = pytest.mark.django_db


class Links(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attributes):
        if ("property", "og:image") in attributes:
            self.found.append(urlsplit(dict(attributes)["content"]).path)
        for name, value in attributes:
            if value and (name in ("href", "src") or (name == "srcset")):
                self.found += [part.split()[0] for part in value.split(",")] if name == "srcset" else [value]


def crawl(client, start, limit=400):
    """This will yield (address, content) of every page that can be reached from `start` by links, images included."""
    seen, waiting = set(), list(start)
    while waiting and len(seen) < limit:
        address = waiting.pop(0)
        if address in seen or "/logout/" in address or address.startswith("/static/"):
            continue
        seen.add(address)
        response = client.get(address, follow=True)
        content = b"".join(response.streaming_content) if response.streaming else response.content
        yield address, content
        if "html" in response.get("Content-Type", ""):
            links = Links()
            links.feed(content.decode())
            for link in links.found:
                target = urldefrag(urljoin(address, link)).url
                if not urlsplit(target).netloc and target.startswith("/"):
                    waiting.append(target)


@pytest.fixture
def house_with_canaries(noon, editor, monkeypatch):
    """A house whose every private field of a person, a tour and a deployment holds a word that nobody may read."""
    return canaries.plant(noon, editor)


PUBLIC = [f"/{language}/" for language in ("kk", "ru", "en")] + ["/robots.txt", "/news-sitemap.xml"]
PUBLIC += [f"/sitemap{part}.xml" for part in ("", "-pages", "-missions")]
PUBLIC += [f"/{language}/corrections/{page}" for language in ("kk", "ru", "en") for page in ("", "feed/")]
PUBLIC += [f"/{language}/{page}/" for language in ("kk", "ru", "en") for page in ("units", "units/unit", "people")]
PUBLIC += [
    f"/{language}/{place}feeds/{kind}"
    for language in ("kk", "ru", "en")
    for place in ("", "sections/missions/", "missions/undof/", "corrections/")
    for kind in ("", "rss.xml", "atom.xml", "feed.json")
    if kind or not place
]
PUBLIC += [f"/{language}/{page}" for language in ("kk", "ru", "en") for page in ("timeline/", "figures/")]
PUBLIC += [
    f"/en/{page}"
    for page in (
        "missions/undof/strength.csv", "missions/undof/casualties.csv", "timeline/?mission=UNDOF", "timeline/service.csv",
        "figures/?mission=UNDOF&on=1985-03-01", "figures/?mission=UNDOF&on=1984-03-01&kind=contingent",
        *(f"figures/{key}/values.csv?mission=UNDOF" for key in VOCABULARY),
        *(f"figures/{key}/?mission=UNDOF&on=1985-03-01" for key in VOCABULARY),
    )
]  # fmt: skip
OF_ALL = [key for key, figure in figures.VOCABULARY.items() if figure.mission == "none"]
PUBLIC += [f"/{language}/data/" for language in ("kk", "ru", "en")]
# Programs find these by other answers of programs, which no crawl through pages follows.
FOR_PROGRAMS = [f"/data/v1/{name}.csv" for name in open_data.TABLES] + [
    "/data/v1/datapackage.json", "/data/v1/csvw.json", "/api/v1/", "/api/v1/openapi.json", "/api/v1/missions",
    "/api/v1/missions/undof", "/api/v1/missions/undof/deployments", "/api/v1/contributions", "/api/v1/casualties",
    "/api/v1/figures", "/api/v1/milestones", "/api/v1/articles", "/api/v1/articles/{story}/en", "/api/v1/corrections",
    *(f"/api/v1/figures/{key}?mission=UNDOF&as_of=1985-01-01" for key in figures.VOCABULARY if key not in OF_ALL),
    *(f"/api/v1/figures/{key}?as_of=1985-01-01" for key in figures.VOCABULARY),
]  # fmt: skip


@pytest.mark.parametrize("role", [None, *roles.ROLES])
def test_no_canary_reaches_any_public_address_for_anyone(client, house_with_canaries, role):
    if role:
        user = User.objects.filter(groups__name=role).first() or makers.person_of_role(role)
        client.force_login(user)
    pages = 0
    for_programs = [address.format(story=house_with_canaries.article_id) for address in FOR_PROGRAMS]
    of_stories = [f"/sitemap-stories-{file}.xml" for file in totals.files(timezone.now())]
    for address, content in crawl(client, PUBLIC + for_programs + of_stories):
        if not address.startswith("/admin/"):
            pages += 1
            assert not re.search(rb"(?i)canary", content), address
            if not content.startswith((b"\x89PNG", b"\xff\xd8\xff")):
                assert not re.search(rb"\b(871|863|877|859|1977|1981|1982|1986|1987|1989)\b", content), address
    assert pages > 15


@pytest.mark.parametrize("role", [role for role in roles.ROLES if "missions.view_person" not in roles.ROLES[role]])
def test_no_canary_of_a_person_reaches_the_desk_of_a_role_that_may_not_see_people(client, house_with_canaries, role):
    client.force_login(User.objects.filter(groups__name=role).first() or makers.person_of_role(role))
    pages = 0
    for address, content in crawl(client, ["/admin/", "/reports/"], limit=150):
        pages += 1
        for text in (*canaries.CANARIES["person"].values(), *canaries.CANARIES["tour"].values()):
            assert text.encode() not in content, address
    assert pages > 5


def test_the_canary_test_would_notice_a_leak(client, house_with_canaries, monkeypatch):
    monkeypatch.setattr(Deployment, "get_kind_display", lambda deployment: deployment.place)
    officer = makers.person_of_role("records officer")
    post = Deployment.objects.get()
    clearance.clear(post, "kind", basis="consent", by=officer, at=house_with_canaries.approved_at)
    assert any(b"CANARYPLACE" in content for _address, content in crawl(client, ["/en/missions/undof/"], limit=1))


@pytest.mark.parametrize("address", ["/api/v1/missions/undof/deployments", "/data/v1/deployments.csv"])
def test_the_canary_test_would_notice_a_leak_to_programs(client, house_with_canaries, monkeypatch, address):
    monkeypatch.setattr(holding, "told_period", lambda row, given, day: Tour(start=row.start, end=row.end))
    makers.clear(Deployment.objects.get(), "kind")
    assert any(b"1981" in content for _address, content in crawl(client, [address], limit=1))
