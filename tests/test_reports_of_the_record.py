"""Each report over the UN's figures is held against the whole table, read row by row in plain Python."""

from collections import defaultdict
from datetime import date
from decimal import Decimal
from math import ceil

import pytest
from django.utils.translation import gettext, override

from missions.models import Casualty, Contribution, Mission, Source
from missions.models.contribution import PersonnelType
from missions.un_data import apply
from reports.catalogue import REPORTS
from tests import rich_record, taking
from tests.rich_record import AUGUST, BETWEEN, JULY, SEPTEMBER

pytestmark = pytest.mark.django_db
LANGUAGES = ["kk", "ru", "en"]
WHEN = {"as corrected": None, "as known before": BETWEEN}
in_each_language = pytest.mark.parametrize("language", LANGUAGES)
at_each_moment = pytest.mark.parametrize("known_at", WHEN.values(), ids=WHEN)


@pytest.fixture
def months():
    rich_record.contributions()


def own(rows, on):
    return [
        row for row in rows if row.contributor.iso3 == "KAZ" and row.measure == "month_end" and row.month <= on
    ]  # fmt: skip


def title(row, sources):
    return sources[row.run.source_id].title if row.run.source_id else None


@in_each_language
@at_each_moment
def test_strength_by_month_tells_every_figure_of_the_country_and_none_else(months, noon, known_at, language):
    told = taking.rows("strength-by-month", noon, known_at=known_at, language=language)
    assert told == strength_by_month(known_at or noon, noon.date(), language)


def strength_by_month(known_at, on, language):
    missions, sources = rich_record.then(Mission, known_at), rich_record.then(Source, known_at)
    rows = own(rich_record.vintages(Contribution, known_at), on)
    rows.sort(key=lambda row: (row.month, missions[row.mission_id].acronym, row.personnel_type))
    with override(language):
        return [
            (row.month, missions[row.mission_id].acronym, str(PersonnelType(row.personnel_type).label), row.men,
             row.women, row.total, title(row, sources))
            for row in rows
        ]  # fmt: skip


@in_each_language
@at_each_moment
def test_the_share_and_the_place_are_those_among_all_contributors(months, noon, known_at, language):
    told = taking.rows("strength-against-mission", noon, known_at=known_at, language=language)
    assert told == against_mission(known_at or noon, noon.date())


