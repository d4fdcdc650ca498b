"""The charts of the record's pages: which series stand together, what they are called, and their tables and files.

A series of the UN's months, one of its means of years and one of the house's own deployments are three measures: each
has a line or a chart of its own, and none goes on where another ends.
"""

from dataclasses import replace

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from missions import asking, charts, dates, figures, series, timeline
from missions.models.casualty import Casualty
from missions.models.contribution import Contribution
from missions.models.country import Country
from missions.models.periods import month_ends

MONTH_END, YEAR_MEAN = Contribution.Measure.MONTH_END, Contribution.Measure.YEAR_MEAN
MEASURES = {
    MONTH_END: gettext_lazy("month-end strength"),
    YEAR_MEAN: gettext_lazy("mean of months"),
    "deployments": gettext_lazy("cleared deployments"),
}
UNSAID = "–"
MANY = 5  # units are named in the plural, as after five


def contributor():
    """This will return the name of the country whose record this is, in the reader's language."""
    country = Country.objects.filter(iso3=settings.CONTRIBUTOR).first()
    return country.name if country else settings.CONTRIBUTOR


def month(day):
    return dates.shown(day, "month")


def year(day):
    return dates.shown(day, "year")


class Strength:
    """The strength of one mission over time, of the whole and of the country: three measures, each read once."""

    def __init__(self, mission, *, at, known_at=None):
        self.mission = mission
        self.today = timezone.localdate(at)
        found, self.sources = series.of_mission(mission, known_at=known_at)
        self.months, self.means = (
            [moment for moment in found[measure] if moment.day <= self.today] for measure in (MONTH_END, YEAR_MEAN)
        )
        self.house = series.of_house(mission, at=at, known_at=known_at)

    def charts(self, country, address):
        """This will return the charts that the record can fill: of country, mission and means."""
        made = (self._of_country(country), self._of_whole(), self._of_means(country))
        return [replace(chart, csv=address) for chart in made if chart]

    def _of_country(self, country):
        un = {m.day: (m.own, m.own_women) for m in self.months if m.own is not None}
        house = {day: (strength.value, women and women.value) for day, (strength, women) in self.house.items()}
        if not un and not house:
            return None
        days = month_ends(min([*un, *house]), max([*un, *house]))
        lines, of_un, of_house = [], _("The UN's month-end figures"), _("The country's cleared deployments")
        for name, values, look in ((of_un, un, "first"), (of_house, house, "second")):
            lines.append(_line(name, values, days, 0, look, stepped=look == "second"))
            women = _("%(series)s: women") % {"series": name}
            women = _line(women, values, days, 1, f"{look} part", stepped=look == "second")
            lines += [women] if women.known else []
        lines = tuple(line for line in lines if line.known)
        sources = self.sources[MONTH_END] if un else ()
        sources += tuple(source for strength, _women in self.house.values() for source in strength.sources)
        rows = [
            (month(day), *map(cell, found), MEASURES[MONTH_END if day in un else "deployments"])
            for day in days if (found := un.get(day) or house.get(day))
        ]  # fmt: skip
        title = _("%(country)s: strength by month") % {"country": country}
        heads = (_("Month"), _("Strength"), _("Women"), _("Measure"))
        return line_chart("country", title, charts.lines(lines), lines, heads, rows, days[-1], sources, month)

    def _of_whole(self):
        whole = {m.day: (m.whole, m.whole_women) for m in self.months if m.whole is not None}
        if not whole:
            return None
        days = month_ends(min(whole), max(whole))
        lines = [_line(_("All contributors"), whole, days, 0, "first")]
        women = _line(_("Women among them"), whole, days, 1, "first part")
        lines += [women] if women.known else []
        rows = [(month(day), *map(cell, whole[day])) for day in days if day in whole]
        heads = (_("Month"), _("Strength"), _("Women"))
        title = _("The whole mission: strength by month")
        sources = self.sources[MONTH_END]
        return line_chart("whole", title, charts.lines(lines), lines, heads, rows, days[-1], sources, month)

    def _of_means(self, country):
        own = {m.day: m.own for m in self.means if m.own is not None}
        if not own:
            return None
        years = range(min(own).year, max(own).year + 1)
        by_year = {day.year: value for day, value in own.items()}
        line = charts.Series(country, tuple(sorted(own.items())))
        drawings = charts.bars([charts.Bar(str(number), by_year.get(number)) for number in years])
        rows = [(year(m.day), cell(m.own), cell(m.own_women), cell(m.whole)) for m in self.means if m.own is not None]
        heads = (_("Year"), country, _("Women"), _("All contributors"))
        title = _("%(country)s: mean strength by year") % {"country": country}
        sources = self.sources[YEAR_MEAN]
        chart = line_chart("means", title, drawings, [line], heads, rows, max(own), sources, year)
        note = _("The mean of a year's months, rounded, is another measure than the strength at the end of a month.")
        return replace(chart, notes=(note,))

    def rows(self):
        """This will yield the rows of the file: each measure's figures of the country and of all contributors."""
        unit = figures.unit_label("persons", MANY)
        for measure, moments in ((MONTH_END, self.months), (YEAR_MEAN, self.means)):
            source = cited(self.sources[measure])
            for m in moments:
                for of, total, women in ((settings.CONTRIBUTOR, m.own, m.own_women), ("all", m.whole, m.whole_women)):
                    if total is not None:
                        yield self.mission.acronym, m.day, of, measure.value, total, women, unit, source
        for day, (strength, women) in self.house.items():
            told = women.value if women else None
            yield (
                self.mission.acronym, day, settings.CONTRIBUTOR, "cleared_deployments", strength.value, told, unit,
                cited(strength.sources),
            )  # fmt: skip


