"""Whether the links of a text lead where a reader may go, at the hour when the text becomes public."""

from collections import namedtuple
from html.parser import HTMLParser
from urllib.parse import unquote, urljoin, urlsplit

from django.conf import settings
from django.db.models import Q
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from articles import rendering, tokens
from articles.models import Article, Edition, Redirect
from missions.models import Mission

Link = namedtuple("Link", "href text")
Story = namedtuple("Story", "language slug number")
NEVER_LINKED = ("photo", "attachment", "review")  # so begin the names of addresses that are no page for readers


class _Links(HTMLParser):
    def __init__(self, body):
        super().__init__()
        self.found, self.open = [], None
        self.feed(body)
        self.close()

    def handle_starttag(self, tag, attrs):
        if tag == "a" and "href" in dict(attrs):
            self.open = [dict(attrs)["href"] or "", ""]
            self.found.append(self.open)

    def handle_data(self, data):
        if self.open is not None:
            self.open[1] += data

    def handle_endtag(self, tag):
        if tag == "a":
            self.open = None


def find(body):
    """This will return the `Link`s of a body as it will be printed, in reading order: address and words."""
    return [Link(href.strip(), " ".join(text.split())) for href, text in _Links(rendering.clean(body)).found]


def broken(edition, placed, public_from):
    """This will return a sentence for each link of the edition that leads a reader nowhere at `public_from`.

    `placed` are the tokens of its body. It asks the same few questions whatever the number of links.
    """
    sentences, stories, missions = [], [], []
    for link in find(edition.body):
        refusal, page = _page_of(link.href, edition)
        if refusal:
            sentences.append(refusal % {"text": link.text or link.href, "href": link.href})
        elif page and page.url_name == "mission":
            missions.append((link, page.kwargs["slug"]))
        elif page:
            stories.append((link, Story(page.language, page.kwargs["slug"], page.kwargs.get("number"))))
    mates = mates_of(edition)
    sentences += _missing_missions(missions)
    sentences += _missing_stories(edition, stories, public_from, mates)
    sentences += _missing_tokens(edition, placed, public_from, mates)
    return sentences


def mates_of(edition):
    """This will return the open editions of its bundle: they become public with this one, or none of them does."""
    if edition.bundle_id is None:
        return []
    mates = Edition.objects.open().filter(bundle=edition.bundle_id)
    return list(mates.exclude(pk=edition.pk).defer("body", "rendered").order_by("pk"))


Page = namedtuple("Page", "url_name kwargs language")


def _page_of(href, edition):
    """This will return (why the address can never be linked, the story or mission that has to exist), each or None."""
    nowhere = _("The link “%(text)s” leads nowhere: this site has no page %(href)s.")
    private = _("The link “%(text)s” leads to %(href)s, which is no page for readers.")
    try:
        parts = urlsplit(href)
        host = (parts.hostname or "").casefold()
    except ValueError:
        return _("The address of the link “%(text)s” cannot be read: %(href)s."), None
    if not href:
        return _("The link “%(text)s” has no address."), None
    if href.startswith(("#", "mailto:")):
        return None, None
    # A browser reads a backslash as a slash.
    if parts.scheme not in ("", "http", "https") or href.replace("\\", "/").startswith("//") or "\\" in href:
        return _("Write the address of the link “%(text)s” with https:// or beginning with one slash: %(href)s."), None
    if parts.scheme and not _is_ours(host):
        return (None, None) if host else (_("The link “%(text)s” has no address."), None)
    with override(edition.language):
        path = urlsplit(urljoin(reverse("article", args=[edition.slug or "-"]), parts.path or "/")).path
    path = unquote(path)
    if path == "/":
        return None, None
    language = path.split("/")[1]
    if language not in dict(settings.LANGUAGES):
        return (private if _leads(path) else nowhere), None
    with override(language):
        match = _leads(path)
    if match is None:
        return nowhere, None
    if match.namespaces or (match.url_name or "").startswith(NEVER_LINKED):
        return private, None
    if match.url_name in ("article", "edition", "mission"):
        return None, Page(match.url_name, match.kwargs, language)
    return None, None


def _is_ours(host):
    hosts = {urlsplit(settings.SITE_URL).hostname, *settings.ALLOWED_HOSTS} - {"*"}
    return host in hosts or any(own.startswith(".") and (host.endswith(own) or host == own[1:]) for own in hosts if own)


def _leads(path):
    for one in (path, f"{path}/"):
        try:
            return resolve(one)
        except Resolver404:
            continue
    return None


def _missing_missions(asked):
    known = set(Mission.objects.filter(slug__in={slug for _link, slug in asked}).values_list("slug", flat=True))
    for link, slug in asked:
        if slug not in known:
            yield _("The link “%(text)s” leads to a mission that the record does not hold: %(href)s.") % link._asdict()


def _missing_stories(edition, asked, public_from, mates):
    """This will yield a sentence for each address of a story that no reader can open at `public_from`.

    `mates` are the editions that become public with this one, whenever that is.
    """
    if not asked:
        return
    slugs = {story.slug for _link, story in asked}
    moved = Redirect.objects.filter(slug__in=slugs).values_list("language", "slug", "article")
    old = {(language, slug): article for language, slug, article in moved}
    in_force = Edition.objects.in_force(public_from).filter(Q(slug__in=slugs) | Q(article__in=old.values()))
    rows = list(in_force.values_list("language", "slug", "article"))
    rows += [(mate.language, mate.slug, mate.article_id) for mate in mates]
    at_address = {(language, slug) for language, slug, _article in rows}
    of_article = {(language, article) for language, _slug, article in rows}
    numbered = Edition.objects.published(public_from).filter(slug__in=slugs)
    numbers = set(numbered.values_list("language", "slug", "number")) if any(s.number for _l, s in asked) else set()
    numbers |= {(mate.language, mate.slug, mate.number) for mate in mates}
    at_address.add((edition.language, edition.slug))  # its own address is there once it is public
    for link, story in asked:
        address = (story.language, story.slug)
        if story.number:
            found = story in numbers
        else:
            found = address in at_address or (story.language, old.get(address)) in of_article
        if not found:
            yield (
                _("The link “%(text)s” leads to a story that is not public in that language by then: %(href)s.")
                % link._asdict()
            )


def _missing_tokens(edition, placed, public_from, mates):
    asked = [token.article for token in placed if isinstance(token, tokens.StoryLink)]
    if not asked:
        return
    known = set(Article.objects.filter(pk__in=asked).values_list("pk", flat=True))
    in_force = Edition.objects.in_force(public_from).filter(article__in=asked, language=edition.language)
    public = set(in_force.values_list("article", flat=True))
    public |= {mate.article_id for mate in mates if mate.language == edition.language}
    for number in dict.fromkeys(asked):
        token = {"token": f"[[story {number}]]"}
        if number == edition.article_id:
            yield _("%(token)s is this story itself.") % token
        elif number not in known:
            yield _("%(token)s: there is no such story.") % token
        elif number not in public:
            yield _("%(token)s has no edition in this language that is public when this one is.") % token
