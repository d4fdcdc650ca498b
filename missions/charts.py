"""Draws charts as SVG on the server: round scales, lines with gaps, bars, spans of years. It asks the record nothing.

Each chart is drawn twice, for a wide place and for a narrow one, and the style sheet shows the one that fits: text
that is scaled down with its picture is read by nobody. What a template gets are numbers and classes, never a style.
"""

import math
from dataclasses import dataclass
from datetime import date

from django.utils import formats
from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Series:
    """One line of a chart: `points` are (day, value or None) in order, None being a gap.

    `look` is a class of charts.css. A stepped line stays level until the next value.
    """

    name: str
    points: tuple
    look: str = "first"
    stepped: bool = False

    @property
    def known(self):
        return [(day, value) for day, value in self.points if value is not None]


@dataclass(frozen=True)
class Bar:
    """One bar: its label on the axis, and its value; None leaves its place empty."""

    label: str
    value: int | None


@dataclass(frozen=True)
class Span:
    """One row of a chart of periods: (first, last) moments of each of its bars, as fractions of years."""

    label: str
    periods: tuple


@dataclass(frozen=True)
class Size:
    name: str
    width: int
    height: int
    x_labels: int
    y_steps: int


WIDE, NARROW = Size("wide", 720, 300, 9, 5), Size("narrow", 340, 250, 5, 4)
TOP, BOTTOM, RIGHT = 14, 26, 10
LETTER = 7.2  # the widest that a digit of the axis gets, in units of the drawing
ROW = 30


@dataclass(frozen=True)
class Mark:
    """A word in the drawing. `anchor` is SVG's text-anchor."""

    x: float
    y: float
    text: str
    anchor: str = "middle"
    look: str = ""


@dataclass(frozen=True)
class Box:
    x: float
    y: float
    width: float
    height: float
    look: str = ""


@dataclass(frozen=True)
class Drawing:
    """One size of a chart: grid as (x1, y1, x2, y2, class), paths as (class, d), dots as (x, y, class), bars, words."""

    name: str
    width: int
    height: int
    grid: tuple = ()
    paths: tuple = ()
    dots: tuple = ()
    bars: tuple = ()
    marks: tuple = ()


@dataclass(frozen=True)
class Table:
    """A chart's numbers to read: heads, and rows whose first cell is the row's own head; `words` if they are none."""

    caption: str
    heads: tuple
    rows: tuple
    words: bool = False


@dataclass(frozen=True)
class Chart:
    """What `components/chart.html` shows: the drawings, what they say, the table, and where it comes from.

    `findings` are (name of a series or "", what it shows), and the picture's own description.
    """

    key: str
    title: str
    drawings: tuple
    findings: tuple
    table: Table
    legend: tuple = ()
    unit: str = ""
    as_of: date | None = None
    sources: tuple = ()
    notes: tuple = ()
    csv: str = ""


def number(value):
    """This will return a number as the reader's language groups it: 1,045 or 1 045."""
    return formats.number_format(value, use_l10n=True, force_grouping=True)


def steps(highest, wanted):
    """This will return round whole numbers from 0 to the first that is not under `highest`, about `wanted` steps."""
    rough = max(highest, 1) / wanted
    power = 10 ** math.floor(math.log10(rough)) if rough >= 1 else 1
    step = next(size * power for size in (1, 2, 5, 10) if size * power >= rough)
    return list(range(0, math.ceil(max(highest, 1) / step) * step + 1, step))


def every(count, wanted):
    """This will return by how many places apart `count` labels must stand so that no more than `wanted` are left."""
    return next(size for size in (1, 2, 5, 10, 20, 50, 100, 1000) if math.ceil(count / size) <= wanted or size == 1000)


def lines(series, *, place=False):
    """This will draw series over time, wide and narrow. Where `place` is true 1 stands at the top, as in a contest."""
    return tuple(_lines(series, size, place) for size in (WIDE, NARROW))


