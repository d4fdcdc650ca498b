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
from jinja2 import Environment, Template, pass_context

from articles.templatetags import heads, linked_data, stories
from ledger.paths import path, static_path
from missions.templatetags import days
from peacekeeping.templatetags.frames import place_of


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
        "_": gettext, "around": around, "language": get_language, "languages": settings.LANGUAGES,
        "linked_data": linked_data.linked_data, "page_head": page_head, "path": path, "place_of": place_of,
        "shared": shared, "static": static_path, "stories_of_mission": stories.stories_of_mission,
    }  # fmt: skip
    made.filters |= {
        "capfirst": defaultfilters.capfirst, "date": date, "day": days.day, "size": defaultfilters.filesizeformat,
    }  # fmt: skip
    return made


def date(moment, form):
    """This will write a date, or a moment by the house's own clock, as Django's filter does."""
    return defaultfilters.date(template_localtime(moment), form)


@pass_context
def page_head(context, title, description):
    """This will return what machines read of a page, from its blocks, whose words stand there as HTML."""
    return heads.page_head(context, heads.words(title), heads.words(description))


def shared(name, **context):
    """This will print a component that the desk and the public pages share, a Django template."""
    return render_to_string(f"components/{name}.html", context)


def around(name, **context):
    """This will print a part of what stands around every page: made once for each language and place."""
    return _around(name, get_language(), tuple(context.items()))


@lru_cache(maxsize=200)
def _around(name, language, context):
    return render_to_string(f"around/{name}.html", dict(context))
