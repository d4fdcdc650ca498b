"""What the desk shows of a printed figure."""

from django import template
from django.utils.translation import get_language

from articles import claim_queue

register = template.Library()


@register.simple_tag(takes_context=True)
def of_the_record(context, claim, value):
    """This will print a number that the record gives for a claim, or that it is not for this reader yet."""
    sees_the_record = context["request"].user.has_perm("missions.view_deployment")
    return claim_queue.shown(claim, value, language=get_language(), sees_the_record=sees_the_record)
