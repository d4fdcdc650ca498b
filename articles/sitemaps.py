"""What the house tells search engines: where its pages are, in which languages, and which stories are new."""

from collections import defaultdict
from datetime import timedelta
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from django.db.models import OuterRef
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from articles import heads, totals
from articles.feed_formats import readable
from articles.models import Edition, Section, StoryTotal, Topic
from articles.models.shelf import HasFirst
from ledger.paths import DESK
from missions.models.mission import Mission
from missions.settled import settled

SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
NEWS = "http://www.google.com/schemas/sitemap-news/0.9"
XHTML = "http://www.w3.org/1999/xhtml"
for prefix, namespace in (("", SITEMAP), ("news", NEWS), ("xhtml", XHTML)):
    ElementTree.register_namespace(prefix, namespace)
ANY = "-"  # stands for a story's slug
ANY_PART = 987654321  # stands for a file's number
NEWS_LASTS = timedelta(days=2)
MOST_NEWS = 1_000  # of the protocol
PAGES = [
    "home", "articles", "topics", "archive", "missions", "timeline", "figures", "units", "people", "corrections",
    "downloads", "about", "about_data", "contact", "privacy", "accessibility", "feed_list",
]  # fmt: skip
NOT_FOR_ROBOTS = [*DESK, "/i18n/"]


def robots(request):
    """Everything public is for everyone; searches are not, since each word would be a page of its own."""
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in [*NOT_FOR_ROBOTS, *_in_each_language("search").values()]),
        "",
    ]
    lines += [f"Sitemap: {heads.full(reverse(name))}" for name in ("sitemap", "news_sitemap")]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


def index(request):
    """Written as text, since a house of many years has a thousand files: only their numbers differ."""
    others = [reverse("sitemap_pages"), *([reverse("sitemap_missions")] if Mission.objects.exists() else [])]
    before, after = escape(heads.full(reverse("sitemap_stories", args=[ANY_PART]))).split(str(ANY_PART))
    files = [escape(heads.full(path)) for path in others]
    files += [f"{before}{part}{after}" for part in totals.files(request.at)]
    listed = "</loc></sitemap><sitemap><loc>".join(files)
    return _told(
        "<?xml version='1.0' encoding='utf-8'?>\n"
        f'<sitemapindex xmlns="{SITEMAP}"><sitemap><loc>{listed}</loc></sitemap></sitemapindex>'.encode()
    )


def _of_part(part):
    """At most a thousand addresses, so that a file is written in an instant."""
    size = StoryTotal.STORIES_PER_FILE
    return {"article__gte": part * size, "article__lt": (part + 1) * size}


def stories(request, part):
    """The stories in force of one part of all articles, in every language; an alternate is the same story's.

    Written as text: a thousand addresses take an element tree longer than all the rest of the page.
    """
    if part > 10**9:  # beyond what a database counts
        raise Http404
    first, end = _of_part(part).values()
    articles = defaultdict(list)
    for article, *edition in _in_part(at=request.at, first=first, end=end):
        articles[article].append(edition)
    if not articles:
        raise Http404
    one_of = {language: heads.full(path) for language, path in _in_each_language("article", ANY).items()}
    out = [f'<?xml version="1.0" encoding="utf-8"?>\n<urlset xmlns="{SITEMAP}" xmlns:xhtml="{XHTML}">']
    for editions in articles.values():
        # A slug holds nothing that XML would read.
        paths = {language: one_of[language].replace(f"/{ANY}/", f"/{slug}/") for language, slug, _at in editions}
        links = "".join(
            f'<xhtml:link rel="alternate" hreflang="{language}" href="{address}" />'
            for language, address in heads.in_order(paths)
        )
        for language, _slug, changed in editions:
            out.append(f"<url><loc>{paths[language]}</loc><lastmod>{_moment(changed)}</lastmod>{links}</url>")
    return _told("".join([*out, "</urlset>"]).encode())


@settled
def _in_part(*, at, first, end):
    found = Edition.objects.in_force(at).filter(article__gte=first, article__lt=end).order_by("article", "language")
    return found.values_list("article", "language", "slug", "public_from")


def missions(request):
    slugs = Mission.objects.order_by("pk").values_list("slug", flat=True)
    return _pages([_in_each_language("mission", slug) for slug in slugs])


def pages(request):
    """The pages that stand in every language; of sections and topics those that have a story."""
    stories = Edition.objects.in_force(request.at)
    sections = Section.objects.filter(HasFirst(stories.filter(article__section=OuterRef("pk"))))
    found = [("section", sections), ("topic", stories.topics_in_use(Topic.objects.all()))]
    return _pages(
        [_in_each_language(name) for name in PAGES]
        + [
            _in_each_language(name, slug)
            for name, rows in found
            for slug in rows.order_by("pk").values_list("slug", flat=True)
        ]
    )


def _in_each_language(name, *arguments):
    """This will return {language: path} of a page."""
    return heads.in_each_language(reverse(name, args=arguments))


def _pages(pages):
    root = _urlset()
    for paths in pages:
        alternates = heads.alternates(paths)
        for path in paths.values():
            _url(root, path, alternates)
    return _answer(root)


def news(request):
    """The stories that became public for the first time within the last two days, newest first."""
    at = request.at
    since = at - NEWS_LASTS
    root = _urlset()
    for edition in Edition.objects.for_news(since, at)[:MOST_NEWS]:
        with override(edition.language):
            path, house = edition.get_absolute_url(), _("Peacekeeping Record")
        item = _add(_url(root, path), NEWS, "news")
        publication = _add(item, NEWS, "publication")
        _add(publication, NEWS, "name", house)
        _add(publication, NEWS, "language", edition.language)
        _add(item, NEWS, "publication_date", _moment(edition.first_hour))
        _add(item, NEWS, "title", readable(edition.title))
    return _answer(root)


def _urlset():
    return ElementTree.Element(f"{{{SITEMAP}}}urlset")


def _url(root, path, alternates=(), changed=None):
    url = _add(root, SITEMAP, "url")
    _add(url, SITEMAP, "loc", heads.full(path))
    if changed:
        _add(url, SITEMAP, "lastmod", _moment(changed))
    for language, address in alternates:
        link = _add(url, XHTML, "link")
        link.attrib.update(rel="alternate", hreflang=language, href=address)
    return url


def _add(parent, namespace, name, text=None):
    element = ElementTree.SubElement(parent, f"{{{namespace}}}{name}")
    element.text = text
    return element


def _moment(at):
    return timezone.localtime(at).isoformat(timespec="seconds")


def _answer(root):
    return _told(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True))


def _told(content):
    response = HttpResponse(content, content_type="application/xml; charset=utf-8")
    response["Cache-Control"] = "public, max-age=600"
    return response
