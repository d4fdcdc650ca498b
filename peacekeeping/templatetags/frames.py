"""What stands around every page."""

from django import template
from django.utils.translation import get_language

register = template.Library()
PLACES = ("articles", "missions", "figures", "timeline", "about/data")  # of the main navigation, by their addresses


class Frozen(template.Node):
    def __init__(self, name, nodelist):
        self.name, self.nodelist, self.kept = name, nodelist, {}

    def render(self, context):
        key = get_language(), context[self.name] if self.name else None
        if key not in self.kept:
            alone = context.new({self.name: key[1]} if self.name else {})
            self.kept[key] = self.nodelist.render(alone)
        return self.kept[key]


@register.tag
def frozen(parser, token):
    """`{% frozen [name] %}…{% endfrozen %}`

    This will print what stands between once for each language and each value of the variable `name`, of which there
    must be few, and print the same again from then on. Nothing else of the page is known between the tags.
    """
    _tag, *names = token.split_contents()
    if len(names) > 1:
        raise template.TemplateSyntaxError("frozen knows at most one variable.")
    nodelist = parser.parse(("endfrozen",))
    parser.delete_first_token()
    return Frozen(names[0] if names else None, nodelist)


@register.simple_tag
def place_of(path):
    """This will return the place of the main navigation at or under which a page's path lies, or ""."""
    rest = path[4:]
    return next((place for place in PLACES if rest.startswith(f"{place}/")), "")
