"""Where the markers and labels of missions stand on the map of the world.

Two drawings of one map: the wide one labels each mission, drawing labels apart with a leading line where places lie
close, as in the Levant; the narrow one, for phones, joins what a finger could not tell apart into one marker with a
number, which leads to the list beneath. Every marker is a target of at least 24 CSS pixels in both.
"""

from dataclasses import dataclass, field
from math import cos, hypot, pi, sin

from missions.models.mission import Mission
from missions.projection import HEIGHT, WIDTH, place

# In units of the map. The wide drawing begins at 52rem (`map.css`), where 29 of them are 24 pixels; the narrow one is
# 288 pixels wide on the narrowest phones, where 84 are.
LABEL_HEIGHT, LETTER, PADDING, DOT = 29, 10.6, 16, 6
NARROW = 84
MOST_LABELS = 30  # more missions than these are joined on the wide drawing too where they lie closer than a label
_ANGLES = [step * pi / 8 for step in (0, 8, 15, 1, 7, 9, 14, 2, 6, 10, 12, 4, 13, 3, 5, 11)]  # best first: beside it


@dataclass
class Marker:
    """One mission or several that lie together, at a point; `box` is its label's (x, y, width, height), if any."""

    missions: list
    x: float
    y: float
    is_served: bool = False
    box: tuple = ()

    @property
    def is_far(self):
        """Whether the label stands so far from the point that a line leads to it."""
        x, y, width, height = self.box
        return hypot(max(x - self.x, 0, self.x - x - width), max(y - self.y, 0, self.y - y - height)) > 2 * DOT

    @property
    def middle(self):
        x, y, width, height = self.box
        return x + width / 2, y + height / 2


@dataclass
class Map:
    """What the map's template needs: markers of both drawings, the missions in the list's order, and those nowhere."""

    wide: list = field(default_factory=list)
    narrow: list = field(default_factory=list)
    listed: list = field(default_factory=list)
    unplaced: list = field(default_factory=list)
    width: int = WIDTH
    height: int = HEIGHT
    narrow_radius: int = NARROW // 2
    label_height: int = LABEL_HEIGHT


def lay_out(missions, served=()):
    """This will return the `Map` of these missions; those whose id is in `served` are marked as the country's own."""
    drawn = Map(unplaced=[mission for mission in missions if mission.longitude is None])
    single = [_marker(mission, served) for mission in missions if mission.longitude is not None]
    drawn.wide = single if len(single) <= MOST_LABELS else _joined(single, LABEL_HEIGHT)
    drawn.narrow = sorted(_joined(drawn.wide, NARROW), key=lambda marker: (marker.x, marker.y))
    drawn.listed = [mission for marker in drawn.narrow for mission in marker.missions]
    _label(drawn.wide)
    drawn.wide.sort(key=lambda marker: drawn.listed.index(marker.missions[0]))  # the keyboard's way is the list's
    return drawn


def _marker(mission: Mission, served):
    x, y = place(mission.longitude, mission.latitude)
    return Marker([mission], x, y, mission.pk in served)


def _joined(markers, distance):
    """This will return the markers, the closest two joined in their middle until all are at least `distance` apart."""
    markers = list(markers)
    while len(markers) > 1:
        gap, first, second = min(
            (hypot(one.x - other.x, one.y - other.y), place, place + 1 + further)
            for place, one in enumerate(markers)
            for further, other in enumerate(markers[place + 1 :])
        )
        if gap >= distance:
            break
        other, one = markers.pop(second), markers.pop(first)
        share = len(other.missions) / (len(one.missions) + len(other.missions))
        markers.append(
            Marker(
                one.missions + other.missions,
                one.x + share * (other.x - one.x),
                one.y + share * (other.y - one.y),
                one.is_served or other.is_served,
            )
        )
    return markers


def _label(markers):
    """This will give each marker of one mission its label's box, clear of all other boxes and points where it can."""
    taken = [
        (marker.x - size, marker.y - size, 2 * size, 2 * size)
        for marker in markers
        for size in [DOT if len(marker.missions) == 1 else LABEL_HEIGHT / 2]
    ]
    # The country's own missions first, nearest to their points; then from west to east.
    for marker in sorted(markers, key=lambda marker: (not marker.is_served, marker.x, marker.y)):
        if len(marker.missions) == 1:
            width = LETTER * len(marker.missions[0].acronym) + PADDING
            marker.box = next(_free_boxes(marker, width, taken), (marker.x + DOT, marker.y, width, LABEL_HEIGHT))
            taken.append(marker.box)


def _free_boxes(marker, width, taken):
    """This will yield the free boxes for a marker's label, nearest first."""
    for radius in (8, 20, 36, 54, 74, 96, 120, 146, 174, 204):
        for angle in _ANGLES:
            x = marker.x + cos(angle) * (radius + width / 2) - width / 2
            y = marker.y + sin(angle) * (radius + LABEL_HEIGHT / 2) - LABEL_HEIGHT / 2
            box = (x, y, width, LABEL_HEIGHT)
            inside = 0 <= x <= WIDTH - width and 0 <= y <= HEIGHT - LABEL_HEIGHT
            if inside and not any(_overlap(box, other) for other in taken):
                yield box


def _overlap(one, other):
    (x, y, width, height), (other_x, other_y, other_width, other_height) = one, other
    beside = x + width <= other_x or other_x + other_width <= x
    return not beside and y < other_y + other_height and other_y < y + height
