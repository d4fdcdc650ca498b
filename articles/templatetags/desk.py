"""What the newsroom's desk pages need beside what they are given."""

from django import template
from django.urls import reverse

register = template.Library()
INLINES = ("photo_uses", "attachments")
PAGES = {"photo": "admin:articles_photo_change", "article": "admin:articles_article_change"}


@register.simple_tag
def place_of(problem):
    """This will return the address of the field, or of the page, where a `readiness.Problem` is mended."""
    noun, _colon, pk = problem.field.partition(":")
    if pk:
        return reverse(PAGES[noun], args=[pk])
    return f"#{noun}-group" if noun in INLINES else f"#id_{noun}"
