"""A chart for paper: the wide drawing as an SVG that needs no style sheet, and the words about it."""

from xml.etree import ElementTree

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from missions import dates

INK, SOFT, LINE, SKY, PAPER = "#15191d", "#545d66", "#d9d6ce", "#00708a", "#ffffff"
LINES = {  # as in charts.css
    "first": {"stroke": SKY, "stroke-width": "2.4"},
    "second": {"stroke": INK, "stroke-width": "3.4"},
    "first part": {"stroke": SKY, "stroke-width": "2", "stroke-dasharray": "1 4.5"},
    "second part": {"stroke": INK, "stroke-width": "2", "stroke-dasharray": "6 5"},
}
ROUND = {"fill": "none", "stroke-linejoin": "round", "stroke-linecap": "round"}


def said(chart, language):
    """This will return what the template needs of a chart: its words, and the picture."""
    drawing = next(drawing for drawing in chart.drawings if drawing.name == "wide")
    findings = [(str(name), str(words)) for name, words in chart.findings]
    return {
        "title": str(chart.title),
        "findings": findings,
        "alt": " ".join([f"{chart.title}.", *(f"{name}. {words}" if name else words for name, words in findings)]),
        "legend": [(look, str(name)) for look, name in chart.legend],
        "notes": [str(note) for note in chart.notes],
        "source": _source(chart),
        "svg": svg(drawing, language),
        "width": drawing.width,
    }


def _source(chart):
    parts = [_("Unit: %(unit)s.") % {"unit": chart.unit}] if chart.unit else []
    if chart.as_of:
        parts.append(capfirst(_("as of %(day)s") % {"day": dates.shown(chart.as_of)}) + ".")
    parts += [f"{publisher}: {title}" for title, publisher, _address in chart.sources]
    return " · ".join(parts)


def svg(drawing, language):
    """This will return a drawing as an SVG on its own."""
    size = {"width": str(drawing.width), "height": str(drawing.height)}
    whole = ElementTree.Element(
        "svg", {"xmlns": "http://www.w3.org/2000/svg", "viewBox": f"0 0 {drawing.width} {drawing.height}", **size,
                "lang": language, "font-family": "Record Paper", "font-size": "12", "fill": SOFT},
    )  # fmt: skip

    def add(tag, **attributes):
        return ElementTree.SubElement(whole, tag, {name.replace("_", "-"): str(v) for name, v in attributes.items()})

    for x1, y1, x2, y2, look in drawing.grid:
        add("path", d=f"M{x1} {y1}L{x2} {y2}", stroke=SOFT if look else LINE, fill="none")
    for bar in drawing.bars:
        add("rect", x=bar.x, y=bar.y, width=bar.width, height=bar.height, fill=_colour(bar.look))
    for look, way in drawing.paths:
        add("path", d=way, **ROUND, **LINES.get(look, LINES["first"]))
    for x, y, look in drawing.dots:
        hollow = {"fill": PAPER, "stroke": _colour(look), "stroke_width": 1.5} if "part" in look.split() else {}
        add("circle", cx=x, cy=y, r=3.5, **(hollow or {"fill": _colour(look)}))
    for mark in drawing.marks:
        name = {"fill": INK, "font_size": 13, "font_family": "Record Paper Strong"} if mark.look == "name" else {}
        add("text", x=mark.x, y=mark.y, text_anchor=mark.anchor, **name).text = str(mark.text)
    return ElementTree.tostring(whole, encoding="unicode")


def _colour(look):
    return INK if "second" in look.split() else SKY
