import hashlib
import json
from itertools import pairwise
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from missions.projection import HEIGHT, SOUTH, WIDTH, place

FINENESS = 2  # steps of the drawing to one unit of the map: half a pixel where the map is 1,000 wide
SMALLEST = 6  # an island that covers fewer square steps is not drawn


class Command(BaseCommand):
    help = (
        "Draws static/site/world.svg, the land and one country of the site's map, from the TopoJSON of Natural Earth's "
        "1:110m countries (public domain) as the npm package world-atlas 2.0.2 carries it: countries-110m.json."
    )

    def add_arguments(self, parser):
        parser.add_argument("atlas", type=Path, help="countries-110m.json of world-atlas")
        parser.add_argument("--country", default="398", help="ISO 3166-1 number of the country that is shaded")
        parser.add_argument("--out", type=Path, default=settings.BASE_DIR / "static/site/world.svg")

    def handle(self, *, atlas, country, out, **options):
        try:
            content = atlas.read_bytes()
            topology = json.loads(content)
            arcs = list(_degrees(topology))
            land = _path(_rings(topology["objects"]["land"]), arcs)
            countries = topology["objects"]["countries"]["geometries"]
            own = [_path(_rings(one), arcs) for one in countries if str(one.get("id")) == country]
        except (OSError, ValueError, LookupError, TypeError) as error:
            raise CommandError(f"{atlas} is no atlas: {error}") from error
        if not own:
            raise CommandError(f"The atlas has no country {country}.")
        drawn = _svg(land, own[0], hashlib.sha256(content).hexdigest())
        out.write_text(drawn, encoding="utf-8")
        self.stdout.write(f"{out}: {len(drawn):,} bytes")


def _degrees(topology):
    """This will yield each arc as [(longitude, latitude)]: TopoJSON stores steps upon a grid."""
    (scale_x, scale_y), (left, bottom) = topology["transform"]["scale"], topology["transform"]["translate"]
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for step_x, step_y in arc:
            x, y = x + step_x, y + step_y
            points.append((x * scale_x + left, y * scale_y + bottom))
        yield points


def _rings(geometry):
    """This will return the rings of a geometry, each a list of arc numbers; a negative one is run backwards."""
    if geometry["type"] == "GeometryCollection":
        return [ring for part in geometry["geometries"] for ring in _rings(part)]
    polygons = [geometry["arcs"]] if geometry["type"] == "Polygon" else geometry["arcs"]
    return [ring for polygon in polygons for ring in polygon]


def _path(rings, arcs):
    """This will return the rings as the text of an SVG path, in whole steps, each from the one before."""
    drawn = []
    for ring in rings:
        degrees = [point for number in ring for point in (arcs[number] if number >= 0 else arcs[~number][::-1])]
        if max(latitude for _longitude, latitude in degrees) > SOUTH:  # else it is Antarctica
            drawn += [_ring(part) for part in _cut(degrees)]
    return "".join(drawn)


def _cut(degrees):
    """This will yield a ring's parts on the map: what crosses 180 degrees stands at both its edges."""
    unbroken = []
    for longitude, latitude in degrees:
        turns = round((unbroken[-1][0] - longitude) / 360) if unbroken else 0
        unbroken.append((longitude + 360 * turns, latitude))
    for turn in (-360, 0, 360):
        part = [(longitude + turn, latitude) for longitude, latitude in unbroken]
        for side in (1, -1):
            part = list(_up_to_the_edge(part, side))
        if part:
            yield part


def _up_to_the_edge(ring, side):
    """This will yield what of a ring lies on this side of 180 degrees east (side 1) or west (-1)."""
    for (last, last_latitude), (longitude, latitude) in pairwise([*ring[-1:], *ring]):
        if (last * side > 180) != (longitude * side > 180):
            share = (180 * side - last) / (longitude - last)
            yield 180 * side, last_latitude + share * (latitude - last_latitude)
        if longitude * side <= 180:
            yield longitude, latitude


def _ring(degrees):
    steps = []
    for longitude, latitude in degrees:
        step = tuple(round(value * FINENESS) for value in place(longitude, latitude))
        if not steps or step != steps[-1]:
            steps.append(step)
    if abs(sum(x * next_y - next_x * y for (x, y), (next_x, next_y) in pairwise([*steps, steps[0]]))) < 2 * SMALLEST:
        return ""
    if steps[-1] == steps[0]:
        steps.pop()
    moves = [(x - last_x, y - last_y) for (last_x, last_y), (x, y) in pairwise(steps)]
    return f"M{steps[0][0]} {steps[0][1]}l" + " ".join(f"{x} {y}" for x, y in moves).replace(" -", "-") + "z"


def _svg(land, country, checksum):
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">'
        "<!-- Land of the world without borders, in the Equal Earth projection. Made by the command derive_world from "
        "Natural Earth 1:110m, which is in the public domain, as carried by the npm package world-atlas 2.0.2: "
        f"countries-110m.json, SHA-256 {checksum}. -->"
        f'<path id="land" fill-rule="evenodd" transform="scale({1 / FINENESS})" d="{land}"/>'
        f'<path id="country" fill-rule="evenodd" transform="scale({1 / FINENESS})" d="{country}"/></svg>\n'
    )