def against_mission(known_at, on, kinds=None):
    missions, totals = rich_record.then(Mission, known_at), defaultdict(lambda: defaultdict(int))
    for row in rich_record.vintages(Contribution, known_at):
        if row.measure == "month_end" and row.month <= on:
            of_kind = kinds is None or row.personnel_type in kinds
            totals[row.month, row.mission_id][row.contributor.iso3] += row.total if of_kind else 0
    rows = []
    for (month, mission), of_all in totals.items():
        if "KAZ" not in of_all:
            continue
        place, own_total = (None,) * 4, of_all["KAZ"]
        if len(of_all) > 1:
            whole = sum(of_all.values())
            order = sorted((total for total in of_all.values() if total), reverse=True)
            per_cent = Decimal(own_total * 10000 // whole + (own_total * 10000 % whole * 2 >= whole)) / 100
            place = whole, per_cent, order.index(own_total) + 1 if own_total else None, len(order)
        rows.append((month, missions[mission].acronym, own_total, *place))
    return sorted(rows)


def test_equal_totals_share_a_place_and_a_lone_contributor_has_none(months, noon):
    told = {row[:2]: row[2:] for row in taking.rows("strength-against-mission", noon)}
    assert told[SEPTEMBER, "UNDOF"] == (143, 143 + 440 + 143, Decimal("19.70"), 2, 3)
    assert told[AUGUST, "MINURSO"] == (6, None, None, None, None)
    assert told[JULY, "MINURSO"] == (0, 7, Decimal("0.00"), None, 1)


def test_the_country_is_held_against_the_same_categories_and_a_mission_stays_whole(months, noon):
    told = taking.rows("strength-against-mission", noon, categories=("staff_officers",), start=AUGUST, end=AUGUST)
    assert told == [
        (AUGUST, "UNDOF", 4, 4, Decimal("100.00"), 1, 1), (AUGUST, "UNIFIL", 5, 5, Decimal("100.00"), 1, 1),
    ]  # fmt: skip


@in_each_language
@at_each_moment
def test_women_are_held_against_the_targets_month_by_month(months, noon, known_at, language):
    told = taking.rows("women-by-category", noon, known_at=known_at, language=language)
    assert told == women_by_category(known_at or noon, noon.date(), language)
    assert any(row[2] is None for row in told) and {row[6] for row in told} == {True, False, None}


def women_by_category(known_at, on, language):
    groups = [
        ("troops", 15, {"troops"}), ("experts on mission and staff officers", 25, {"experts_on_mission", "staff_officers"}),
        ("formed police units", 20, {"formed_police_unit"}), ("individual police", 30, {"individual_police"}),
    ]  # fmt: skip
    missions = rich_record.then(Mission, known_at)
    rows = [
        row for row in own(rich_record.vintages(Contribution, known_at), on)
        if missions[row.mission_id].kind in ("un_peacekeeping", "un_political")
    ]  # fmt: skip
    found = []
    for month in sorted({row.month for row in rows}):
        for label, target, kinds in groups:
            counted = [row for row in rows if row.month == month and row.personnel_type in kinds]
            total, women = sum(row.total for row in counted), [row.women for row in counted]
            rest = (None, target, None, None)
            if None not in women and total:
                share = Decimal(100 * sum(women)) / total
                short = max(ceil(Decimal(target * total) / 100) - sum(women), 0)
                rest = (round(share, 1), target, share >= target, short)
            if total:
                found.append((month, words(label, language), None if None in women else sum(women), total, *rest))
    return found


def words(text, language):
    with override(language):
        return gettext(text)


@in_each_language
@at_each_moment
def test_the_figures_of_all_contributors_are_the_whole_table(months, noon, known_at, language):
    told = taking.rows("contributions", noon, known_at=known_at, language=language)
    assert told == all_figures(known_at or noon, noon.date(), language)


def all_figures(known_at, on, language):
    missions, sources = rich_record.then(Mission, known_at), rich_record.then(Source, known_at)
    rows = [row for row in rich_record.vintages(Contribution, known_at) if row.month <= on]
    rows.sort(key=lambda r: (r.contributor_id, r.mission_id, r.month, r.personnel_type, r.measure))
    with override(language):
        return [
            (r.contributor.iso3, rich_record.named(r.contributor, language), missions[r.mission_id].acronym,
             rich_record.named(missions[r.mission_id], language), r.month, r.month.year,
             str(Contribution.Measure(r.measure).label), str(PersonnelType(r.personnel_type).label), r.men, r.women,
             r.total, r.known_from, r.run.file_name, title(r, sources), sources[r.run.source_id].publisher)
            for r in rows
        ]  # fmt: skip


def test_a_filter_picks_rows_of_a_report_and_never_changes_them(months, noon):
    for slug in ("strength-by-month", "strength-against-mission", "women-by-category", "contributions"):
        keys = [column.key for column in REPORTS[slug].columns]
        day = keys.index("month")
        whole = taking.rows(slug, noon)
        of_august = taking.rows(slug, noon, start=date(2025, 8, 1), end=AUGUST)
        assert of_august == [row for row in whole if row[day] == AUGUST] and of_august
        if "mission" in keys:
            mission = keys.index("mission")
            chosen = taking.rows(slug, noon, missions=("UNIFIL", "MINURSO"))
            assert chosen == [row for row in whole if row[mission] in ("UNIFIL", "MINURSO")] and chosen
            # A report as known before the mission was renamed finds it by either of its names.
            (first, second) = (taking.rows(slug, noon, known_at=BETWEEN, missions=(n,)) for n in ("UNFIL", "UNIFIL"))
            assert first == second and {row[mission] for row in first} == {"UNFIL"}
        assert taking.rows(slug, noon, on=date(2025, 8, 30)) == [row for row in whole if row[day] < AUGUST]


@pytest.fixture
def losses():
    rich_record.fatalities()


@in_each_language
@at_each_moment
def test_casualties_count_each_id_once_with_the_first_of_its_rows(losses, noon, known_at, language):
    told = taking.rows("casualties", noon, known_at=known_at, language=language)
    assert told == casualties(known_at or noon, noon.date(), language)
    assert sum(row[3] for row in told) == 5 and sum(row[4] for row in told) == 3


def casualties(known_at, on, language):
    missions, ids = rich_record.then(Mission, known_at), defaultdict(list)
    for row in rich_record.vintages(Casualty, known_at):
        if row.date <= on:
            ids[row.casualty_id].append(row)
    found = defaultdict(lambda: [0, 0])
    for rows in ids.values():
        rows.sort(key=lambda row: row.occurrence)
        of_own = [row for row in rows if row.nationality and row.nationality.iso3 == "KAZ"]
        for place, counted in enumerate((rows[:1], of_own[:1])):
            for row in counted:
                found[row.date.year, missions[row.mission_id].acronym, row.incident_type][place] += 1
    order = Casualty.Incident.values
    with override(language):
        return [
            (year, mission, str(Casualty.Incident(kind).label), *found[year, mission, kind])
            for year, mission, kind in sorted(found, key=lambda place: (*place[:2], order.index(place[2])))
        ]  # fmt: skip


def test_the_casualties_of_a_year_and_a_mission_are_those_of_the_whole_list(losses, noon):
    whole = taking.rows("casualties", noon)
    of_year = taking.rows("casualties", noon, start=date(2021, 1, 1), end=date(2021, 12, 31))
    assert of_year == [row for row in whole if row[0] == 2021]
    assert taking.rows("casualties", noon, missions=("UNIFIL",)) == [row for row in whole if row[1] == "UNIFIL"]
    # The second row of an id is no other fatality, though the period leaves out the first.
    assert sum(row[3] for row in taking.rows("casualties", noon, start=date(2021, 5, 2), end=date(2021, 5, 31))) == 0


def test_the_uns_own_files_are_told_as_they_stand(shared, noon):
    for hour, (kind, name) in enumerate((
        ("contributions", "contributions/full_gender_data_2009-11_2014-02.csv"),
        ("fatalities", "un-psdata/dppadposs-fatalities_2023-11-28.csv"),
    )):  # fmt: skip
        path = shared / "data" / name
        apply.apply(apply.make_plan(kind, path, create_missing=True), by=None, at=noon.replace(hour=hour))
    # Missions and sources came to the record just now, after the moment asked, and are called as they are.
    now = max(noun.history.latest("history_date").history_date for noun in (Mission, Source))
    told = taking.rows("strength-by-month", now, on=noon.date())
    assert sorted(told) == sorted(strength_by_month(now, noon.date(), "en")) and told
    told = taking.rows("strength-against-mission", now, on=noon.date())
    assert told == against_mission(now, noon.date()) and any(row[3] for row in told)
    assert taking.rows("casualties", now, on=noon.date()) == casualties(now, noon.date(), "en")