STRENGTH_HEADS = ("mission", "as_of", "contributor", "measure", "persons", "women", "unit", "source")


def _line(name, values, days, place, look, *, stepped=False):
    points = tuple((day, values[day][place] if day in values else None) for day in days)
    return charts.Series(name, points, look, stepped)


def cell(value):
    """This will return a number as a chart's table shows it."""
    return UNSAID if value is None else charts.number(value)


def line_chart(
    key, title, drawings, lines, heads, rows, as_of, sources, shown, *, place=False, unit="persons"
):  # fmt: skip
    """This will return the chart of those lines with their findings; `shown` turns a day into words."""

    def inside(day):
        return dates.inside(shown(day))

    found = [(line, charts.finding(line.known, inside, place=place)) for line in lines if line.known]
    many = len(found) > 1
    findings = tuple((line.name if many else "", text) for line, text in found)
    gaps = sum(value is None for _day, value in lines[0].points) if lines else 0
    notes = (_("Where the line breaks the record holds no figure; nothing was put in its place."),) if gaps else ()
    return charts.Chart(
        key=key, title=title, drawings=drawings, findings=findings, table=charts.Table(title, heads, tuple(rows)),
        legend=tuple((line.look, line.name) for line in lines) if many else (), as_of=as_of,
        unit=figures.unit_label(unit, MANY), sources=tuple(dict.fromkeys(sources)), notes=notes,
    )  # fmt: skip


def cited(sources):
    """This will return sources in one cell: publisher, title and address of each."""
    return "; ".join(
        " ".join(part for part in (f"{publisher}: {title}", url) if part) for title, publisher, url in sources
    )


CASUALTY_HEADS = ("mission", "year", "incident_type", "nationality", "fatalities", "unit", "as_of", "source")


class Deaths:
    """The casualties of one mission as the UN reports them."""

    def __init__(self, mission, *, at, known_at=None):
        self.mission = mission
        self.found = series.casualties(mission, at=at, known_at=known_at)

    @property
    def own(self):
        return sum(self.found.own.values()) if self.found else 0

    @property
    def total(self):
        return sum(self.found.of_all.values()) if self.found else 0

    @property
    def as_of(self):
        return self.found and self.found.as_of

    def charts(self, country, address):
        """This will return the charts by year and by type of incident, or none without a fatality."""
        if not self.total:
            return []
        return [replace(chart, csv=address) for chart in (self._by_year(country), self._by_incident())]

    def _by_year(self, country):
        of_all, years = self.found.of_all, self.found.years
        kinds = [kind for kind in Casualty.Incident if any(incident == kind for _year, incident in of_all)]
        by_year = {number: sum(of_all.get((number, kind), 0) for kind in kinds) for number in years}
        most = max(by_year, key=lambda number: (by_year[number], -number))
        own = {
            number: sum(count for (when, _kind), count in self.found.own.items() if when == number) for number in years
        }
        rows = [
            (str(number), *(charts.number(of_all.get((number, kind), 0)) for kind in kinds),
             charts.number(by_year[number]), charts.number(own[number]))
            for number in years
        ]  # fmt: skip
        heads = (_("Year"), *(kind.label for kind in kinds), _("In all"), country)
        title = _("Fatalities of all nations by year")
        finding = _("In all: %(total)s, from %(first)s to %(last)s. Most in one year: %(most)s (%(year)s).") % {
            "total": charts.number(self.total), "first": years[0], "last": years[-1],
            "most": charts.number(by_year[most]), "year": most,
        }  # fmt: skip
        return charts.Chart(
            key="deaths", title=title, drawings=charts.bars([charts.Bar(str(n), by_year[n]) for n in years]),
            findings=(("", finding),),
            table=charts.Table(title, heads, tuple(rows)), unit=figures.unit_label("persons", MANY), as_of=self.as_of,
            sources=self.found.sources,
        )  # fmt: skip

    def _by_incident(self):
        counts = {
            kind: sum(count for (_year, incident), count in self.found.of_all.items() if incident == kind)
            for kind in Casualty.Incident
        }  # fmt: skip
        counts = dict(sorted(((k, c) for k, c in counts.items() if c), key=lambda item: -item[1]))
        title = _("Fatalities of all nations by type of incident")
        first = next(iter(counts))
        return charts.Chart(
            key="incidents", title=title, drawings=charts.rows([charts.Bar(k.label, c) for k, c in counts.items()]),
            findings=(("", _("Most frequent: %(kind)s, %(count)s of %(total)s.") % {
                "kind": first.label, "count": charts.number(counts[first]), "total": charts.number(self.total),
            }),),
            table=charts.Table(
                title, (_("Type of incident"), _("Fatalities")),
                tuple((kind.label, charts.number(count)) for kind, count in counts.items()),
            ),
            unit=figures.unit_label("persons", MANY), as_of=self.as_of, sources=self.found.sources,
        )  # fmt: skip

    def rows(self):
        """This will yield the rows of the file: a year, a type of incident and how many, of all and of the country."""
        if not self.found:
            return
        unit, source = figures.unit_label("persons", MANY), cited(self.found.sources)
        for of, counts in (("all", self.found.of_all), (settings.CONTRIBUTOR, self.found.own)):
            for (number, incident), count in counts.items():
                yield self.mission.acronym, number, incident, of, count, unit, self.as_of, source


