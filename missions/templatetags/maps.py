"""The map of the world with missions on it."""

from django import template

from missions import world_map as maps

register = template.Library()


@register.inclusion_tag("components/mission_map.html")
def mission_map(mission, is_served=False):
    """This will draw one mission on the map of the world; nothing where the record holds no coordinates of it."""
    return {"map": maps.lay_out([mission], {mission.pk} if is_served else ()), "title": mission.acronym}


@register.simple_tag
def lay_out_map(missions, served=()):
    """This will return the map of these missions, for `components/world_map.html` and `components/world_map_list.html`.

    `served` are the ids of those that the country serves in. A marker that stands for several missions leads to the
    list. It asks the record nothing that `missions` does not hold.
    """
    return maps.lay_out(list(missions), served)
