"""The paths of pages, each reckoned once: to reverse an address anew is a tenth of what a card of a story costs."""

from functools import lru_cache

from django.conf import settings
from django.templatetags.static import static
from django.urls import NoReverseMatch, get_script_prefix, reverse
from django.utils.translation import get_language, override

DESK = ("/admin/", "/reports/")  # how every path begins behind which somebody has to be signed in
KEPT = 5_000  # paths
KEPT_FILES = 200


def path(name, *arguments):
    """This will return the path of the page of that name, as `reverse` does, in the active language."""
    return _path(get_script_prefix(), get_language(), name, arguments)


def path_in(language, name, *arguments):
    """This will return the path of the page of that name in a language."""
    return _path(get_script_prefix(), language, name, arguments)


@lru_cache(maxsize=KEPT)
def _path(prefix, language, name, arguments):
    with override(language):
        try:  # a page for readers, nearly always; to look among all would load the desk
            return reverse(name, args=arguments, urlconf=settings.PUBLIC_URLCONF)
        except NoReverseMatch:
            return reverse(name, args=arguments, urlconf=settings.ROOT_URLCONF)


@lru_cache(maxsize=KEPT_FILES)
def static_path(name):
    """This will return the path of a static file, under the name that its content gives it."""
    return static(name)
