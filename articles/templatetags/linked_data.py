"""Writes JSON-LD into a page."""

import json

from django import template
from django.utils.safestring import mark_safe

register = template.Library()
# As in Django's json_script: nothing of a text can end the element or begin another.
ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


@register.simple_tag
def linked_data(values):
    """This will print JSON values as a data block: no browser runs it, and the policy for scripts leaves it alone."""
    text = json.dumps(values, ensure_ascii=False).translate(ESCAPES)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')
