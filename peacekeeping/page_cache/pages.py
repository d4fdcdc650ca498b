"""Ready pages: each with its headers and its compressed body, the least recently asked for leaving first.

Browsers and robots take compressed answers. A page is unpacked for the first who does not, and lies there as both then.
"""

import gzip
import hashlib
import re
from collections import OrderedDict
from threading import Lock

SHORTEST = 200  # bytes: what is shorter is not worth compressing
BESIDE = 4096  # bytes that a page takes beside its bodies
OURS = {"content-length", "content-encoding", "cache-control", "vary", "etag"}
TAKES_GZIP = re.compile(r"(?i)(?<![\w-])gzip(?![\w-])(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))")
HIT, STORED = "page-cache; hit", "page-cache; fwd=miss; stored"
STALE = "page-cache; hit; detail=database-away"


class Page:
    """What is answered at one address while the site is of one generation."""

    __slots__ = (
        "_headers", "_is_packed", "_unchanged", "body", "generation", "key", "last_modified", "pages", "size", "tag",
        "unpacked",
    )  # fmt: skip

    def __init__(self, key, generation, headers, body):
        self.key, self.generation = key, generation
        named = {name.lower(): value for name, value in headers}
        self.tag = _weak(named.get("etag") or f'"{hashlib.sha256(body).hexdigest()[:32]}"')
        self.last_modified = named.get("last-modified")
        common = [(name, value) for name, value in headers if name.lower() not in OURS]
        # Whoever keeps it must ask each time whether it still stands: a withdrawn story is gone within a second.
        about = [("Cache-Control", "no-cache"), ("Vary", "Accept-Encoding, Cookie"), ("ETag", self.tag)]
        self._is_packed = len(body) >= SHORTEST
        self.body = gzip.compress(body, 6, mtime=0) if self._is_packed else body
        self.unpacked = None if self._is_packed else body
        encoded = [("Content-Encoding", "gzip")] if self._is_packed else []
        self._headers = (
            [*common, *about, ("Content-Length", str(len(body)))],
            [*common, *about, *encoded, ("Content-Length", str(len(self.body)))],
        )
        self._unchanged = about
        self.size = len(self.body) + BESIDE
        self.pages = None  # those among which it is kept

    def answer(self, environ, start_response, status):
        """This will answer a GET or a HEAD; `status` is the value of the header Cache-Status (RFC 9211)."""
        cache = ("Cache-Status", status)
        if self._is_known(environ):
            start_response("304 Not Modified", [*self._unchanged, cache])
            return []
        way = TAKES_GZIP.search(environ.get("HTTP_ACCEPT_ENCODING", "")) is not None
        start_response("200 OK", [*self._headers[way], cache])
        if environ["REQUEST_METHOD"] != "GET":
            return []
        return [self.body if way else self.unpacked or self._unpack()]

    def _unpack(self):
        body = gzip.decompress(self.body)
        if self.pages is not None:
            self.pages.keep_unpacked(self, body)
        return body

    def _is_known(self, environ):
        tags = environ.get("HTTP_IF_NONE_MATCH")
        if tags is not None:
            return tags.strip() == "*" or self.tag[2:] in tags  # a tag is in quotes: no other can hold it
        since = environ.get("HTTP_IF_MODIFIED_SINCE")
        return since is not None and since == self.last_modified


def _weak(tag):
    """Packed and unpacked, a page says the same, and is not the same bytes."""
    return tag if tag.startswith("W/") else f"W/{tag}"


class Pages:
    """The pages of a process, of at most `limit` bytes together."""

    def __init__(self, limit):
        self.limit, self.size = limit, 0
        self._pages, self._lock = OrderedDict(), Lock()

    def get(self, key):
        """This will return the page of an address, or None; it is then the last to leave."""
        page = self._pages.get(key)
        if page is not None:
            try:
                self._pages.move_to_end(key)
            except KeyError:  # it left meanwhile
                return None
        return page

    def put(self, page):
        """This will keep a page, unless it alone is larger than a tenth of all."""
        if page.size > self.limit // 10:
            return
        with self._lock:
            before = self._pages.pop(page.key, None)
            self.size += page.size - (before.size if before else 0)
            self._pages[page.key], page.pages = page, self
            self._make_room()

    def keep_unpacked(self, page, body):
        """This will keep a page's body unpacked too, where that finds room and the page did not leave meanwhile."""
        with self._lock:
            has_room = page.size + len(body) <= self.limit // 10
            if has_room and page.unpacked is None and self._pages.get(page.key) is page:
                page.unpacked = body
                page.size += len(body)
                self.size += len(body)
                self._make_room()

    def _make_room(self):
        while self.size > self.limit:
            _key, gone = self._pages.popitem(last=False)
            self.size -= gone.size

    def keep_only(self, generation):
        """This will forget the pages of every other generation of the site."""
        with self._lock:
            for key, page in list(self._pages.items()):
                if page.generation is not generation:
                    self.size -= self._pages.pop(key).size

    def __len__(self):
        return len(self._pages)
