"""The pages that are measured, found as a reader and a search engine find them."""

import urllib.error
import urllib.request
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import quote, urljoin, urlsplit
from xml.etree import ElementTree

from tests.benchmarks.results import CannotMeasure

OLDEST = 50  # the page of the list that is reached by following its own links
COMMON_WORD = "peacekeepers"
SEARCHED = {"kk": "бітімгершілер", "ru": "миротворцы", "en": "observers"}
MISSION = "/en/missions/undof/"  # of the demonstration's the one with the most on it


@dataclass(frozen=True)
class Answer:
    path: str
    kind: str
    length: str
    cache: str
    body: bytes
    encoding: str = ""

    @property
    def was_kept(self):
        """This will say whether a page cache says that it had the page."""
        return "hit" in self.cache.lower()


def fetch(server, path, *, gzip=False):
    """This will return the answer (its body as it came, compressed if `gzip` asks for that); no page is refused."""
    request = urllib.request.Request(f"{server}{path}", headers={"Accept-Encoding": "gzip" if gzip else "identity"})
    try:
        with urllib.request.urlopen(request, timeout=60) as response:
            heads, address = response.headers, urlsplit(response.url)
            body = response.read()
    except urllib.error.HTTPError as error:
        raise CannotMeasure(f"The server is broken: {server}{path} answers {error.code}.") from error
    at = address.path + (f"?{address.query}" if address.query else "")
    if at != path:
        raise CannotMeasure(f"{server}{path} leads on to {at}: a redirect is no page.")
    return Answer(
        path,
        heads["Content-Type"],
        heads["Content-Length"],
        heads["Cache-Status"] or "",
        body,
        heads["Content-Encoding"] or "",
    )


class Links(HTMLParser):
    """Gathers the links of a page, in the head and in the text, as dictionaries of their attributes."""

    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        if tag in ("a", "link"):
            self.found.append(dict(attributes))


def link(server, path, *, kind="", **wanted):
    """This will return where the first link of the page leads that has these attributes; `kind` begins its address."""
    for attributes in Links(fetch(server, path).body.decode()).found:
        leads_to = urlsplit(urljoin(path, attributes.get("href") or ""))
        is_it = all(attributes.get(name) == value for name, value in wanted.items())
        if is_it and leads_to.path.startswith(kind) and leads_to.path != kind:
            return leads_to.path + (f"?{leads_to.query}" if leads_to.query else "")
    raise CannotMeasure(f"{path} has no link to {kind or wanted}: is the site filled?")


def find(server):
    """This will return {name: path} of the pages that are measured."""
    oldest = shelf = "/en/articles/"
    for _page in range(OLDEST - 1):
        oldest = link(server, oldest, rel="next")
    return {
        "article": link(server, shelf, kind=shelf),
        "home": "/en/",
        "list, page 1": shelf,
        f"list, page {OLDEST}": oldest,
        "mission": MISSION,
        "RSS": link(server, "/en/", type="application/rss+xml"),
        "search": f"/en/search/?q={COMMON_WORD}",
        "sitemap": next(path for path in locations(server, "/sitemap.xml") if "stories" in path),
    }


def every(server):
    """This will return all the paths that the sitemaps name, of pages of every kind, and a search in each language."""
    named = [path for sitemap in locations(server, "/sitemap.xml") for path in locations(server, sitemap)]
    return named + [f"/{language}/search/?q={quote(word)}" for language, word in SEARCHED.items()]


def locations(server, path):
    """This will return the paths that a sitemap or an index of sitemaps names."""
    root = ElementTree.fromstring(fetch(server, path).body)
    return [urlsplit(one.text).path for one in root.iterfind("./{*}*/{*}loc")]
