"""Draws a table of results as an SVG of lying bars, each row with a bar for each column and a mark at its goal."""

from xml.sax.saxutils import escape

WIDTH, LEFT, RIGHT = 760, 232, 88
BAR, GAP, HEAD = 13, 12, 52
LOOKS = ("#2f7fb8", "#8a8f98", "#c07a2c")
STYLE = """
text { font: 13px system-ui, sans-serif; fill: #22272e; font-variant-numeric: tabular-nums }
.goal { stroke: #b3261e; stroke-width: 2 } .missed { fill: #b3261e; font-weight: 600 } .base { stroke: #8a8f98 }
@media (prefers-color-scheme: dark) { text { fill: #d7dce2 } .goal { stroke: #ff8a80 } .missed { fill: #ff8a80 } }
"""


def bars(title, results, columns, shown):
    """This will return the SVG. `results` are {row: {column: Result}}; `shown` turns a result's number into words."""
    every = [result for row in results.values() for result in row.values()]
    most = max([result.value for result in every] + [result.goal or 0 for result in every]) or 1
    parts, top = [], HEAD

    def x(value):
        return round(LEFT + (WIDTH - LEFT - RIGHT) * value / most, 1)

    for name, row in results.items():
        height = BAR * len(columns)
        parts.append(
            f'<text x="{LEFT - 8}" y="{top + height / 2 + 5:g}" text-anchor="end">{escape(_plain(name))}</text>'
        )
        for place, column in enumerate(columns):
            if column in row:
                parts += _bar(row[column], top + place * BAR, x, LOOKS[place % len(LOOKS)], shown)
        if goal := next((result.goal for result in row.values() if result.goal), None):
            parts.append(f'<path class="goal" d="M{x(goal):g} {top - 3}v{height + 6}"/>')
        top += height + GAP
    parts.append(f'<path class="base" d="M{LEFT} {HEAD - 6}V{top - GAP + 6}"/>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {top}" width="{WIDTH}" height="{top}" role="img">'
        f"<title>{escape(title)}</title><style>{STYLE}</style>{_legend(columns)}{''.join(parts)}</svg>\n"
    )


def _bar(result, top, x, look, shown):
    width = max(round(x(result.value) - LEFT, 1), 1)
    missed = ' class="missed"' if result.is_missed else ""
    # Beyond the mark of the goal, so that neither crosses the other.
    after = max(x(result.value), x(result.goal or 0)) + 6
    return [
        f'<rect x="{LEFT}" y="{top + 1}" width="{width:g}" height="{BAR - 2}" fill="{look}"/>',
        f'<text{missed} x="{after:g}" y="{top + BAR - 2}">{escape(shown(result))}</text>',
    ]


def _legend(columns):
    parts, left = [], LEFT
    for place, column in enumerate(columns):
        if column:
            parts.append(f'<rect x="{left}" y="12" width="11" height="11" fill="{LOOKS[place % len(LOOKS)]}"/>')
            parts.append(f'<text x="{left + 17}" y="22">{escape(column)}</text>')
            left += 17 + 9 * len(column) + 16
    return f'{"".join(parts)}<path class="goal" d="M{left} 10v15"/><text x="{left + 8}" y="22">goal</text>'


def _plain(name):
    return name.replace("`", "")
