"""Advice on the writing screen: what deserves a second look, and forbids nothing."""

from django import template
from django.urls import reverse

from articles.advice import advice

register = template.Library()


@register.inclusion_tag("admin/articles/edition/second_look.html")
def second_look(edition):
    """This will list the advice on an open edition, each with the address of the place to look at."""
    found = advice(edition) if edition.is_open else []
    numbers = reverse("admin:articles_edition_numbers", args=[edition.pk])
    return {"found": [(one, numbers if one.field == "numbers" else f"#id_{one.field}") for one in found]}