def _lines(series, size, place):
    known = [point for one in series for point in one.known]
    days = sorted(day for one in series for day, _value in one.points)
    first, last = days[0].toordinal(), max(days[-1].toordinal(), days[0].toordinal() + 1)
    ticks = steps(max(value for _day, value in known), size.y_steps)
    if place:
        ticks = [1, *ticks[1:]]
    left = _room(ticks)
    width, height = size.width - left - RIGHT, size.height - TOP - BOTTOM
    low, high = ticks[0], ticks[-1]

    def x(day):
        return round(left + width * (day.toordinal() - first) / (last - first), 1)

    def y(value):
        share = (value - low) / (high - low or 1)
        return round(TOP + height * (share if place else 1 - share), 1)

    grid, marks = _y_axis(ticks, y, left, size.width - RIGHT, "" if place else "base")
    for day, text in _x_ticks(days[0], days[-1], size.x_labels):
        grid.append((x(day), size.height - BOTTOM, x(day), size.height - BOTTOM + 4, "tick"))
        marks.append(Mark(x(day), size.height - 8, text, _anchor(x(day), left, size.width, text)))
    runs = [(one, _runs(one.points)) for one in series]
    paths = tuple(
        (one.look, "".join(_path(run, x, y, one.stepped) for run in found if len(run) > 1)) for one, found in runs
    )
    dots = tuple((x(run[0][0]), y(run[0][1]), one.look) for one, found in runs for run in found if len(run) == 1)
    return Drawing(size.name, size.width, size.height, tuple(grid), paths, dots, (), tuple(marks))


def _room(ticks):
    return round(12 + LETTER * max(len(number(tick)) for tick in ticks))


def _y_axis(ticks, y, left, right, base):
    grid = [(left, y(tick), right, y(tick), base if tick == ticks[0] else "") for tick in ticks]
    return grid, [Mark(left - 6, y(tick) + 4, number(tick), "end") for tick in ticks]


def _x_ticks(first, last, wanted):
    """This will return (day, label): the beginnings of years, or of less than two years the first and last months."""
    years = [year for year in range(first.year, last.year + 1) if date(year, 1, 1) >= first]
    if len(years) < 2:
        return [(day, formats.date_format(day, "YEAR_MONTH_FORMAT")) for day in dict.fromkeys((first, last))]
    apart = every(len(years), wanted)
    return [(date(year, 1, 1), str(year)) for year in years if year % apart == 0]


def _anchor(x, left, width, text):
    half = LETTER * len(text) / 2
    if x + half > width:
        return "end"
    return "start" if x - half < left - 12 else "middle"


def _runs(points):
    """This will return the points between the gaps, as a list for each stretch without one."""
    runs = [[]]
    for day, value in points:
        if value is not None:
            runs[-1].append((day, value))
        elif runs[-1]:
            runs.append([])
    return runs


def _path(run, x, y, stepped):
    if not stepped:
        return "M" + "L".join(f"{x(day):g} {y(value):g}" for day, value in run)
    (first_day, first), *others = run
    return f"M{x(first_day):g} {y(first):g}" + "".join(f"H{x(day):g}V{y(value):g}" for day, value in others)


def bars(values, *, look="first"):
    """This will draw upright bars, wide and narrow."""
    return tuple(_bars(values, size, look) for size in (WIDE, NARROW))


def _bars(values, size, look):
    ticks = steps(max((bar.value or 0 for bar in values), default=0), size.y_steps)
    left = _room(ticks)
    width, height = size.width - left - RIGHT, size.height - TOP - BOTTOM
    place = width / len(values)
    thick = min(place * 0.74, 46)

    def y(value):
        return round(TOP + height * (1 - value / ticks[-1]), 1)

    grid, marks = _y_axis(ticks, y, left, size.width - RIGHT, "base")
    boxes, apart = [], every(len(values), size.x_labels)
    for index, bar in enumerate(values):
        middle = round(left + place * (index + 0.5), 1)
        if bar.value:
            top = y(bar.value)
            boxes.append(Box(round(middle - thick / 2, 1), top, round(thick, 1), round(y(0) - top, 1), look))
        if (int(bar.label) if bar.label.isdecimal() else index) % apart == 0:
            marks.append(Mark(middle, size.height - 8, bar.label))
    return Drawing(size.name, size.width, size.height, tuple(grid), bars=tuple(boxes), marks=tuple(marks))


