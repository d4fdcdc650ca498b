"""The UN's figures of contributions, in each shape that they come in.

- monthly, one row for each contributor, mission and month, as IPI's scraper arranged them: month-end strength;
- monthly, one row for each personnel type too, as the UN's own hub gives them (dataset DPO-UCHISTORICAL);
- yearly, without codes and personnel types: rounded means of months, another unit, kept apart from the first two.
"""

import datetime
import itertools
from functools import lru_cache
from operator import itemgetter

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from missions.models import Contribution
from missions.models.contribution import PersonnelType
from missions.un_data import cells, source
from missions.un_data.parents import Parents
from missions.un_data.plan import Refused, whole_row
from missions.un_data.staging import Staging

TYPES = {
    "individual police": PersonnelType.INDIVIDUAL_POLICE,
    "formed police units": PersonnelType.FORMED_POLICE_UNIT,
    "experts on mission": PersonnelType.EXPERTS_ON_MISSION,
    "troops": PersonnelType.TROOPS,
}
PARTS = tuple(f"{heading} {part}" for heading in TYPES for part in ("male", "female", "total"))
WIDE = ("date", "contributor iso-3", "mission", *PARTS)
LONG = (
    "last reporting date", "isocode3", "mission acronym", "personnel type", "female personnel", "male personnel",
)  # fmt: skip
YEARLY = ("year", "country", "mission", "female", "male", "total")
# The hub's own words, with and without their plural.
LONG_TYPES = {
    **TYPES, "formed police unit": PersonnelType.FORMED_POLICE_UNIT, "troop": PersonnelType.TROOPS,
    "expert on mission": PersonnelType.EXPERTS_ON_MISSION, "staff officer": PersonnelType.STAFF_OFFICERS,
    "staff officers": PersonnelType.STAFF_OFFICERS, "contingent troops": PersonnelType.TROOPS,
}  # fmt: skip
KEYS = ["contributor_id", "mission_id", "month"]
VALUES = ["men", "women", "total"]
REMEMBERED = 65_536  # combinations of cells that are typed and staged once; an older one may be staged again
MONTH_END = {"measure": Contribution.Measure.MONTH_END.value}
# A file gives whole missions and months; it says nothing of those that it does not name.
WITHIN = {"within": "month", "scope": ("mission_id", "month")}
YEAR_MEAN = {"measure": Contribution.Measure.YEAR_MEAN.value, "personnel_type": PersonnelType.ALL.value}


def plan_rows(plan, file, *, watch=iter, create_missing=False):
    """This will stage the file's rows and compare their cells with what the record knows now.

    Nought and `NA` add nothing; `NA` never changes a figure, nought does. Rows that stand in the file more than once
    are taken once where they agree, and all refused where they contradict each other.
    """
    plan.parents = parents = Parents(plan, create_missing=create_missing)
    if set(YEARLY) <= set(file.headings):
        staging = Staging(
            Contribution, keys=KEYS, values=VALUES, constants=YEAR_MEAN, nonzero="total", **WITHIN
        )  # fmt: skip
        rows = _yearly_rows(plan, file, parents, watch)
    elif set(LONG) <= set(file.headings):
        staging = Staging(
            Contribution, keys=[*KEYS, "personnel_type"], values=VALUES, constants=MONTH_END, nonzero="total",
            **WITHIN,
        )  # fmt: skip
        rows = _long_rows(plan, file, parents, watch)
    else:
        source.require(file, WIDE)
        staging = Staging(
            Contribution, keys=KEYS, values=VALUES, constants=MONTH_END, nonzero="total", **WITHIN,
            group_by="personnel_type", groups=[personnel_type.value for personnel_type in TYPES.values()],
        )  # fmt: skip
        rows = _wide_rows(plan, file, parents, watch, staging)
    plan.staging = staging
    staging.fill(rows)
    _refuse_repeats(plan, staging, parents)
    plan.describe = _describer(parents)
    plan.compare()