VALUE_HEADS = ("figure", "mission", "kind", "as_of", "value", "at_least", "at_most", "unit", "source")


def figure(question, answers, address):
    """This will return the chart of a figure's public answers over time, or None where nothing can be drawn."""
    told = [answer for answer in answers if asking.shown(answer) is not None]
    if not told:
        return None
    shown = month if question.key in series.BY_MONTH else dates.shown
    place = question.key == "rank"
    # What deployments say holds until the next of them; what the UN counts at a month's end may change on any day.
    stepped = any(answer.rests_on for answer in told)
    lines = [
        charts.Series(name, tuple((answer.as_of, pick(answer)) for answer in answers), look, stepped)
        for name, look, pick in (
            (figures.label_of(question), "first", lambda answer: answer.value),
            (_("at least, where the record knows no more"), "first part", lambda answer: answer.low),
            (_("at most"), "second part", lambda answer: answer.high),
        )
    ]  # fmt: skip
    lines = [line for line in lines if line.known]
    rows = [(shown(answer.as_of), _told(answer)) for answer in told]
    title = _("%(figure)s over time") % {"figure": figures.label_of(question)}
    title = title[:1].upper() + title[1:]
    sources = tuple(source for answer in told for source in answer.sources)
    chart = line_chart(
        "values", title, charts.lines(lines, place=place), lines, (_("As of"), figures.unit_label(told[-1].unit, MANY)),
        rows, told[-1].as_of, sources, shown, place=place, unit=told[-1].unit,
    )  # fmt: skip
    return replace(chart, csv=address)


def _told(answer):
    value = asking.shown(answer)
    return charts.number(value) if isinstance(value, int) else value


def value_rows(question, answers):
    """This will yield the rows of a figure's file: each day of which the public record can tell."""
    for answer in answers:
        if asking.shown(answer) is not None:
            yield (
                question.key, question.parameters.get("mission"), question.parameters.get("kind"), answer.as_of,
                answer.value, answer.low, answer.high, figures.unit_label(answer.unit, MANY), cited(answer.sources),
            )  # fmt: skip


SERVICE_HEADS = ("mission", "kind", "start", "last_day", "as_of")


def service_rows(services, *, at):
    """This will yield the rows of the file: each period of service, its days as far as they are told."""
    for one in services:
        for period in one.periods:
            yield one.mission.acronym, period.kind, period.iso_start, period.iso_end, timezone.localdate(at)


def service(services, address, *, at):
    """This will return the chart of the missions in which the country has served, or None where none is cleared."""
    if not services:
        return None
    today = timezone.localdate(at)
    now = timeline.fraction(today)
    first = min(timeline.FIRST_YEAR, *(period.start.year for one in services for period in one.periods))
    rows = [
        charts.Span(
            one.mission.acronym,
            tuple((timeline.fraction(p.start), timeline.fraction(p.end) if p.end else now) for p in one.periods),
        )
        for one in services
    ]  # fmt: skip
    title = _("Missions in which the country has served")
    table = charts.Table(
        title, (_("Mission"), pgettext("of service", "Kind"), _("Period")),
        tuple((one.mission.acronym, p.kind, p.shown) for one in services for p in one.periods), words=True,
    )  # fmt: skip
    going_on = [one.mission.acronym for one in services if one.goes_on]
    finding = _("Missions: %(count)s. First: %(mission)s (%(day)s).") % {
        "count": len(services), "mission": services[0].mission.acronym,
        "day": dates.inside(services[0].periods[0].shown_start),
    }  # fmt: skip
    if going_on:
        finding += " " + _("In progress: %(missions)s.") % {"missions": ", ".join(going_on)}
    return charts.Chart(
        key="service", title=title, drawings=charts.spans(rows, first, today.year + 1), findings=(("", finding),),
        table=table, as_of=today, csv=address,
    )  # fmt: skip
