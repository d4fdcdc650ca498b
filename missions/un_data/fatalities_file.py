"""The UN's fatalities (dataset DPPADPOSS-FATALITIES of the UN Peace and Security Data Hub). It holds no names."""

from collections import Counter

from django.utils.translation import gettext as _

from missions.models import Casualty
from missions.un_data import cells
from missions.un_data.parents import Parents, add_new_missions
from missions.un_data.plan import Refused, whole_row

COLUMNS = (
    "incident date", "casualty id", "mission acronym", "gender", "casualty nationality", "casualty personnel type",
    "type of incident", "isocode3",
)  # fmt: skip
INCIDENTS = {label.casefold().replace(" ", "_").replace("-", "_"): value for value, label in (
    ("malicious_act", "Malicious Act"), ("accident", "Accident"), ("illness", "Illness"),
    ("self_inflicted", "Self-Inflicted"), ("to_be_determined", "To Be Determined"), ("unknown", "Unknown"),
)}  # fmt: skip
# Names that the file gives without a code, in its own spelling.
NAMED_WITHOUT_CODE = {"Côte dIvoire": "CIV", "Viet Nam": "VNM", "Mauritius": "MUS"}
NO_NATIONALITY = ("", "ZZ [Undetermined]")
FIELDS = ("date", "mission", "nationality", "sex", "personnel_type", "incident_type")


def plan_rows(plan, rows, *, create_missing=False):
    """This will compare each casualty with the record. A casualty id that comes twice counts its occurrences."""
    parents = Parents(plan, create_missing=create_missing)
    current = {
        (c["casualty_id"], c["occurrence"]): c
        for c in Casualty.objects.known().values("pk", "casualty_id", "occurrence", *FIELDS)
    }
    seen = Counter()
    for number, row in rows:
        subject = (row or {}).get("casualty id", "").strip()
        try:
            repairs = []
            casualty_id, values = _read(whole_row(row), parents, repairs)
        except Refused as refusal:
            plan.note(number, "refused", subject, reason=str(refusal))
            continue
        seen[casualty_id] += 1
        if seen[casualty_id] > 1:
            repairs.append(
                (casualty_id, f"{casualty_id} ({seen[casualty_id]})", _("the file uses this id for more than one row"))
            )
        if repairs:
            plan.note_repairs(number, subject, repairs)
        key = (casualty_id, seen[casualty_id])
        known = current.get(key)
        if known is None:
            plan.note(number, "added", subject)
            plan.writes.append((None, (*key, values)))
        elif any(known[name] != values[name] for name in FIELDS):
            changed = [name for name in FIELDS if known[name] != values[name]]
            plan.note(
                number, "changed", subject,
                old={name: str(known[name]) for name in changed}, new={name: str(values[name]) for name in changed},
            )  # fmt: skip
            plan.writes.append((known["pk"], (*key, values)))
        else:
            plan.note(number, "unchanged", subject)


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
    return casualty_id, {
        "date": date,
        "mission": parents.mission(acronym),
        "nationality": _nationality(row, parents, repairs),
        "sex": sex.lower(),
        "personnel_type": personnel_type[:60],
        "incident_type": INCIDENTS[incident.casefold().replace(" ", "_").replace("-", "_")],
    }


def _nationality(row, parents, repairs):
    """This will return the country's id, None where the UN could not tell; a name without a code is repaired."""
    iso3, name = row["isocode3"].strip(), row["casualty nationality"].strip()
    if iso3:
        return parents.country(iso3)
    if name in NO_NATIONALITY:
        return None
    if name in NAMED_WITHOUT_CODE:
        iso3 = NAMED_WITHOUT_CODE[name]
        repairs.append((name, iso3, _("the country's code is missing")))
        return parents.country(iso3)
    raise Refused(_("The nationality has no code: %(text)s") % {"text": name[:60]})


def apply_writes(plan, run, at):
    """This will close the rows that the plan corrects and add the new ones, in bulk."""
    add_new_missions(plan, run, at)
    Casualty.objects.close([pk for pk, _values in plan.writes if pk], at)
    Casualty.objects.bulk_create(
        (
            Casualty(
                run=run, known_from=at, casualty_id=casualty_id, occurrence=occurrence, date=values["date"],
                mission_id=plan.new_missions.get(values["mission"], values["mission"]),
                nationality_id=values["nationality"], sex=values["sex"],
                personnel_type=values["personnel_type"], incident_type=values["incident_type"],
            )
            for _pk, (casualty_id, occurrence, values) in plan.writes
        ),
        batch_size=1000,
    )  # fmt: skip
