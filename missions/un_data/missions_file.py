"""The UN's list of peacekeeping operations (dataset DPPADPOSS-PKO of the UN Peace and Security Data Hub)."""

from datetime import date, timedelta

from django.utils.translation import gettext as _

from missions.models import Deployment, Mission, MissionAlias
from missions.models.kept import attribute
from missions.un_data import cells, source
from missions.un_data.places import looks_swapped
from missions.un_data.plan import Refused, whole_row

COLUMNS = (
    "mission acronym", "mission name", "lead department", "mission isactive", "start date", "end date",
    "mission location", "mission longitude", "mission latitude",
)  # fmt: skip
FIELDS = ("name_en", "lead_department", "start", "end", "headquarters", "longitude", "latitude")


def plan_rows(plan, file, *, watch=iter, create_missing=False):
    """This will compare each row with the record's mission of that acronym; empty cells never erase a value.

    Every mission that is missing is added, with `create_missing` or without.
    """
    source.require(file, COLUMNS)
    record = {mission.acronym: mission for mission in Mission.objects.all()}
    ids = Deployment.objects.filter(source__isnull=True).values_list("mission", flat=True)
    with_deployments = set(ids)  # without a source, which their mission's life must hold
    slugs = {mission.slug: acronym for acronym, mission in record.items()}
    aliases = dict(MissionAlias.objects.values_list("acronym", "mission__acronym"))
    in_file = {}
    acronyms_in_file = {(row or {}).get("mission acronym", "").strip() for _number, row in file.records()}
    for number, row in file.records(watch):
        subject = (row or {}).get("mission acronym", "").strip()
        try:
            repairs = []
            new = _read(whole_row(row), repairs)
            acronym = new.pop("acronym")
            if acronym in in_file:
                raise Refused(_("The mission stands in row %(row)s already.") % {"row": in_file[acronym]})
            other = cells.KNOWN_ALIASES.get(acronym) or aliases.get(acronym)
            if other and (other in record or other in acronyms_in_file):
                raise Refused(_("%(alias)s is another acronym of %(mission)s.") % {"alias": acronym, "mission": other})
            mission = record.get(acronym)
            if mission is None:
                slug = cells.address(acronym, slugs)
            else:
                changed = {
                    name: value for name, value in new.items() if value not in (None, "", getattr(mission, name))
                }
                start, end = (changed.get(edge) or getattr(mission, edge) for edge in ("start", "end"))
                if start and end and end <= start:
                    raise Refused(_("The mission ends before it starts."))
                if {"start", "end"} & changed.keys() and mission.pk in with_deployments:
                    dated = Mission(pk=mission.pk, start=start, end=end)
                    if left := dated.deployments_left_outside():
                        raise Refused(left)
            in_file[acronym] = number
        except Refused as refusal:
            plan.note(number, "refused", subject, reason=str(refusal))
            continue
        if repairs:
            plan.note_repairs(number, acronym, repairs)
        if mission is None:
            plan.note(number, "added", acronym, new=_json(new))
            plan.writes.append((None, {"acronym": acronym, "slug": slug, **new}))
        elif changed:
            old = {name: getattr(mission, name) for name in changed}
            plan.note(number, "changed", acronym, old=_json(old), new=_json(changed))
            plan.writes.append((mission.pk, changed))
        else:
            plan.note(number, "unchanged", acronym)


def _read(row, repairs):
    """This will return a row's values under the record's names, listing each repair as (old, new, reason)."""
    acronym, cleaned = cells.code(row["mission acronym"], _("The acronym"))
    if cleaned and row["mission acronym"].strip() != acronym:
        repairs.append((row["mission acronym"], acronym, _("stray characters in the acronym")))
    name = row["mission name"].strip()
    if "(I & II)" in name:
        raise Refused(_("The row adds up other rows (I and II); it is no mission of its own."))
    if '"' in name:
        repairs.append((name, name.strip('" '), _("stray quotes; the name may be cut off in the file")))
        name = name.strip('" ')
    if not name or len(name) > 250:
        raise Refused(_("The name is missing or longer than 250 characters."))
    active = row["mission isactive"].strip()
    if active.casefold() not in ("yes", "no"):
        raise Refused(_("Active is neither Yes nor No: %(text)s") % {"text": active[:40]})
    if active not in ("Yes", "No"):
        repairs.append((active, active.capitalize(), _("spelling of Yes or No")))
    start = cells.day(row["start date"], _("The start"))
    last = cells.day(row["end date"], _("The end"))
    if last == date.max:  # no day follows it: what stands for an end that is not known
        raise Refused(_("%(column)s is not a date: %(text)s") % {"column": _("The end"), "text": last})
    if start and last and last < start:
        raise Refused(_("The mission ends before it starts."))
    town = row["mission location"].strip()
    longitude = cells.decimal(row["mission longitude"], _("The longitude"))
    latitude = cells.decimal(row["mission latitude"], _("The latitude"))
    if (longitude is None) != (latitude is None):
        raise Refused(_("Only one of the two coordinates is given."))
    if looks_swapped(town, longitude, latitude):
        repairs.append(
            (f"{longitude} {latitude}", f"{latitude} {longitude}",
             _("longitude and latitude are swapped: only the other way round do they lie near %(town)s")
             % {"town": town})
        )  # fmt: skip
        longitude, latitude = latitude, longitude
    if longitude is not None and not (abs(longitude) <= 180 and abs(latitude) <= 90):
        raise Refused(_("The coordinates do not lie on the earth."))
    return {
        "acronym": acronym,
        "name_en": name,
        "lead_department": row["lead department"].strip()[:40],
        "start": start,
        # The file names the last day; the record's periods end on the first day after.
        "end": last + timedelta(days=1) if last else None,
        "headquarters": town[:120],
        "longitude": longitude,
        "latitude": latitude,
    }


def _json(values):
    return {name: None if value is None else str(value) for name, value in values.items()}


def apply_writes(plan, run, at):
    """This will add and change the missions of the plan one by one, so that each keeps its history."""
    known = Mission.objects.in_bulk([pk for pk, _values in plan.writes if pk])
    for pk, values in plan.writes:
        mission = known[pk] if pk else Mission(kind=Mission.Kind.UN_PEACEKEEPING, source=run.source)
        for name, value in values.items():
            setattr(mission, name, value)
        attribute(mission, by=run.by, at=at, reason=str(run))
        mission.save()
    found = dict(Mission.objects.filter(acronym__in=cells.KNOWN_ALIASES.values()).values_list("acronym", "pk"))
    for alias, acronym in cells.KNOWN_ALIASES.items():
        if acronym in found:
            if not MissionAlias.objects.filter(acronym=alias).exists():
                made = MissionAlias(acronym=alias, mission_id=found[acronym])
                attribute(made, by=run.by, at=at, reason=str(run))
                made.save()
    return len(plan.writes)
