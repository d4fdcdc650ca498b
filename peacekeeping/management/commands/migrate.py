"""`manage.py migrate`: Django's own, which on PostgreSQL waits for no lock longer than readers may wait behind it.

Who changes a table needs it alone for a moment, and waits for whoever reads it; all who come after wait behind. So it
gives up after some seconds, lets them pass, and tries again.
"""

import time

from django.conf import settings
from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import OperationalError, connections

from ledger.refusals import code_of

LOCK_NOT_AVAILABLE = "55P03"
PAUSE = 10  # seconds between two tries
ADVICE = (
    "Something held a table for longer than {seconds} s{where}, and readers must not queue up behind the migration. "
    "Nothing of what it had begun is left. See who holds it (SELECT pid, state, xact_start, query "
    "FROM pg_stat_activity ORDER BY xact_start), let it end, and migrate again; --lock-timeout and --tries give it "
    "more time."
)
HALF = (
    "Something held a table for longer than {seconds} s{where}. This migration is not one transaction: what it did "
    "before stands. Look at what it has left before you migrate again."
)


class Command(migrate.Command):
    applying = None

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument(
            "--lock-timeout", type=int, default=settings.MIGRATE_LOCK_TIMEOUT,
            help="on PostgreSQL, seconds to wait for a table that others read; 0: for ever",
        )  # fmt: skip
        parser.add_argument("--tries", type=int, default=5, help="how often to try, with pauses that let readers pass")

    def handle(self, *args, lock_timeout, tries, **options):
        connection = connections[options["database"]]
        if connection.vendor != "postgresql":
            super().handle(*args, **options)
            return
        for left in range(tries - 1, -1, -1):
            with connection.cursor() as cursor:
                cursor.execute(f"SET lock_timeout = '{lock_timeout}s'; SET statement_timeout = 0")
            try:
                super().handle(*args, **options)
            except OperationalError as error:
                if code_of(error) != LOCK_NOT_AVAILABLE:
                    raise
                self._give_up_or_wait(error, left, lock_timeout)
            else:
                return

    def _give_up_or_wait(self, error, left, seconds):
        where = f" that {self.applying} needs" if self.applying else ""
        if self.applying and not self.applying.atomic:
            raise CommandError(HALF.format(seconds=seconds, where=where)) from error
        if not left:
            raise CommandError(ADVICE.format(seconds=seconds, where=where)) from error
        self.stderr.write(f"A table is held{where}. Another try in {PAUSE} s, of {left} that are left.")
        time.sleep(PAUSE)

    def migration_progress_callback(self, action, migration=None, fake=False):
        if action in ("apply_start", "unapply_start"):
            self.applying = migration
        elif action in ("apply_success", "unapply_success"):
            self.applying = None
        super().migration_progress_callback(action, migration, fake)
