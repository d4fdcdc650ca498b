"""Where the markers and labels of missions stand on the map of the world.

One map is drawn twice. The wide drawing shows the whole world and labels each mission, drawing labels apart with a
leading line where places lie close, as in the Levant. The narrow one, for phones, shows the part of the world that has
markers, and joins what a finger could not tell apart into one marker with a number, which leads to the list beneath.
Every marker of both is a target of at least 24 CSS pixels.
"""

from dataclasses import dataclass, field
from math import cos, hypot, pi, sin

from missions.projection import HEIGHT, WIDTH, place

HOME = place(67, 48)  # the shaded country, which each drawing shows
MOST_LABELS = 30  # more missions than these are joined on the wide drawing too where they lie closer than a label
MOST_NARROW_LABELS = 12
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
        return hypot(max(x - self.x, 0, self.x - x - width), max(y - self.y, 0, self.y - y - height)) > height * 0.4

    @property
    def middle(self):
        x, y, width, height = self.box
        return x + width / 2, y + height / 2


@dataclass
class Drawing:
    """A window upon the map, (x, y, width, height), and how large a marker must be in it, in units of the map."""

    window: tuple
    target: float  # 24 CSS pixels where the drawing is smallest
    markers: list = field(default_factory=list)

    @property
    def letters(self):
        """The size of the letters: eleven pixels where the drawing is smallest."""
        return self.target * 0.46

    @property
    def reach(self):
        return self.target / 2

    @property
    def dot(self):
        return self.target * 0.16

    @property
    def line(self):
        return self.target * 0.035

    def label(self):
        """This will give each marker of one mission a label clear of all others, where there is room for it."""
        dots, labels = [], []
        for marker in self.markers:
            alone = len(marker.missions) == 1
            size = self.dot if alone else self.reach
            (dots if alone else labels).append((marker.x - size, marker.y - size, 2 * size, 2 * size))
        for marker in sorted(self.markers, key=self._room):
            if len(marker.missions) == 1:
                for box, crosses in self._free_boxes(marker, dots, labels):
                    marker.box = marker.box if crosses and marker.box else box  # better a line across than no label
                    if not crosses:
                        break
                labels += [marker.box] if marker.box else []

    def _room(self, marker):
        """This will return how much room a marker has: those with the least choose first; x and y settle ties."""
        gaps = [hypot(marker.x - other.x, marker.y - other.y) for other in self.markers]
        return -sum(gap < 4 * self.target for gap in gaps), marker.x, marker.y

    def _free_boxes(self, marker, dots, labels):
        """This will yield (box, whether a line to it crosses another) where a label covers nothing, nearest first."""
        width, height = self.letters * (0.79 * len(marker.missions[0].acronym) + 1.1), self.target
        left, top, window_width, window_height = self.window
        others = dots + labels
        for radius in (0.27, 0.5, 0.8, 1.1, 1.5, 1.9, 2.4, 3, 3.7, 4.5):
            for angle in _ANGLES:
                way_x = cos(angle) * (radius * height + width / 2)
                way_y = sin(angle) * (radius * height + height / 2)
                x, y = marker.x + way_x - width / 2, marker.y + way_y - height / 2
                inside = 0 <= x - left <= window_width - width and 0 <= y - top <= window_height - height
                if inside and not any(_overlap((x, y, width, height), other) for other in others):
                    steps = [(way_x * n / 24, way_y * n / 24) for n in range(24)]
                    line = [(marker.x + x, marker.y + y, 0, 0) for x, y in steps if hypot(x, y) > 2.5 * self.dot]
                    crosses = any(_overlap(point, other) for point in line for other in others)
                    yield (x, y, width, height), crosses


@dataclass
class Map:
    """What the map's templates need: both drawings, the missions in the list's order, and those without a place."""

    wide: Drawing
    narrow: Drawing
    listed: list
    unplaced: list

    @property
    def has_served(self):
        """Whether any of the missions is marked as the country's own, so that the caption explains the colour."""
        return any(marker.is_served for marker in self.wide.markers)


def lay_out(missions, served=()):
    """This will return the `Map` of these missions; those whose id is in `served` are marked as the country's own."""
    single = [_marker(mission, served) for mission in missions if mission.longitude is not None]
    wide = Drawing((0, 0, WIDTH, HEIGHT), 33)  # `map.css` begins it at 45.5rem
    wide.markers = single if len(single) <= MOST_LABELS else _joined(single, wide.target)
    window = _window_of(single)
    narrow = Drawing(window, window[2] / 12)  # the narrowest phones leave it 288 pixels
    narrow.markers = sorted(_joined(wide.markers, narrow.target), key=lambda marker: (marker.x, marker.y))
    listed = [mission for marker in narrow.markers for mission in marker.missions]
    wide.label()
    wide.markers.sort(key=lambda marker: listed.index(marker.missions[0]))  # the keyboard's way is the list's
    if len(narrow.markers) <= MOST_NARROW_LABELS:
        narrow.label()
    return Map(wide, narrow, listed, [mission for mission in missions if mission.longitude is None])


def _marker(mission, served):
    x, y = place(mission.longitude, mission.latitude)
    return Marker([mission], x, y, mission.pk in served)


def _window_of(markers):
    """This will return the part of the map, (x, y, width, height), that holds the markers and the shaded country."""
    points = [HOME, *((marker.x, marker.y) for marker in markers)]
    (left, right), (top, bottom) = ((min(values), max(values)) for values in zip(*points, strict=True))
    width = min(max(400, (right - left) * 1.3, (bottom - top) * 1.3 * 1.25), WIDTH)
    height = min(width / 1.25, HEIGHT)
    x = min(max((left + right - width) / 2, 0), WIDTH - width)
    y = min(max((top + bottom - height) / 2, 0), HEIGHT - height)
    return x, y, width, height


def _joined(markers, distance):
    """This will return the markers, the closest two joined in their middle until all are at least `distance` apart."""
    markers = [Marker(marker.missions, marker.x, marker.y, marker.is_served) for marker in markers]
    while len(markers) > 1:
        gap, first, second = min(
            (hypot(one.x - other.x, one.y - other.y), number, further)
            for number, one in enumerate(markers)
            for further, other in enumerate(markers[number + 1 :], start=number + 1)
        )
        if gap >= distance:
            break
        other, one = markers.pop(second), markers.pop(first)
        share = len(other.missions) / (len(one.missions) + len(other.missions))
        x, y = one.x + share * (other.x - one.x), one.y + share * (other.y - one.y)
        missions = sorted(one.missions + other.missions, key=lambda mission: (mission.longitude, mission.acronym))
        markers.append(Marker(missions, x, y, one.is_served or other.is_served))
    return markers


def _overlap(one, other):
    (x, y, width, height), (other_x, other_y, other_width, other_height) = one, other
    beside = x + width <= other_x or other_x + other_width <= x
    return not beside and y < other_y + other_height and other_y < y + height
