"""The environment of the public pages' templates, which are Jinja2's: readers' pages are made often (decision 21).

What the tags of the floors say stands here by the same names. The desk's pages, and what is set once and kept, are
Django templates; what stands around every page is one of those too, for both.
"""

from functools import lru_cache

from django.conf import settings
from django.template import defaultfilters
from django.template.loader import render_to_string
from django.utils.timezone import template_localtime
from django.utils.translation import get_language, gettext
from jinja2 import Environment, Template, pass_context, pass_environment

from articles.heads import of_page
from articles.templatetags import heads, linked_data, stories
from ledger.paths import path, path_in, static_path
from missions.templatetags import days
from peacekeeping.templatetags.frames import place_of

KEPT_HEADS = 100


class Public(Template):
    """A template whose macros see the house's globals and their own arguments, and nothing of the page that calls them.

    Jinja2 compares the globals of both at each import, for pages that add some; ours add none.
    """

    def _get_default_module(self, ctx=None):
        return super()._get_default_module()


def environment(**options):
    """This will return the environment that Django asks for."""
    made = Environment(trim_blocks=True, lstrip_blocks=True, **options)
    made.template_class = Public
    made.globals |= {
        "_": gettext, "around": around, "card_of": card_of, "headline_of": headline_of, "language": get_language,
        "languages": settings.LANGUAGES, "linked_data": linked_data.linked_data, "part_of": part_of, "path": path,
        "path_in": path_in, "place_of": place_of, "printed_head": printed_head, "shared": shared, "static": static_path,
        "stories_of_mission": stories.stories_of_mission,
    }  # fmt: skip
    made.filters |= {
        "capfirst": defaultfilters.capfirst, "date": date, "day": days.day, "size": defaultfilters.filesizeformat,
    }  # fmt: skip
    return made


def date(moment, form):
    """This will write a date, or a moment by the house's own clock, as Django's filter does."""
    return defaultfilters.date(template_localtime(moment), form)


@pass_context
def printed_head(context, title, description):
    """This will print what machines read of a page, from its blocks, whose words stand there as HTML.

    The head that a view made is printed once, and that of a page as every language has it once for the same words.
    """
    page = heads.page_of(context)
    if page is None:
        return ""
    if context.get("head") is None and page.name != "mission":
        return _head_of(context.environment, page, title, description)
    head = heads.head_of(context, page)
    if not head.printed:
        head.printed = _printed(context.environment, head, page, title, description)
    return head.printed


@lru_cache(maxsize=KEPT_HEADS)
def _head_of(environment, page, title, description):
    return _printed(environment, of_page(page.path, dict(page.asked)), page, title, description)


def _printed(environment, head, page, title, description):
    told = heads.told(head, page, heads.words(title), heads.words(description))
    return environment.get_template("components/head.html").module.head_of(told)


@pass_environment
def card_of(environment, edition, **how):
    """This will print a story as lists show it, see `article_card` of components/card.html."""
    return _once(environment, edition, "card", "article_card", **how)


@pass_environment
def headline_of(environment, edition):
    return _once(environment, edition, "card", "headline")


@pass_environment
def part_of(environment, edition, name, of="story"):
    """This will print a part of a page that follows from an edition's row alone, by a macro of components/<of>.html."""
    return _once(environment, edition, of, name)


def _once(environment, edition, component, name, **how):
    """This will print an edition by a component's macro: once for one that is remembered, its section with it."""
    key = (get_language(), name, *how.items())
    printed = edition.__dict__.setdefault("printed", {})
    if key not in printed:
        macro = getattr(environment.get_template(f"components/{component}.html").module, name)
        printed[key] = macro(edition, **how)
    return printed[key]


def shared(name, **context):
    """This will print a component that the desk and the public pages share, a Django template."""
    return render_to_string(f"components/{name}.html", context)


def around(name, **context):
    """This will print a part of what stands around every page: made once for each language and place."""
    return _around(name, get_language(), tuple(context.items()))


@lru_cache(maxsize=200)
def _around(name, language, context):
    return render_to_string(f"around/{name}.html", dict(context))
