"""The UN's monthly figures by contributor, mission and personnel type, as IPI's scraper arranged them."""

from collections import defaultdict

from django.utils.translation import gettext as _

from missions.models import Contribution
from missions.models.contribution import PersonnelType
from missions.un_data import cells
from missions.un_data.parents import Parents, add_new_missions
from missions.un_data.plan import Refused, whole_row

TYPES = {
    "individual police": PersonnelType.INDIVIDUAL_POLICE,
    "formed police units": PersonnelType.FORMED_POLICE_UNIT,
    "experts on mission": PersonnelType.EXPERTS_ON_MISSION,
    "troops": PersonnelType.TROOPS,
}
COLUMNS = (
    "date", "contributor iso-3", "mission",
    *(f"{heading} {part}" for heading in TYPES for part in ("male", "female", "total")),
)  # fmt: skip


def plan_rows(plan, rows, *, create_missing=False):
    """This will compare each row's cells with what the record knows now.

    Nought and `NA` add nothing; `NA` never changes a figure, nought does. Rows that stand in the file more than once
    are taken once where they agree, and all refused where they contradict each other.
    """
    parents = Parents(plan, create_missing=create_missing)
    read = []
    same_key = defaultdict(list)
    for number, row in rows:
        subject = " ".join((row or {}).get(name, "").strip() for name in ("date", "contributor iso-3", "mission"))
        try:
            repairs = []
            key, figures = _read(whole_row(row), parents, repairs)
        except Refused as refusal:
            plan.note(number, "refused", subject, reason=str(refusal))
            continue
        read.append((number, subject, key, figures, repairs))
        same_key[key].append((number, figures))
    current = {
        (c["contributor"], c["mission"], c["month"], c["personnel_type"]): c
        for c in Contribution.objects.known()
        .filter(measure=Contribution.Measure.MONTH_END)
        .values("pk", "contributor", "mission", "month", "personnel_type", "men", "women", "total")
    }
    for number, subject, key, figures, repairs in read:
        twins = same_key[key]
        if any(other != figures for _number, other in twins):
            numbers = ", ".join(str(other) for other, _figures in twins)
            plan.note(
                number, "refused", subject, reason=_("The rows %(rows)s contradict each other.") % {"rows": numbers}
            )
            continue
        if number != twins[0][0]:
            plan.note(number, "refused", subject, reason=_("The row repeats row %(row)s.") % {"row": twins[0][0]})
            continue
        if repairs:
            plan.note_repairs(number, subject, repairs)
        _compare(plan, number, subject, key, figures, current)


def _compare(plan, number, subject, key, figures, current):
    old, new, adds = {}, {}, True
    for personnel_type, (men, women, total) in figures.items():
        known = current.get((*key, personnel_type))
        if total is None or (known is None and total == 0):
            continue
        if known and (known["men"], known["women"], known["total"]) == (men, women, total):
            adds = False
            continue
        if known:
            adds = False
            old[personnel_type.value] = [known["men"], known["women"], known["total"]]
        new[personnel_type.value] = [men, women, total]
        plan.writes.append((known and known["pk"], (*key, personnel_type, men, women, total)))
    if not new:
        plan.note(number, "unchanged", subject)
    elif adds and not old:
        plan.note(number, "added", subject, new=new)
    else:
        plan.note(number, "changed", subject, old=old, new=new)


def _read(row, parents, repairs):
    """This will return ((country id, mission id, month), {type: (men, women, total)}) of a row."""
    iso3, stray = cells.code(row["contributor iso-3"], _("The contributor's code"))
    if stray:
        repairs.append((row["contributor iso-3"], iso3, _("stray characters in the code")))
    acronym, stray = cells.code(row["mission"], _("The mission"))
    if stray:
        repairs.append((row["mission"], acronym, _("stray characters in the acronym")))
    if "all" in (iso3.casefold(), acronym.casefold()):
        raise Refused(_("The row is a total of other rows."))
    month, moved = cells.month_end(row["date"].strip().rstrip("'"))
    if moved:
        repairs.append((row["date"], str(month), _("not the last day of its month")))
    figures = {}
    for heading, personnel_type in TYPES.items():
        men, women, total = (
            cells.count(row[f"{heading} {part}"], f"{heading} {part}") for part in ("male", "female", "total")
        )
        if total is None and None not in (men, women):
            repairs.append((f"{men} + {women} = NA", str(men + women), _("a missing total was added up")))
            total = men + women
        elif total is not None and None not in (men, women) and men + women != total:
            repairs.append(
                (f"{men} + {women} = {total}", str(total), _("men and women differ from the total: only it is kept"))
            )
            men = women = None
        figures[personnel_type] = (men, women, total)
    given = cells.count(row.get("total total", ""), "total total")
    parts = sum(total or 0 for _men, _women, total in figures.values())
    if given is not None and given != parts:
        raise Refused(
            _("The row's total is %(total)s, its parts add up to %(parts)s.") % {"total": given, "parts": parts}
        )
    return (parents.country(iso3), parents.mission(acronym), month), figures


def apply_writes(plan, run, at):
    """This will close the rows that the plan corrects and add the new ones, in bulk."""
    add_new_missions(plan, run, at)
    Contribution.objects.close([pk for pk, _values in plan.writes if pk], at)
    Contribution.objects.bulk_create(
        (
            Contribution(
                run=run, known_from=at, contributor_id=country, mission_id=plan.new_missions.get(mission, mission),
                month=month, personnel_type=personnel_type, men=men, women=women, total=total,
            )
            for _pk, (country, mission, month, personnel_type, men, women, total) in plan.writes
        ),
        batch_size=1000,
    )  # fmt: skip
