"""Fills an empty site from an archive: verified to its end first, then written in one transaction, or not at all."""

from django.db import DatabaseError, connections, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import QuerySet

from ledger import guards
from peacekeeping.backup import loading, placing, snapshot, tables, verifying
from peacekeeping.backup.sealing import Damaged

# What `migrate` fills on its own. Everything else is empty on a site that nobody has used.
FILLED = {
    "contenttypes.contenttype", "auth.permission", "auth.group", "auth.group_permissions", "ledger.siteversion",
    "missions.country", "missions.historicalcountry", "articles.section", "articles.historicalsection",
}  # fmt: skip


class CannotRestore(Exception):
    """Nothing was written: the message says why, and where."""


def restore(path, keys, *, using="default", tell=lambda rows: None):
    """This will fill the site with what the archive holds, and return the `Archive`.

    The archive is read twice: it is whole, down to its last row, before the first one is written. Raises
    `CannotRestore`, `Damaged`, `WrongKey`, `OtherVersion`, `InTheWay` or `CannotLoad`; the site is as empty as before
    then, and so it is where the process is killed.
    """
    connection = connections[using]
    _refuse_unless_empty(connection)  # before anybody waits for the rest, and again when nobody else can write
    place = placing.place()
    verified = verifying.verify(path, keys, on_file=place.expect, tell=tell)
    verifying.check_fits(verified, connection)
    with place, transaction.atomic(using=using, durable=True):
        _hold(connection)
        _refuse_unless_empty(connection)
        place.begin()
        guards.uninstall(connection)
        _take_out_what_migrate_filled(connection)
        archive = _write(path, keys, connection, place, tell)
        if archive.head != verified.head or archive.manifest != verified.manifest:
            raise Damaged("The archive changed while it was restored.")
        _settle(connection, archive)
        place.complete()
    snapshot.analyze(connection)
    return archive


def _hold(connection):
    """Nobody writes beside it: SQLite's transaction has the write lock already."""
    if connection.vendor == "postgresql":
        names = ", ".join(connection.ops.quote_name(table.model._meta.db_table) for table in tables.every())
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE")


def _refuse_unless_empty(connection):
    migrated = max(one.applied for one in MigrationRecorder(connection).applied_migrations().values())
    for table in tables.every():
        rows = QuerySet(table.model, using=connection.alias)
        if table.label in FILLED:
            # What somebody has changed since is theirs.
            is_history = hasattr(table.model, "history_date")
            found = rows.filter(history_date__gt=migrated).count() if is_history else 0
        else:
            found = rows.count()
        if found:
            raise CannotRestore(
                f"The site is not empty: {table.label} holds {found} rows. Restore into a new database, right after "
                "`manage.py migrate`."
            )


def _take_out_what_migrate_filled(connection):
    with connection.cursor() as cursor:
        for table in tables.every():
            if table.label in FILLED and not table.is_named:
                cursor.execute(f"DELETE FROM {connection.ops.quote_name(table.model._meta.db_table)}")


def _write(path, keys, connection, place, tell):
    loader = loading.Loader(connection)
    here = {table.label: table for table in tables.every()}

    def load(label, name, content):
        number = loader.load(here[label], name, content)
        tell(number)
        return number

    return verifying.read(path, keys, on_part=load, on_file=place.take)


def _settle(connection, archive):
    """The rules come last: PostgreSQL installs none while the check of a row still waits."""
    for table in tables.every():
        if (key := archive.manifest["next_keys"].get(table.label)) is not None:
            snapshot.set_next_key(connection, table, key)
    try:
        connection.check_constraints()
    except DatabaseError as error:
        raise CannotRestore(f"A row of the archive leads to one that it lacks: {error}") from error
    guards.install(connection)
    if missing := guards.check(connection):
        raise CannotRestore(str(missing[0]))