def rows(values, *, look="first"):
    """This will draw lying bars, each under its name and with its number, wide and narrow."""
    return tuple(_rows(values, size, look) for size in (WIDE, NARROW))


def _rows(values, size, look):
    highest = max((bar.value or 0 for bar in values), default=0) or 1
    marks, boxes = [], []
    for index, bar in enumerate(values):
        top = index * (ROW + 6)
        marks.append(Mark(0, top + 14, bar.label, "start", "name"))
        marks.append(Mark(size.width, top + 14, "–" if bar.value is None else number(bar.value), "end", "name"))
        if bar.value:
            boxes.append(Box(0, top + 20, round(max(size.width * bar.value / highest, 1), 1), 10, look))
    return Drawing(size.name, size.width, len(values) * (ROW + 6), bars=tuple(boxes), marks=tuple(marks))


def spans(values, first, last):
    """This will draw rows of periods between the beginnings of the years `first` and `last`, wide and narrow."""
    return tuple(_spans(values, first, last, size) for size in (WIDE, NARROW))


def _spans(values, first, last, size):
    left, right = 8, size.width - RIGHT
    foot = TOP + len(values) * (ROW + 8)

    def x(moment):
        return round(left + (right - left) * (moment - first) / (last - first), 1)

    grid, marks, boxes = [], [], []
    apart = every(last - first, size.x_labels)
    for year in range(first, last):
        if year % apart == 0:
            grid.append((x(year), TOP, x(year), foot, ""))
            marks.append(Mark(x(year), foot + 16, str(year), _anchor(x(year), left, size.width, str(year))))
    grid.append((left, foot, right, foot, "base"))
    for index, span in enumerate(values):
        top = TOP + index * (ROW + 8)
        begin, stop = x(span.periods[0][0]), x(max(end for _start, end in span.periods))
        is_far = begin > size.width * 0.6
        marks.append(Mark(stop if is_far else begin, top + 13, span.label, "end" if is_far else "start", "name"))
        for start, end in span.periods:
            boxes.append(Box(x(start), top + 18, round(max(x(end) - x(start), 3), 1), 10, "first"))
    return Drawing(size.name, size.width, foot + BOTTOM, tuple(grid), bars=tuple(boxes), marks=tuple(marks))


def finding(points, shown, *, place=False):
    """This will say in a sentence what a line shows: its first, its last and its highest value, with their dates.

    `points` are those that are known, `shown` turns a day into words. Where `place` is true the best is the lowest.
    """
    (first_day, first), (last_day, last) = points[0], points[-1]
    if len(points) > 1 and {value for _day, value in points} == {first}:
        return _("All the time: %(value)s (%(first_day)s – %(last_day)s).") % {
            "value": number(first), "first_day": shown(first_day), "last_day": shown(last_day),
        }  # fmt: skip
    best_day, best = (min if place else max)(points, key=lambda point: point[1])
    if len(points) == 1:
        return _("One value is known: %(value)s (%(day)s).") % {"value": number(first), "day": shown(first_day)}
    words = {
        "first": number(first), "first_day": shown(first_day), "last": number(last), "last_day": shown(last_day),
        "best": number(best), "best_day": shown(best_day),
    }  # fmt: skip
    if place:
        return (
            _("First: %(first)s (%(first_day)s). Last: %(last)s (%(last_day)s). Best: %(best)s (%(best_day)s).") % words
        )
    return (
        _("First: %(first)s (%(first_day)s). Last: %(last)s (%(last_day)s). Highest: %(best)s (%(best_day)s).") % words
    )
