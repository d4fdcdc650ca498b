"""The address that a story gets from its title."""

from anyascii import anyascii
from django.utils.text import slugify

from articles.models import Edition

LONGEST = 100
# The letters that Kazakh has beside Russian; static/desk/addresses.js knows the same ones.
KAZAKH = str.maketrans("әғқңөұүһі", "agqnouuhi")


def of_title(title):
    """This will return the title in Latin letters and hyphens; empty where it has no letter."""
    return slugify(anyascii(title.lower().translate(KAZAKH)))[:LONGEST].strip("-")


def free(title, language, *, article=None):
    """This will return an address for the title that no story of the language has yet, but for `article` (its key)."""
    base = of_title(title) or "story"
    taken = Edition.objects.filter(language=language).exclude(article=article)
    slug, number = base, 1
    while taken.filter(slug=slug).exists():
        number += 1
        slug = f"{base}-{number}"
    return slug
