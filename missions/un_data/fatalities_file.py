"""The UN's fatalities (dataset DPPADPOSS-FATALITIES of the UN Peace and Security Data Hub). It holds no names."""

from django.utils.translation import gettext as _

from missions.models import Casualty
from missions.un_data import cells, source
from missions.un_data.parents import Parents
from missions.un_data.plan import Refused, whole_row
from missions.un_data.staging import Staging

COLUMNS = (
    "incident date", "casualty id", "mission acronym", "gender", "casualty nationality", "casualty personnel type",
    "type of incident", "isocode3",
)  # fmt: skip
INCIDENTS = {label.casefold().replace(" ", "_").replace("-", "_"): value for value, label in (
    ("malicious_act", "Malicious Act"), ("accident", "Accident"), ("illness", "Illness"),
    ("self_inflicted", "Self-Inflicted"), ("to_be_determined", "To Be Determined"), ("unknown", "Unknown"),
)}  # fmt: skip
NO_NATIONALITY = ("", "ZZ [Undetermined]")
VALUES = ["date", "mission_id", "nationality_id", "sex", "personnel_type", "incident_type"]
ALIKE = ["nationality_id", "sex", "personnel_type"]  # a date or type that is corrected later leaves the row what it is


def plan_rows(plan, file, *, watch=iter, create_missing=False):
    """This will stage the casualties and compare each with the record.

    The file lists some ids twice: one casualty under two nationalities, where a country was succeeded by others. Such
    rows are counted 1, 2, ... by what they say and not by their place in the file, and keep their number while the
    record knows them, so that a later vintage in another order or without one of them changes nothing. A figure counts
    the id once.
    """
    source.require(file, COLUMNS)
    plan.parents = parents = Parents(plan, create_missing=create_missing)
    plan.staging = staging = Staging(
        Casualty, keys=["casualty_id", "occurrence"], values=VALUES, scope=("mission_id",)
    )  # fmt: skip
    staging.fill(_rows(plan, file, parents, watch))
    for number, first, casualty_id in staging.copies("casualty_id"):
        plan.note_repeat(number, casualty_id, first)
    plan.drop_refused()
    acronyms, codes = parents.acronyms(), parents.codes()
    staging.number_repeats(
        "occurrence", by="casualty_id", alike=(VALUES, ALIKE, ["nationality_id"]),
        # By codes and not by ids, since a country that is yet to be made has another id later.
        order=lambda row: (
            codes.get(row["nationality_id"], ""), row["sex"], row["personnel_type"], str(row["date"]),
            acronyms.get(row["mission_id"], ""), row["incident_type"],
        ),
    )  # fmt: skip
    for number, casualty_id, occurrence in staging.select(["number", "casualty_id", "occurrence"], "occurrence > 1"):
        repair = (casualty_id, f"{casualty_id} ({occurrence})", _("more than one row uses this id"))
        plan.note_repairs(number, casualty_id, [repair])
    plan.describe = _describer(parents)
    plan.compare()


def _rows(plan, file, parents, watch):
    for number, row in file.records(watch):
        subject = (row or {}).get("casualty id", "").strip()
        try:
            repairs = []
            casualty_id, values = _read(whole_row(row), parents, repairs)
        except Refused as refusal:
            plan.note(number, "refused", subject, reason=str(refusal))
            continue
        if repairs:
            plan.note_repairs(number, subject, repairs)
        yield (number, casualty_id, 1, *values)


def _describer(parents):
    """This will return the function that names a casualty and those of its values that change."""
    names = {"mission_id": parents.acronyms(), "nationality_id": parents.codes()}

    def describe(records):
        (record,) = records
        subject = record["casualty_id"] + (f" ({record['occurrence']})" if record["occurrence"] > 1 else "")
        told = lambda name, value: names.get(name, {}).get(value, value and str(value))  # noqa: E731
        new = {name.removesuffix("_id"): told(name, record[name]) for name in VALUES}
        if not record["old_id"]:
            return subject, {}, new
        changed = [name for name in VALUES if record[name] != record[f"old_{name}"]]
        old = {name.removesuffix("_id"): told(name, record[f"old_{name}"]) for name in changed}
        return subject, old, {name: new[name] for name in old}

    return describe


def _read(row, parents, repairs):
    casualty_id, stray = row["casualty id"].strip(), False
    if not casualty_id or len(casualty_id) > 60:
        raise Refused(_("The casualty id is missing or too long."))
    date = cells.day(row["incident date"], _("The date"))
    if date is None:
        raise Refused(_("The date is missing."))
    acronym, stray = cells.code(row["mission acronym"], _("The mission"))
    if stray:
        repairs.append((row["mission acronym"], acronym, _("stray characters in the acronym")))
    sex = row["gender"].strip()
    if sex not in ("M", "F", ""):
        raise Refused(_("The sex is neither M nor F: %(text)s") % {"text": sex[:20]})
    incident = row["type of incident"].strip()
    if incident.casefold().replace(" ", "_").replace("-", "_") not in INCIDENTS:
        raise Refused(_("The type of incident is unknown: %(text)s") % {"text": incident[:40]})
    personnel_type = row["casualty personnel type"].strip()
    if personnel_type != row["casualty personnel type"]:
        repairs.append((repr(row["casualty personnel type"]), personnel_type, _("spaces around the personnel type")))
    return casualty_id, (
        date.isoformat(),
        parents.mission(acronym),
        _nationality(row, parents, repairs),
        sex.lower(),
        personnel_type[:60],
        INCIDENTS[incident.casefold().replace(" ", "_").replace("-", "_")],
    )


def _nationality(row, parents, repairs):
    """This will return the country's id, None where the UN could not tell; a name without a code is repaired."""
    iso3, name = row["isocode3"].strip(), row["casualty nationality"].strip()
    if iso3:
        return parents.country(iso3, name, "nationality_id")
    if name in NO_NATIONALITY:
        return None
    found = parents.country_named(name)
    repairs.append((name, parents.codes()[found], _("the country's code is missing")))
    return found


def apply_writes(plan, run, at):
    """This will close the rows that the plan corrects and add the new ones, as sets."""
    plan.parents.add_needed(run, at)
    return plan.staging.write(run, at)
