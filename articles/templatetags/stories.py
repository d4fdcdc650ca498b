"""What the newsroom adds to pages and forms of the record below it."""

from django import template
from django.utils import translation

from articles.models import Edition

register = template.Library()


@register.inclusion_tag("articles/stories.html")
def stories_of_mission(mission, at):
    """This will list the stories about a mission that are in force at `at` in the active language: one query."""
    cards = Edition.objects.for_cards(translation.get_language(), at).of_mission(mission)
    return {"cards": cards[:12]}
