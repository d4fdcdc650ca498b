"""The two verbs of an import: `make_plan` changes nothing, `apply` writes the plan in one transaction."""

from django.db import connection, transaction
from django.utils.translation import gettext as _

from ledger import audit
from missions import nominal_roll
from missions.models import ImportRun, Source
from missions.signals import record_changed
from missions.un_data import bounds, contributions_file, fatalities_file, missions_file, source
from missions.un_data.plan import Plan
from missions.un_data.staging import Stale

FILES = {
    ImportRun.Kind.MISSIONS: missions_file,
    ImportRun.Kind.CONTRIBUTIONS: contributions_file,
    ImportRun.Kind.FATALITIES: fatalities_file,
    ImportRun.Kind.NOMINAL_ROLL: nominal_roll,
}
# Rows that an import run keeps by name. What was changed also stands in the record's own vintages, without limit.
ROWS_KEPT = 5_000


class CannotApply(Exception):
    """The plan cannot be applied. The message says why."""


def make_plan(kind, path, *, create_missing=False, largest=bounds.LARGEST_SHEET, watch=lambda rows, file: rows):
    """This will read the file and return the plan against the record as it stands; it writes nothing.

    A workbook may unpack to `largest` bytes. `watch(rows)` may count the rows as they go by. Raises
    `source.UnreadableFile` where the file as a whole cannot be read. The plan lies in temporary tables: close it
    when it has been shown or applied.
    """
    file = source.read(path, largest=largest)
    basis = ImportRun.objects.filter(kind=kind).order_by("-pk").values_list("pk", flat=True).first()
    plan = Plan(kind=str(kind), file_name=file.name, sha256=file.sha256, basis=basis)
    try:
        FILES[kind].plan_rows(plan, file, create_missing=create_missing, watch=lambda rows: watch(rows, file))
    except source.UnreadableFile:
        plan.close()
        raise
    return plan


def apply(plan, *, by, at):
    """This will write the plan, note the `ImportRun` and tell the floors above, all or nothing.

    An empty plan writes nothing and returns None. Raises `CannotApply` where the record moved on since the plan.
    """
    if plan.is_empty:
        return None
    with transaction.atomic():
        _wait_for_other_imports()
        last = ImportRun.objects.filter(kind=plan.kind).order_by("-pk").first()
        if (last and last.pk) != plan.basis or (last and last.at >= at):
            raise CannotApply(_("A newer import of this kind was applied meanwhile. Make the plan again."))
        origin = None
        if plan.kind != ImportRun.Kind.NOMINAL_ROLL:  # a roll is the house's own and never cited
            origin, _created = Source.objects.get_or_create(
                title=plan.file_name, checksum=plan.sha256, url="",
                defaults={"publisher": "United Nations", "retrieved": at.date()},
            )  # fmt: skip
        # What was added stands in the record itself; the run keeps what a person would otherwise have to look for.
        summary = plan.as_json(limit=ROWS_KEPT, adds=False)
        run = ImportRun.objects.create(
            kind=plan.kind, file_name=plan.file_name, sha256=plan.sha256, source=origin, by=by, at=at, plan=summary
        )
        try:
            written = FILES[plan.kind].apply_writes(plan, run, at)
        except Stale:
            raise CannotApply(_("The record changed meanwhile. Make the plan again.")) from None
        audit.note("import", run, by=by, at=at, writes=written)
        record_changed.send(sender=ImportRun, at=at, by=by)
    return run


def _wait_for_other_imports():
    """This will let one import write at a time. SQLite has one writer in any case."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {ImportRun._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")