def _refuse_repeats(plan, staging, parents):
    """This will refuse rows that say again what another row says, and every row that another one contradicts."""
    acronyms, codes = parents.acronyms(), parents.codes()
    for kept, same in itertools.groupby(staging.repeats(), key=itemgetter(0)):
        same = list(same)
        numbers = ", ".join(str(number) for _kept, number, *_rest in same)
        for _kept, number, agree, contributor, mission, month, *_rest in same:
            subject = f"{month} {codes[contributor]} {acronyms[mission]}"
            if agree:
                plan.note_repeat(number, subject, kept)
            else:
                reason = _("The rows %(rows)s contradict each other.") % {"rows": numbers}
                plan.note(number, "refused", subject, reason=reason)


def _describer(parents):
    """This will return the function that names a changed row and its cells, {type: [men, women, total]}."""
    acronyms, codes = parents.acronyms(), parents.codes()

    def describe(records):
        first = records[0]
        subject = f"{first['month']} {codes[first['contributor_id']]} {acronyms[first['mission_id']]}"
        old, new = {}, {}
        for record in records:
            name = record.get("personnel_type", PersonnelType.ALL.value)
            if record["old_id"]:
                old[name] = [record[f"old_{value}"] for value in VALUES]
            new[name] = [record[value] for value in VALUES]
        return subject, old, new

    return describe


def _wide_rows(plan, file, parents, watch, staging):
    """This will yield (number, contributor, mission, month, number of its staged cells) of each good row.

    Texts repeat a great deal in a million rows, so each is typed once, staged once and remembered.
    """
    pick = itemgetter(*file.positions("date", "contributor iso-3", "mission"))
    pick_cells = itemgetter(*file.positions(*PARTS, *(["total total"] if "total total" in file.headings else [])))
    name_place = file.headings.index("contributor") if "contributor" in file.headings else None
    code, acronym, day = _keys(parents)

    @lru_cache(REMEMBERED)
    def staged(texts):
        values, repairs = _cells(texts)
        return staging.cells(values), repairs

    for number, row in watch(file.rows()):
        texts = ("", "", "")
        try:
            date, iso3, mission = texts = pick(whole_row(row))
            country, stray_code = code(iso3, row[name_place] if name_place is not None else "")
            mission, stray = acronym(mission)
            month, moved = day(date)
            cells_number, mended = staged(pick_cells(row))
        except Refused as refusal:
            plan.note(number, "refused", " ".join(text.strip() for text in texts), reason=str(refusal))
            continue
        if stray_code or stray or moved or mended:
            repairs = [repair for repair in (stray_code, stray, moved) if repair]
            plan.note_repairs(number, " ".join(text.strip() for text in texts), [*repairs, *mended])
        yield number, country, mission, month, cells_number


def _keys(parents):
    """This will return three remembering functions, each (text) -> (value, repair or None), or `Refused`."""

    @lru_cache(4096)
    def country(text, name):
        clean, stray = cells.code(text, _("The contributor's code"))
        if clean.casefold() == "all":
            raise Refused(_("The row is a total of other rows."))
        return parents.country(clean, name), stray and (text, clean, _("stray characters in the code"))

    @lru_cache(4096)
    def mission(text):
        clean, stray = cells.code(text, _("The mission"))
        if clean.casefold() == "all":
            raise Refused(_("The row is a total of other rows."))
        return parents.mission(clean), stray and (text, clean, _("stray characters in the acronym"))

    @lru_cache(4096)
    def month(text):
        last, moved = cells.month_end(text.strip().rstrip("'"))
        return last.isoformat(), moved and (text, last.isoformat(), _("not the last day of its month"))

    return country, mission, month


@lru_cache(4096)
def _personnel_type(text):
    """This will return (the personnel type that the hub's word means, repair or None), or raise `Refused`."""
    clean = text.strip().rstrip("'’`").rstrip()
    found = LONG_TYPES.get(" ".join(clean.split()).casefold())
    if found is None:
        raise Refused(_("The personnel type is unknown: %(text)s") % {"text": text[:40]})
    repair = (text, clean, gettext_lazy("stray characters in the personnel type")) if clean != text.strip() else None
    return found.value, repair


