"""The two verbs of an import: `make_plan` touches nothing, `apply` writes the plan in one transaction."""

from django.db import transaction
from django.utils.translation import gettext as _

from ledger import audit
from missions.models import ImportRun, Source
from missions.signals import record_changed
from missions.un_data import contributions_file, fatalities_file, missions_file, source
from missions.un_data.plan import Plan

FILES = {
    ImportRun.Kind.MISSIONS: missions_file,
    ImportRun.Kind.CONTRIBUTIONS: contributions_file,
    ImportRun.Kind.FATALITIES: fatalities_file,
}


class CannotApply(Exception):
    """The plan cannot be applied. The message says why."""


def make_plan(kind, path, *, create_missing=False):
    """This will read the file and return the plan against the record as it stands; it writes nothing.

    Raises `source.UnreadableFile` where the file as a whole cannot be read.
    """
    file_kind = FILES[kind]
    file = source.read(path, file_kind.COLUMNS)
    plan = Plan(kind=str(kind), file_name=file.name, sha256=file.sha256)
    options = {} if kind == ImportRun.Kind.MISSIONS else {"create_missing": create_missing}
    file_kind.plan_rows(plan, file.rows, **options)
    return plan


def apply(plan, *, by, at):
    """This will write the plan, note the `ImportRun` and tell the floors above, all or nothing.

    An empty plan writes nothing and returns None.
    """
    if plan.is_empty:
        return None
    with transaction.atomic():
        last = ImportRun.objects.select_for_update().filter(kind=plan.kind).order_by("-at").first()
        if last and last.at >= at:
            raise CannotApply(_("A newer import of this kind was applied meanwhile. Make the plan again."))
        origin, _created = Source.objects.get_or_create(
            title=plan.file_name, checksum=plan.sha256, url="",
            defaults={"publisher": "United Nations", "retrieved": at.date()},
        )  # fmt: skip
        summary = plan.as_json()
        # What was added stands in the record itself; the run keeps what a person would otherwise have to look for.
        summary["rows"] = [row for row in summary["rows"] if row["kind"] != "added"]
        run = ImportRun.objects.create(
            kind=plan.kind, file_name=plan.file_name, sha256=plan.sha256, source=origin, by=by, at=at, plan=summary
        )
        FILES[plan.kind].apply_writes(plan, run, at)
        audit.note("import", run, by=by, at=at, writes=len(plan.writes))
        record_changed.send(sender=ImportRun, at=at, by=by)
    return run
