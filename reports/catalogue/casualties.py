"""The UN's fatalities by year, mission and type of incident. The house's own casualties are not among them."""

from collections import Counter

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from missions import charts, drawn, figures
from missions.models import Casualty, Mission
from reports.catalogue import contributions, then
from reports.declared import TAKES, Column, Kind, Report

INCIDENTS = list(Casualty.Incident.values)


def casualties(asked):
    """This will yield a row for each year, mission and type of incident with a fatality, earliest first."""
    counts, own = _counted(asked)
    missions = then.rows(Mission, asked.known_at)
    places = [(year, missions[mission].acronym, INCIDENTS.index(kind), mission) for year, mission, kind in counts | own]
    for year, acronym, number, mission in sorted(places):
        place = year, mission, INCIDENTS[number]
        yield year, acronym, str(Casualty.Incident(INCIDENTS[number]).label), counts[place], own[place]


def _counted(asked):
    """This will return {(year, mission id, type of incident): fatalities}, of all nations and of the country.

    An id that the UN lists twice, under two nationalities, counts once: of all nations with the first of its rows,
    whatever the period and the missions, which choose rows and never change them.
    """
    seen, own_seen, counts, own = set(), set(), Counter(), Counter()
    chosen = set(then.ids(Mission, "acronym", asked.get("missions", ()), asked.known_at))
    first, last = asked.get("start"), asked.get("end")
    for casualty, day, mission, kind, iso3 in _up_to_the_day(asked).iterator(chunk_size=2000):
        is_asked = (not asked.get("missions") or mission in chosen) and not (first and day < first)
        is_asked = is_asked and not (last and day > last)
        for of, ids, counter in ((True, seen, counts), (iso3 == settings.CONTRIBUTOR, own_seen, own)):
            if of and casualty not in ids:
                ids.add(casualty)
                counter[day.year, mission, kind] += is_asked
    return +counts, +own


def _up_to_the_day(asked):
    rows = contributions.known(Casualty, asked).filter(date__lte=asked.on).order_by("casualty_id", "occurrence")
    return rows.values_list("casualty_id", "date", "mission_id", "incident_type", "nationality__iso3")


def sources(asked):
    rows = contributions.known(Casualty, asked)
    return contributions.sources_of(contributions.of_missions(contributions.of_period(rows, asked, "date"), asked))


def chart(asked):
    """Fatalities of all nations by year, those without any between them too."""
    counts, own = Counter(), Counter()
    for year, _mission, _incident, of_all, of_own in casualties(asked):
        counts[year] += of_all
        own[year] += of_own
    if not counts:
        return None
    years = range(min(counts), max(counts) + 1)
    most = max(years, key=lambda year: (counts[year], -year))
    title = _("Fatalities of all nations by year")
    finding = _("In all: %(total)s, from %(first)s to %(last)s. Most in one year: %(most)s (%(year)s).") % {
        "total": charts.number(counts.total()), "first": years[0], "last": years[-1],
        "most": charts.number(counts[most]), "year": most,
    }  # fmt: skip
    heads = (_("Year"), _("Of all nations"), _("Of the country"))
    rows = tuple((str(year), charts.number(counts[year]), charts.number(own[year])) for year in years)
    return charts.Chart(
        key="casualties", title=title, drawings=charts.bars([charts.Bar(str(year), counts[year]) for year in years]),
        findings=(("", finding),), table=charts.Table(title, heads, rows), as_of=asked.on,
        unit=figures.unit_label("persons", drawn.MANY), sources=sources(asked),
    )  # fmt: skip


REPORTS = [
    Report(
        slug="casualties",
        title=gettext_lazy("Casualties"),
        description=gettext_lazy(
            "Fatalities that the UN reports, by year, mission and type of incident: of all nations, and of the "
            "country. What the house keeps of its own people is not among them."
        ),
        permission=TAKES,
        columns=(
            Column("year", gettext_lazy("Year"), Kind.INTEGER),
            contributions.MISSION,
            Column("incident", gettext_lazy("Type of incident")),
            Column("of_all", gettext_lazy("Of all nations"), Kind.INTEGER),
            Column("own", gettext_lazy("Of the country"), Kind.INTEGER),
        ),
        rows=casualties,
        takes=("start", "end", "missions"),
        reads=("missions.casualty", "missions.mission"),
        key=("year", "mission", "incident"),
        sources=sources,
        chart=chart,
    )
]