_count = lru_cache(REMEMBERED)(cells.count)


def _cells(texts):
    """This will return (men, women and total of each type in turn, repairs) of a row's cells, its own total last."""
    values, repairs, sum_of_parts = [], [], 0
    for place in range(0, len(PARTS), 3):
        men, women, total = (cells.count(texts[place + part], PARTS[place + part]) for part in range(3))
        if total is None and None not in (men, women):
            total = men + women
            repairs.append((f"{men} + {women} = NA", str(total), gettext_lazy("a missing total was added up")))
        elif total is not None and None not in (men, women) and men + women != total:
            repairs.append(
                (
                    f"{men} + {women} = {total}",
                    str(total),
                    gettext_lazy("men and women differ from the total: only it is kept"),
                )
            )
            men = women = None
        values += (men, women, total)
        sum_of_parts += total or 0
    given = cells.count(texts[-1], "total total") if len(texts) > len(PARTS) else None
    if given is not None and given != sum_of_parts:
        raise Refused(
            _("The row's total is %(total)s, its parts add up to %(parts)s.") % {"total": given, "parts": sum_of_parts}
        )
    return tuple(values), tuple(repairs)


def _long_rows(plan, file, parents, watch):
    """This will yield (number, contributor, mission, month, type, men, women, total) of each good row of the hub's."""
    pick = itemgetter(*file.positions(*LONG))
    name_place = file.headings.index("contributing country") if "contributing country" in file.headings else None
    code, acronym, day = _keys(parents)
    for number, row in watch(file.rows()):
        texts = ("", "", "", "")
        try:
            whole_row(row)
            date, iso3, mission, kind, women, men = texts = pick(row)
            country, stray_code = code(iso3, row[name_place] if name_place is not None else "")
            mission, stray = acronym(mission)
            month, moved = day(date)
            personnel_type, stray_kind = _personnel_type(kind)
            men, women = _count(men, LONG[5]), _count(women, LONG[4])
            if men is None or women is None:
                raise Refused(_("The number of men or women is missing."))
        except Refused as refusal:
            plan.note(number, "refused", " ".join(text.strip() for text in texts[:4]), reason=str(refusal))
            continue
        if repairs := [repair for repair in (stray_code, stray, moved, stray_kind) if repair]:
            plan.note_repairs(number, " ".join(text.strip() for text in texts[:4]), repairs)
        yield number, country, mission, month, personnel_type, men, women, men + women


def _yearly_rows(plan, file, parents, watch):
    """This will yield (number, contributor, mission, 31 December, men, women, total) of each good row of means."""
    pick = itemgetter(*file.positions(*YEARLY))
    _code, acronym, _day = _keys(parents)
    for number, row in watch(file.rows()):
        texts = ("", "", "")
        try:
            whole_row(row)
            year, name, mission, women, men, total = texts = pick(row)
            if not year.strip().isdecimal() or not 1948 <= int(year) <= datetime.MAXYEAR:
                raise Refused(_("%(text)s is not a year.") % {"text": year[:40]})
            country = parents.country_named(name)
            mission, stray = acronym(mission)
            men, women, total = _count(men, "male"), _count(women, "female"), _count(total, "total")
            if total is None:
                raise Refused(_("The total is missing."))
        except Refused as refusal:
            plan.note(number, "refused", " ".join(text.strip() for text in texts[:3]), reason=str(refusal))
            continue
        repairs = [stray] if stray else []
        # Three means, each rounded by itself, may differ by one.
        if None not in (men, women) and abs(men + women - total) > 1:
            repairs.append(
                (f"{men} + {women} = {total}", str(total), _("men and women differ from the total: only it is kept"))
            )
            men = women = None
        if repairs:
            plan.note_repairs(number, " ".join(text.strip() for text in texts[:3]), repairs)
        yield number, country, mission, f"{int(year):04}-12-31", men, women, total


def apply_writes(plan, run, at):
    """This will close the figures that the plan corrects and add the new ones, as sets."""
    plan.parents.add_needed(run, at)
    return plan.staging.write(run, at)
