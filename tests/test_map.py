"""The map of the world: where it comes from, and that every mission on it can be told apart and reached."""

import gzip
import json
import math
import re
from html.parser import HTMLParser
from itertools import combinations, pairwise
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.template import Context, Template

from missions import projection, world_map
from missions.models import Mission

WORLD = Path(__file__).resolve().parent.parent / "static/site/world.svg"
MAP_AND_LIST = (
    '{% include "components/world_map.html" with map=map only %}'
    '{% include "components/world_map_list.html" with map=map only %}'
)
# Headquarters as the UN's list gives them; three of them lie within 100 km of each other.
IN_PROGRESS = {
    "UNDOF": (35.9211, 33.2367), "UNIFIL": (35.1342, 33.12), "UNTSO": (35.2, 31.75), "UNFICYP": (33.3667, 35.1667),
    "MINURSO": (-13.2033, 27.1536), "MONUSCO": (15.3222, -4.325), "MINUSCA": (18.5833, 4.3667), "UNMIK": (21.17, 42.67),
    "UNISFA": (28.4333, 9.6), "UNMISS": (31.6, 4.85), "UNMOGIP": (73.05, 33.7), "BINUH": (-72.33, 18.54),
}  # fmt: skip


def missions(places=None):
    return [
        Mission(pk=number, acronym=acronym, slug=acronym.lower(), name_en=f"Mission {acronym}", longitude=x, latitude=y)
        for number, (acronym, (x, y)) in enumerate((places or IN_PROGRESS).items(), start=1)
    ]


def shape(name):
    """This will return the rings of a shape of the world's drawing, as points in units of the map."""
    path = re.search(rf'id="{name}"[^>]*transform="scale\(([\d.]+)\)" d="([^"]+)"', WORLD.read_text())
    rings = []
    for ring in path[2].split("z")[:-1]:
        numbers = [int(number) * float(path[1]) for number in re.findall(r"-?\d+", ring)]
        x = y = 0
        rings.append([])
        for step_x, step_y in zip(numbers[::2], numbers[1::2], strict=True):
            x, y = x + step_x, y + step_y
            rings[-1].append((x, y))
    return rings


def holds(rings, longitude, latitude):
    x, y = projection.place(longitude, latitude)
    crossed = sum(
        (last_y > y) != (next_y > y) and x < last_x + (y - last_y) / (next_y - last_y) * (next_x - last_x)
        for ring in rings
        for (last_x, last_y), (next_x, next_y) in zip(ring, [*ring[1:], ring[0]], strict=True)
    )
    return crossed % 2 == 1


def test_the_world_is_small_and_says_where_it_comes_from():
    drawn = WORLD.read_bytes()
    assert len(drawn) < 40_000 and len(gzip.compress(drawn)) < 15_000
    assert b"Natural Earth" in drawn and b"public domain" in drawn and re.search(rb"SHA-256 [0-9a-f]{64}", drawn)
    assert b"<script" not in drawn and b"style" not in drawn and b"href" not in drawn


@pytest.mark.parametrize(
    ("place", "is_land", "is_shaded"),
    [((71.4, 51.2), True, True), ((76.9, 44), True, True), ((52, 47.5), True, True), ((37.6, 55.7), True, False),
     ((64, 41), True, False), ((87.6, 43.8), True, False), ((36.5, 33.5), True, False), ((-30, 30), False, False),
     ((51, 41), False, False), ((175, 67), True, False), ((-175, 67), True, False), ((20, -35.5), False, False)],
)  # fmt: skip
def test_places_lie_on_the_map_where_they_lie_on_the_earth(place, is_land, is_shaded):
    assert holds(shape("land"), *place) == is_land
    assert holds(shape("country"), *place) == is_shaded


def test_the_map_keeps_areas():
    """Of Equal Earth's own promise: a square degree at 60 degrees north is half as large as one at the equator."""

    def area(longitude, latitude, size=0.5):
        sides = [(0, 0), (size, 0), (size, size), (0, size), (0, 0)]
        corners = [projection.place(longitude + x, latitude + y) for x, y in sides]
        return abs(sum(x * b - a * y for (x, y), (a, b) in pairwise(corners))) / 2

    assert area(170, 59.75) / area(-20, -0.25) == pytest.approx(math.cos(math.radians(60)), rel=0.002)
    assert projection.place(0, projection.NORTH) == (500, 0)
    assert projection.place("180", "0")[0] == 1000


def square(west, south, east, north):
    return [(west, south), (east, south), (east, north), (west, north), (west, south)]


@pytest.fixture
def atlas(tmp_path):
    """A small atlas in whole degrees: an island beyond 180 degrees, a country with its lake, and a southern land."""
    arcs = []
    for ring in (square(170, 60, 190, 70), square(0, 0, 20, 20), square(5, 5, 9, 9), square(-90, -80, 90, -70)):
        longitude = latitude = 0
        arcs.append([])
        for x, y in ring:
            x = x - 360 if x > 180 else x  # as Natural Earth writes them
            arcs[-1].append([x - longitude, y - latitude])
            longitude, latitude = x, y
    land = {"type": "MultiPolygon", "arcs": [[[0]], [[1], [2]], [[3]]]}
    country = {"type": "Polygon", "arcs": [[1], [~2]], "id": "398"}
    path = tmp_path / "atlas.json"
    path.write_text(
        json.dumps(
            {
                "transform": {"scale": [1, 1], "translate": [0, 0]}, "arcs": arcs,
                "objects": {
                    "land": {"type": "GeometryCollection", "geometries": [land]},
                    "countries": {"type": "GeometryCollection", "geometries": [country]},
                },
            }
        )
    )  # fmt: skip
    return path


