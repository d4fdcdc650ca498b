"""Which answers of Django may be kept: the public pages that are named here, as anybody gets them, and nothing else."""

import re

# Of a list the page's number or the key of a row may be asked for; every other page is kept as its path alone.
ONE_PAGE = {
    "home", "article", "edition", "changes", "topics", "archive", "archive_year", "missions", "mission", "units",
    "unit", "timeline", "figures", "figure", "about", "about_data", "contact", "privacy", "accessibility",
    "downloads", "feed_list", "feed", "section_feed", "topic_feed", "mission_feed", "correction_feed",
    "corrections_feed", "robots", "sitemap", "sitemap_pages", "sitemap_missions", "sitemap_stories",
}  # fmt: skip
MANY_PAGES = {"articles", "section", "topic", "archive_month", "corrections", "people"}
PATH = re.compile(r"/(?:(?:kk|ru|en)/|robots\.txt$|sitemap[^/]*\.xml$)")
PART = re.compile(r"page=[1-9][0-9]{0,6}|(?:before|after)=[0-9.-]{1,80}")

# In the WSGI environment: that an answer may be kept, that it is to be, and the generation that the watch saw last.
ASKED, GRANTED, SEEN = (f"peacekeeping.page_cache.{name}" for name in ("asked", "granted", "seen"))


def is_anybodys(environ):
    """This will say whether a request reads, and brings nothing of a person's: anybody is answered alike."""
    return (
        environ["REQUEST_METHOD"] in ("GET", "HEAD")
        and "HTTP_COOKIE" not in environ
        and "HTTP_AUTHORIZATION" not in environ
    )


def may_be_kept(environ):
    """This will say whether Django may be asked for an answer to keep; whether it is one, Django says."""
    query = environ.get("QUERY_STRING")
    return (
        PATH.match(environ["PATH_INFO"]) is not None
        and (not query or PART.fullmatch(query) is not None)
        and is_anybodys(environ)
    )


class GrantingMiddleware:
    """Stands within compression, and tells the layer in front that an answer may be kept, as it is, uncompressed."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if ASKED in request.META and _may_keep(request, response):
            request.META[GRANTED] = True
        return response


def _may_keep(request, response):
    if response.status_code != 200 or response.streaming or response.cookies or request.known_at is not None:
        return False
    found = request.resolver_match
    if not found or found.url_name not in (MANY_PAGES if request.GET else ONE_PAGE | MANY_PAGES):
        return False
    control = response.get("Cache-Control", "")
    return "private" not in control and "no-store" not in control
