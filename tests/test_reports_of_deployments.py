"""The roster and the rotation calendar, held against every deployment and tour of the record in plain Python."""

from collections import Counter
from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Permission
from django.utils.translation import gettext, override

from missions.models import Deployment, Mission, Source, Tour, Unit
from missions.models.periods import Precision
from reports.catalogue import REPORTS
from tests import makers, rich_record, taking
from tests.rich_record import BETWEEN

pytestmark = pytest.mark.django_db
in_each_language = pytest.mark.parametrize("language", ["kk", "ru", "en"])
at_each_moment = pytest.mark.parametrize("known_at", [None, BETWEEN], ids=["as corrected", "as known before"])
KINDS = ["contingent", "staff_officers", "experts_on_mission", "formed_police_unit", "individual_police"]


@pytest.fixture(autouse=True)
def deployments():
    rich_record.deployments()


def text(day, precision):
    return day.isoformat()[: {Precision.YEAR: 4, Precision.MONTH: 7, Precision.DAY: 10}[precision]] if day else None


def last_day(period):
    return period.end - timedelta(days=1) if period.end else None


def meant(day, precision):
    """This will return every day that a date of that precision may mean."""
    days = [date(day.year, 1, 1) + timedelta(days=number) for number in range(366)]
    return [one for one in days if text(one, precision) == text(day, precision)]


def may_hold(period, day):
    return (not period.start or period.start <= day) and (not period.end or day < period.end)


def head(one, known_at, language):
    mission, units = rich_record.then(Mission, known_at)[one.mission_id], rich_record.then(Unit, known_at)
    with override(language):
        kind = str(Deployment.Kind(one.kind).label)
    unit = rich_record.named(units[one.unit_id], language) if one.unit_id else None
    return mission.acronym, kind, unit, one.rotation


@in_each_language
@at_each_moment
def test_the_roster_tells_every_deployment_in_force_on_the_day(noon, known_at, language):
    told = taking.rows("deployment-roster", noon, known_at=known_at, language=language)
    assert told == roster(known_at or noon, noon.date(), language)
    assert {row[7] for row in told} == {True, False}


def roster(known_at, on, language):
    sources = rich_record.then(Source, known_at)
    tours = Counter(t.deployment_id for t in rich_record.then(Tour, known_at).values() if may_hold(t, on))
    rows = []
    for one in rich_record.then(Deployment, known_at).values():
        if may_hold(one, on):
            begun = one.start is not None and max(meant(one.start, one.start_precision)) <= on
            lasts = one.end is None or min(meant(last_day(one), one.end_precision)) >= on
            source = sources[one.source_id].title if one.source_id else None
            order = (
                rich_record.then(Mission, known_at)[one.mission_id].acronym,
                KINDS.index(one.kind),
                one.rotation or 0,
            )
            rows.append((order, one.id, (
                one.id, *head(one, known_at, language), text(one.start, one.start_precision),
                text(last_day(one), one.end_precision), begun and lasts, one.authorised_strength, one.strength,
                one.women, tours[one.id], one.place or None, source,
            )))  # fmt: skip
    return [row for *_order, row in sorted(rows)]


@in_each_language
@at_each_moment
@pytest.mark.parametrize("period", [
    {}, {"start": date(2025, 1, 1), "end": date(2025, 12, 31)}, {"start": date(2026, 12, 31), "end": date(2026, 12, 31)},
], ids=["the next year", "a year", "a day"])  # fmt: skip
def test_the_calendar_tells_every_movement_of_the_period_soonest_first(noon, known_at, language, period):
    told = taking.rows("rotation-calendar", noon, known_at=known_at, language=language, **period)
    first, last = period.get("start", noon.date()), period.get("end", noon.date() + timedelta(days=365))
    assert told == calendar(known_at or noon, first, last, language) and told


def calendar(known_at, first, last, language):
    found = rich_record.then(Deployment, known_at)
    with override(language):
        begins, tours_end, ends = gettext("deployment begins"), gettext("tours end"), gettext("deployment ends")

    def in_period(days):
        return any(first <= day <= last for day in days)

    ending, earliest = Counter(), {}
    for tour in rich_record.then(Tour, known_at).values():
        if tour.end and in_period(days := meant(last_day(tour), tour.end_precision)):
            shown = text(last_day(tour), tour.end_precision)
            ending[tour.deployment_id, shown] += 1
            earliest[tour.deployment_id, shown] = min(days)
    rows = []
    for one in found.values():
        if one.start and in_period(days := meant(one.start, one.start_precision)):
            rows.append((min(days), 0, one, text(one.start, one.start_precision), begins, one.strength, None))
        if one.end and in_period(days := meant(last_day(one), one.end_precision)):
            shown = text(last_day(one), one.end_precision)
            rows.append((min(days), 2, one, shown, ends, one.strength, ending.pop((one.id, shown), 0)))
    for (pk, shown), count in ending.items():
        rows.append((earliest[pk, shown], 1, found[pk], shown, tours_end, None, count))
    rows.sort(key=lambda row: (row[0], row[1], row[2].id))
    return [
        (one.id, day, event, *head(one, known_at, language), strength, tours)
        for _day, _order, one, day, event, strength, tours in rows
    ]  # fmt: skip


def test_a_correction_that_came_later_is_not_in_what_was_known_before(noon):
    (before,), (after,) = (
        [row[8:11] for row in taking.rows("deployment-roster", noon, known_at=known_at) if row[1] in ("UNFIL", "UNIFIL")]
        for known_at in (BETWEEN, noon)
    )  # fmt: skip
    assert (before[1], after[1]) == (4, 5)
    before, after = (
        [row[2] for row in taking.rows("rotation-calendar", noon, known_at=known_at, missions=("UNIFIL",))]
        for known_at in (BETWEEN, noon)
    )
    assert (before, after) == (["deployment begins"], ["deployment begins", "tours end", "deployment ends"])


def test_missions_units_and_categories_pick_deployments(noon):
    for slug, acronym in (("deployment-roster", 1), ("rotation-calendar", 3)):
        whole = taking.rows(slug, noon)
        assert taking.rows(slug, noon, missions=("UNDOF",)) == [row for row in whole if row[acronym] == "UNDOF"]
        assert taking.rows(slug, noon, units=("first",)) == [row for row in whole if row[acronym + 2] == "First unit"]
        observers = taking.rows(slug, noon, categories=("experts_on_mission",))
        assert observers == [row for row in whole if row[acronym + 1] == "experts on mission"] and observers


def test_the_place_of_a_running_deployment_is_told_with_personal_data_only(noon):
    for role, is_told in (("report staff", False), ("records officer", True)):
        person = makers.person_of_role(role)
        assert ("Camp North" in str(taking.rows("deployment-roster", noon, by=person))) is is_told
        asked = taking.asked("deployment-roster", noon, by=person)
        columns = [column.key for column in REPORTS["deployment-roster"].columns_for(asked)]
        assert ("place" in columns) is is_told and taking.rows("deployment-roster", noon, by=person)


@pytest.mark.parametrize("slug", ["deployment-roster", "rotation-calendar"])
def test_future_movements_are_told_to_nobody_who_may_not_see_deployments(noon, slug):
    stranger = makers.person_of_role("author", "stranger")
    stranger.groups.clear()
    stranger.user_permissions.add(Permission.objects.get(codename="run_reports"))
    assert taking.rows(slug, noon, by=stranger) == []
    report = REPORTS[slug]
    asked = taking.asked(slug, noon, by=stranger)
    assert report.chart is None or report.chart(asked) is None
    assert report.sources is None or report.sources(asked) == ()
