"""The charts of reports, in the look of the record's pages: drawings, what they say, and their numbers as a table."""

from django.utils.translation import gettext as _

from missions import charts, drawn
from missions.models.periods import month_ends


def over_months(key, title, lines, *, sources=(), unit="persons", place=False):
    """This will return a chart of lines over the months, or None where nothing is known.

    `lines` are (name, look, {month end: value}). A month without a value breaks the line. Where `place` is true the
    values are places, 1 being the best.
    """
    known = [(name, look, {day: value for day, value in values.items() if value is not None})
             for name, look, values in lines]  # fmt: skip
    known = [line for line in known if line[2]]
    if not known:
        return None
    days = month_ends(min(min(values) for *_, values in known), max(max(values) for *_, values in known))
    series = tuple(
        charts.Series(name, tuple((day, values.get(day)) for day in days), look) for name, look, values in known
    )
    rows = [
        (drawn.month(day), *(drawn.cell(values.get(day)) for *_, values in known))
        for day in days if any(day in values for *_, values in known)
    ]  # fmt: skip
    heads = (_("Month"), *(name for name, *_rest in known))
    return drawn.line_chart(
        key, title, charts.lines(series, place=place), series, heads, rows, days[-1], sources, drawn.month,
        place=place, unit=unit,
    )  # fmt: skip
