"""`manage.py work`: the house's one worker. It makes reports in the background, and what is due by the clock."""

import contextlib
import logging
import os
import signal
import time

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone
from django.utils.crypto import get_random_string
from django_tasks import DEFAULT_TASK_BACKEND_ALIAS
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from ledger import retention, sealing, statistics
from reports import background, scheduling
from reports import run as runs
from reports.making import leaving

log = logging.getLogger(__name__)
TIDY_EVERY = 10  # seconds
PAUSE = 1  # second
NICE = 10  # readers come first
ALONE = "-c max_parallel_workers_per_gather=0"
DUTIES = (
    background.take_up_lost, scheduling.fire_due, background.expire, background.forget_the_old, runs.end_abandoned,
    sealing.seal_due, retention.run_once_a_day, statistics.renew_once_a_day,
)  # fmt: skip


def _keep_one_process_busy():
    """The database knows no priority: one report is to keep one of its processes busy, and not every processor."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET max_parallel_workers_per_gather = 0")
        options = connection.settings_dict["OPTIONS"]  # of every connection that this process opens from now on
        if ALONE not in options.get("options", ""):
            options["options"] = f"{options.get('options', '')} {ALONE}"


class Command(BaseCommand):
    help = (
        "Make reports in the background, fire schedules, delete files whose time is over, and seal the ledger, "
        "until it is ended."
    )

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="do what waits now, and end: for cron")

    def handle(self, *, once, **options):
        with contextlib.suppress(AttributeError, OSError):  # not on every system
            os.setpriority(os.PRIO_PROCESS, 0, NICE)
        _keep_one_process_busy()
        logging.getLogger("django_tasks_db").setLevel(logging.WARNING)  # it tells of each round
        leaving.clear()
        before = {one: signal.signal(one, lambda *_: leaving.set()) for one in (signal.SIGTERM, signal.SIGINT)}
        try:
            self._once() if once else self._for_ever()
        finally:
            for one, handler in before.items():
                signal.signal(one, handler)

    def _once(self):
        is_tidy = self._tidy()
        while not leaving.is_set() and self._work_off_one():
            pass
        if not is_tidy:
            raise CommandError("Something that was due could not be done: the log says what.")

    def _for_ever(self):
        log.info("The worker waits for work. Ctrl+C ends it.")
        tidied = None
        while not leaving.is_set():
            pause = PAUSE
            try:
                if tidied is None or time.monotonic() - tidied > TIDY_EVERY:
                    tidied = time.monotonic()
                    self._tidy()
                if self._work_off_one():
                    pause = 0
            except DatabaseError:  # it may be restarting: the worker outlives that
                log.exception("The worker's round broke off.")
                connection.close()
                pause = TIDY_EVERY
            self._rest(pause)
        log.info("The worker has ended.")

    def _rest(self, seconds):
        for _second in range(seconds):
            if leaving.is_set():
                return
            time.sleep(1)

    def _tidy(self):
        """This will do what is due by the clock, and return whether all of it could be done.

        One duty that fails keeps neither the others nor the reports waiting.
        """
        close_old_connections()
        at, is_tidy = timezone.now(), True
        for duty in DUTIES:
            try:
                duty(at=at)
            except Exception:
                log.exception("What was due could not be done: %s.", duty.__name__)
                connection.close()
                is_tidy = False
        return is_tidy

    def _work_off_one(self):
        """This will run the next task that waits, and return whether there was one.

        The library's worker takes the write lock to look for one, so it is asked only where there is something.
        """
        close_old_connections()
        if not DBTaskResult.objects.ready().filter(backend_name=DEFAULT_TASK_BACKEND_ALIAS).exists():
            return False
        worker = Worker(
            queue_names=["*"], interval=0, batch=True, backend_name=DEFAULT_TASK_BACKEND_ALIAS, startup_delay=False,
            max_tasks=1, worker_id=get_random_string(32), excluded_queue_names=[],
        )  # fmt: skip
        worker.run()
        return True
