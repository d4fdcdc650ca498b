"""Rules that the database itself holds, on PostgreSQL and on SQLite.

Each floor lists its rules in its own `database_rules` module and registers them here. They are triggers that
refuse: the sentence they raise is what a person reads who came past every form. Triggers never read the
database's clock. Two exceptions exist, each by name: test teardown and what fills databases for measuring, through
`lifted`; and erasure, through `lifted_for`, to which only those rules yield that say so, and in its own transaction
alone.
"""

from contextlib import contextmanager
from dataclasses import dataclass

from django.core.checks import Warning as CheckWarning
from django.db import transaction

from ledger.models import Lifted

PREFIX = "guard_"
REGISTRY: dict[str, "Guard"] = {}
# A row that no transaction but its own ever sees: see `Lifted`.
NOT_LIFTED = f"NOT EXISTS (SELECT 1 FROM {Lifted._meta.db_table})"


@dataclass(frozen=True)
class Guard:
    """One refusal: on `table`, before `event`, where `when` holds (an SQL condition on OLD and NEW).

    `when` is written in the SQL that both databases understand; where they differ, `when_sqlite` replaces it.
    `lock` is a query of the parent row that PostgreSQL holds still first: otherwise two transactions could break the
    rule together. SQLite has one writer. Where the rule has no such row, `alone` is a text (SQL on NEW): of two
    transactions that would judge the same one, PostgreSQL lets the second wait for the first. NULL waits for nobody.
    What `yields` does so to an erasure.
    """

    name: str
    table: str
    event: str  # "INSERT", "UPDATE" or "DELETE"
    sentence: str
    when: str = ""
    when_sqlite: str = ""
    vendors: tuple = ("postgresql", "sqlite")
    lock: str = ""
    alone: str = ""
    yields: bool = False

    @property
    def trigger(self):
        return f"{PREFIX}{self.name}"

    def _unless_lifted(self, when):
        if not self.yields:
            return when
        return f"({when}) AND {NOT_LIFTED}" if when else NOT_LIFTED

    def sql(self, vendor):
        """This will return the statements that install the rule on `vendor`."""
        sentence = self.sentence.replace("'", "''")
        if vendor == "sqlite":
            when = self._unless_lifted(self.when_sqlite or self.when)
            clause = f" WHEN {when}" if when else ""
            return [
                f'CREATE TRIGGER "{self.trigger}" BEFORE {self.event} ON "{self.table}" FOR EACH ROW{clause} '
                f"BEGIN SELECT RAISE(ABORT, '{sentence}'); END"
            ]
        condition = self._unless_lifted(self.when) or "true"
        row = "OLD" if self.event == "DELETE" else "NEW"
        lock = f"PERFORM 1 FROM {self.lock} FOR SHARE; " if self.lock else ""
        if self.alone:
            lock += f"PERFORM pg_advisory_xact_lock(hashtextextended({self.alone}, 0)); "
        return [
            f'CREATE FUNCTION "{self.trigger}"() RETURNS trigger LANGUAGE plpgsql AS $guard$ BEGIN '
            f"{lock}IF {condition} THEN RAISE EXCEPTION '{sentence.replace('%', '%%')}' "
            f"USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN {row}; END $guard$",
            f'CREATE TRIGGER "{self.trigger}" BEFORE {self.event} ON "{self.table}" '
            f'FOR EACH ROW EXECUTE FUNCTION "{self.trigger}"()',
        ]


def register(*guards):
    """This will add a floor's rules to those that every migrate installs."""
    for guard in guards:
        REGISTRY[guard.name] = guard


def append_only(table, noun, *, yields=False):
    """This will return the two rules of a table that may grow and never change.

    With `yields` an erasure may take somebody out of a row's text; it deletes none.
    """
    return (
        Guard(f"{table}_no_update", table, "UPDATE", f"{noun} cannot be changed.", yields=yields),
        Guard(f"{table}_no_delete", table, "DELETE", f"{noun} cannot be deleted."),
    )


def installed(connection):
    """This will return the names of the rules that the database holds now."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        else:
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")
        return {name.removeprefix(PREFIX) for (name,) in cursor.fetchall() if name.startswith(PREFIX)}


def expected(connection):
    """This will return the rules whose tables exist in this database, by name."""
    tables = set(connection.introspection.table_names())
    return {
        name: guard for name, guard in REGISTRY.items() if guard.table in tables and connection.vendor in guard.vendors
    }


def install(connection):
    """This will install every registered rule afresh, so that a changed rule replaces its old text."""
    uninstall(connection)
    with connection.cursor() as cursor:
        for guard in expected(connection).values():
            for statement in guard.sql(connection.vendor):
                cursor.execute(statement)


def uninstall(connection):
    """This will take off every rule that this module ever installed."""
    with connection.cursor() as cursor:
        for name in installed(connection):
            trigger = f"{PREFIX}{name}"
            if connection.vendor == "sqlite":
                cursor.execute(f'DROP TRIGGER "{trigger}"')
            else:
                cursor.execute(f'DROP FUNCTION IF EXISTS "{trigger}"() CASCADE')


@contextmanager
def lifted(connection):
    """This will take the rules off for the block and put them back after it. For tests and measuring alone."""
    uninstall(connection)
    try:
        yield
    finally:
        install(connection)


@contextmanager
def lifted_for(entry):
    """This will lift the rules that yield to an erasure, for the block and for this transaction alone.

    `entry` is the entry of the ledger that says what is done: without one the database lifts nothing. Whoever writes
    at the same time is held to every rule, on PostgreSQL too.
    """
    with transaction.atomic():
        row = Lifted.objects.create(entry=entry)
        yield
        row.delete()


def check(connection):
    """This will return a system check warning for every rule that should be installed and is not.

    Not an error: an error would stop the migrate that puts the rules back.
    """
    missing = sorted(set(expected(connection)) - installed(connection))
    return [
        CheckWarning(
            f"The database rule {name} is not installed on {REGISTRY[name].table}.",
            hint="Run `manage.py migrate`: it puts every rule back.",
            id="ledger.W001",
        )
        for name in missing
    ]
