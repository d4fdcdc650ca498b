"""The map of the world with missions on it."""

from django import template

from missions import world_map as maps

register = template.Library()


@register.inclusion_tag("components/world_map_and_list.html")
def world_map(missions, served=(), title="", beneath=True):
    """This will draw the missions on the map of the world; `served` are the ids of those that the country serves in.

    The list of them beneath can be left out where there is one mission only: a marker that stands for several leads
    to the list. It asks the record nothing that `missions` does not hold.
    """
    return {"map": maps.lay_out(list(missions), served), "title": title, "beneath": beneath}


@register.inclusion_tag("components/world_map_and_list.html")
def mission_map(mission, is_served=False):
    """This will draw one mission on the map of the world; nothing where the record holds no coordinates of it."""
    drawn = maps.lay_out([mission], {mission.pk} if is_served else ())
    return {"map": drawn, "title": mission.acronym, "beneath": False}


@register.simple_tag
def lay_out_map(missions, served=()):
    """This will return the map for a page that has its list elsewhere, by `components/world_map_list.html`."""
    return maps.lay_out(list(missions), served)