def test_what_crosses_the_maps_edge_is_drawn_at_both_edges_and_antarctica_not_at_all(atlas, tmp_path):
    call_command("derive_world", str(atlas), out=tmp_path / "world.svg", stdout=open("/dev/null", "w"))
    land, country = re.findall(r' d="([^"]+)"', (tmp_path / "world.svg").read_text())
    assert land.count("M") == 4 and country.count("M") == 2
    starts = sorted(int(start) for start in re.findall(r"M(\d+)", land))
    assert starts[0] < 400 and starts[-1] > 1600  # two steps to a unit


def test_what_is_no_atlas_is_refused_aloud(atlas, tmp_path):
    (tmp_path / "other.json").write_text("[1]")
    for path in (tmp_path / "nowhere.json", tmp_path / "other.json"):
        with pytest.raises(CommandError, match="is no atlas"):
            call_command("derive_world", str(path), out=tmp_path / "world.svg")
    with pytest.raises(CommandError, match="no country 999"):
        call_command("derive_world", str(atlas), country="999", out=tmp_path / "world.svg")
    assert not (tmp_path / "world.svg").exists()


def overlap(one, other):
    return world_map._overlap(one, other)


def test_the_missions_of_the_levant_are_told_apart_by_labels_that_cover_nothing():
    wide = world_map.lay_out(missions()).wide
    assert [len(marker.missions) for marker in wide.markers] == [1] * len(IN_PROGRESS)
    boxes = [marker.box for marker in wide.markers]
    assert all(boxes) and not any(overlap(one, other) for one, other in combinations(boxes, 2))
    points = [(marker.x, marker.y, 0, 0) for marker in wide.markers]
    assert not any(overlap(box, point) for box in boxes for point in points)
    left, top, width, height = wide.window
    assert all(left <= x and top <= y and x + w <= left + width and y + h <= top + height for x, y, w, h in boxes)


def test_every_marker_is_large_enough_for_a_finger():
    """24 CSS pixels (WCAG 2.2, 2.5.8) where each drawing is smallest: 728 pixels wide, and 288."""
    crowd = {f"M{number}": (number % 7 * 0.3 + 10, number // 7 * 0.3) for number in range(60)}
    for places in (IN_PROGRESS, crowd, {"UNDOF": IN_PROGRESS["UNDOF"]}):
        drawn = world_map.lay_out(missions(places))
        for drawing, pixels in ((drawn.wide, 728), (drawn.narrow, 288)):
            pixel = drawing.window[2] / pixels
            assert drawing.target >= 24 * pixel - 0.01
            for marker in drawing.markers:
                assert not marker.box or min(marker.box[2:]) >= 24 * pixel - 0.01
            bare = [marker for marker in drawing.markers if not marker.box]
            for one, other in combinations(bare, 2):
                assert math.hypot(one.x - other.x, one.y - other.y) >= drawing.target


def test_a_crowd_is_joined_and_nobody_is_lost():
    crowd = {f"M{number}": (number % 7 * 0.3 + 10, number // 7 * 0.3) for number in range(60)}
    drawn = world_map.lay_out(missions(crowd | {"NOWHERE": (None, None)}))
    for drawing in (drawn.wide, drawn.narrow):
        found = [mission.acronym for marker in drawing.markers for mission in marker.missions]
        assert sorted(found) == sorted(crowd)
    assert len(drawn.wide.markers) < 10
    assert [mission.acronym for mission in drawn.unplaced] == ["NOWHERE"]
    assert sorted(mission.acronym for mission in drawn.listed) == sorted(crowd)


class Page(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.links, self.ids, self.names = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        assert "style" not in given and tag != "script"
        self.ids += [given["id"]] if "id" in given else []
        if tag == "a":
            self.links.append(given["href"])
            self.names.append(given.get("aria-label"))


def test_every_mission_has_its_link_on_the_map_and_in_the_list_and_each_id_stands_once():
    drawn = missions(IN_PROGRESS | {"NOWHERE": (None, None)})
    text = Template("{% load maps %}{% lay_out_map missions served as map %}" + MAP_AND_LIST).render(
        Context({"missions": drawn, "served": {1}})
    )
    page = Page(text)
    assert len(page.ids) == len(set(page.ids))
    for mission in drawn:
        there = page.links.count(mission.get_absolute_url())
        assert there >= 2 if mission.longitude else there == 1, mission.acronym
    jumps = [link for link in page.links if link.startswith("#")]
    assert jumps and all(link[1:] in page.ids for link in jumps)
    assert any(name and name.startswith("4 missions in the list:") and "UNDOF" in name for name in page.names)
    assert 'role="group"' in text and "<desc" in text and "takes no side" in text
    assert "markers are in colour" in text


@pytest.mark.parametrize("language", ["ru", "kk"])
def test_numbers_of_the_drawing_are_written_for_machines_in_every_language(language, settings):
    settings.LANGUAGE_CODE = language
    text = Template(
        "{% load maps i18n %}{% language code %}{% lay_out_map missions as map %}" + MAP_AND_LIST + "{% endlanguage %}"
    ).render(Context({"missions": missions(), "code": language}))
    assert not re.search(r'(?:x|y|cx|cy|r|x1|y2|width|height|font-size|viewBox|stroke-width)="[^"]*,', text)


def test_one_mission_is_drawn_without_a_list_and_none_without_coordinates():
    show = Template("{% load maps %}{% mission_map mission %}")
    one = show.render(Context({"mission": missions()[0]}))
    assert Page(one).links == ["/en/missions/undof/"] * 2 and "world-list" not in one
    assert show.render(Context({"mission": missions({"NOWHERE": (None, None)})[0]})).strip() == ""
