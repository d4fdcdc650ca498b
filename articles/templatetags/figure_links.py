"""Where the links of a figure's card lead."""

from urllib.parse import urlencode

from django import template
from django.urls import reverse

from missions import asking

register = template.Library()


@register.simple_tag
def report_address(figure, on, said, page):
    """This will return the address of the form that reports an error in a figure (a `figures.Question`).

    `on` is the day that it was shown for, `said` what was printed, `page` the path of the page where it stands.
    """
    asked = {"figure": str(figure), "on": on.isoformat(), "said": said, "page": page}
    return f"{reverse('report_figure')}?{urlencode(asked)}"


@register.simple_tag
def figure_address(figure, on):
    """This will return the address at which the figure can be asked for another day."""
    return asking.figure_address("figure", figure, on=on)
