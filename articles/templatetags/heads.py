"""Writes the head of every public page."""

from html import unescape
from typing import NamedTuple

from django import template
from django.template.loader import render_to_string
from django.utils.html import strip_tags
from django.utils.safestring import mark_safe
from django.utils.text import Truncator
from django.utils.translation import get_language

from articles import heads, linked_data

register = template.Library()
LONGEST_DESCRIPTION = 300


class Kept(template.Node):
    def __init__(self, name, nodelist):
        self.name, self.nodelist = name, nodelist

    def render(self, context):
        context[self.name] = words(self.nodelist.render(context))
        return ""


def words(markup):
    """This will return the words of a piece of HTML."""
    return " ".join(unescape(strip_tags(markup)).split())


@register.tag
def keep(parser, token):
    """`{% keep title %}{% block title %}…{% endblock %}{% endkeep %}`

    This will print nothing, and keep the words that stand between as a variable: a block can be printed once only, and
    a page's title stands in several places of its head.
    """
    _tag, name = token.split_contents()
    nodelist = parser.parse(("endkeep",))
    parser.delete_first_token()
    return Kept(name, nodelist)


@register.simple_tag(takes_context=True, name="page_head")
def printed_head(context, title, description):
    """This will print the head of a page that is a template of Django's, as the others print theirs."""
    return mark_safe(render_to_string("components/page_head.html", {"found": page_head(context, title, description)}))


def page_head(context, title, description):
    """This will return what machines read of a page: the view's own `head`, or that of a page as every language has it.

    A page outside of the public site, and one that answers nobody's request, has none.
    """
    page = page_of(context)
    if page is None:
        return {}
    return told(head_of(context, page), page, title, description)


def head_of(context, page):
    """This will return the head that the view made, or else that of the page as every language has it."""
    mission = context.get("mission") if page.name == "mission" else None
    return context.get("head") or heads.of_page(page.path, dict(page.asked), mission=mission)


class Page(NamedTuple):
    """A public page that is asked for: what its head says beside its words hangs on nothing else."""

    language: str
    path: str
    asked: tuple  # what its address asks for: (name, value) each
    name: str
    slug: str | None
    trail: tuple


def page_of(context):
    """This will return the `Page` that is made, or None where it has no head."""
    request = context.get("request")
    found = getattr(request, "resolver_match", None)
    language = get_language()
    if not found or not request.path.startswith(f"/{language}/"):
        return None
    asked = tuple((name, request.GET[name]) for name in heads.ASKED if name in request.GET) if request.GET else ()
    trail = tuple((str(name), path) for name, path in context.get("trail") or ())
    return Page(language, request.path, asked, found.url_name, found.kwargs.get("slug"), trail)


def told(head, page, title, description):
    """This will return what the head of a page says, with the words of its title and description."""
    linked = [*head.linked]
    if page.trail:
        linked.append(linked_data.breadcrumbs([*page.trail, (title, page.path)]))
    if page.name == "home":
        linked.append(linked_data.website())
    return {
        "head": head,
        "title": title,
        "description": description if len(description) <= LONGEST_DESCRIPTION else _shortened(description),
        "locale": heads.LOCALES[page.language],
        "other_locales": [heads.LOCALES[code] for code, _address in head.alternates[:-1] if code != page.language],
        "picture": heads.full(head.picture.address),
        "feeds": heads.feeds(page.name, page.slug),
        "linked": linked,
    }


def _shortened(text):
    return Truncator(text).chars(LONGEST_DESCRIPTION)
