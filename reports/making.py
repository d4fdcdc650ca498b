"""Makes the file of a run in a worker: taken up by one worker, with signs of life, and whole or not there at all.

A worker holds a file by its state and the number of its attempt. Whatever it writes names both, so that a worker that
was thought dead, or whose run was cancelled meanwhile, writes nothing more.
"""

import logging
import secrets
import threading
import time
from datetime import timedelta
from tempfile import TemporaryFile

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import DatabaseError, OperationalError, connection, transaction
from django.db.models import F
from django.utils.translation import override

from ledger import letters, logbook
from ledger.models import User
from ledger.storage import is_full
from reports import catalogue, looking
from reports import run as runs
from reports.asked import Asked
from reports.models import PreparedFile, ReportRunEnd

log = logging.getLogger(__name__)

State = PreparedFile.State
BEAT = 2  # seconds between two signs of life
LOST_AFTER = timedelta(seconds=60)  # without one
ATTEMPTS = 3
LONGEST_REST = 0.05  # seconds

# Set when this process is to end: what is being made is handed back to the others.
leaving = threading.Event()


class Stopped(Exception):
    """The file is no longer this worker's: it was cancelled, or another worker has taken it up."""


class TakenAway(Exception):
    """Who takes the file may not have it any more."""


class HandedBack(Exception):
    """This worker ends, and another is to make the file."""


def make(pk, *, clock):
    """This will make the prepared file `pk` if it waits for a worker, and write how its run ended."""
    prepared = _take_up(pk, at=clock())
    if prepared is None:
        return
    with logbook.about(run=prepared.run_id):
        _make(prepared, clock=clock)


def _make(prepared, *, clock):
    pk = prepared.pk
    log.info("A worker makes the file of run %s.", prepared.run_id)
    held = PreparedFile.objects.filter(pk=pk, state=State.WORKING, attempts=prepared.attempts)
    heart = Heart(held, clock)
    try:
        with heart, override(prepared.run.language):
            name, tally = _write(prepared, held, heart)
    except HandedBack:
        # Not counted: a house that is restarted often loses no run by it. `take_up_lost` gives it to another.
        held.update(state=State.WAITING, attempts=F("attempts") - 1, rows_done=0, beat_at=None)
    except TakenAway:
        close(held, prepared, State.FAILED, at=clock(), rows=heart.rows, broke_off=runs.TAKEN_AWAY)
    except Exception as error:
        if heart.is_lost or isinstance(error, Stopped):
            return  # whatever the database said when its work was broken off, somebody else has the word
        if isinstance(error, OperationalError) and not is_full(error):
            # The database, not the report. Without a sign of life the file is soon taken up again.
            log.exception("The file of run %s could not be made this time.", prepared.run_id)
            return
        log.exception("The file of run %s failed.", prepared.run_id)
        close(held, prepared, State.FAILED, at=clock(), rows=heart.rows, broke_off=runs.why(error))
    else:
        at = clock()
        if not close(
            held, prepared, State.READY, at=at, rows=tally.rows, sha256=tally.sha256, bytes=tally.bytes,
            file_sha256=tally.file_sha256, rows_done=tally.rows, ready_at=at, file=name,
            expires_at=at + timedelta(days=settings.REPORTS_KEPT_DAYS),
        ):  # fmt: skip
            default_storage.delete(name)
        log.info("The file of run %s has %s rows and %s bytes.", prepared.run_id, tally.rows, tally.bytes)


def _take_up(pk, *, at):
    """This will return the file, held by this worker from now on, or None where it waits for nobody."""
    with transaction.atomic():
        waiting = PreparedFile.objects.filter(pk=pk, state=State.WAITING)
        if not waiting.update(state=State.WORKING, beat_at=at, attempts=F("attempts") + 1, rows_done=0):
            return None
        return PreparedFile.objects.select_related("run__by").get(pk=pk)


def _write(prepared, held, heart):
    """This will write the file of its run into the storage and return (its name there, the run's tally).

    Until the row says that it is ready, nobody is offered it. The row keeps the name before the storage does: what a
    killed worker leaves there is found and deleted.
    """
    forget_file(prepared)
    run = prepared.run
    _refuse_what_was_taken_away(run)
    if prepared.rows_expected is None:
        held.update(rows_expected=looking.count_whole(catalogue.REPORTS[run.report], Asked.by(run)))
    name = f"reports/{run.pk}-{secrets.token_urlsafe(16)}.{run.format}"
    with TemporaryFile() as file:  # it has no name: nothing of it stays where the process is killed
        chunks, heart.tally = runs.pieces(run, watch=heart.check)
        for chunk in _giving_way(chunks):
            file.write(chunk)
            heart.check()
        _refuse_what_was_taken_away(run)
        heart.check()
        if not held.update(file=name):
            raise Stopped
        file.seek(0)
        return default_storage.save(name, File(file)), heart.tally


def _refuse_what_was_taken_away(run):
    """This will raise `TakenAway` where who takes the run lost a right to it since: what waits or is made asks anew."""
    taker = User.objects.filter(pk=run.by_id).first()
    if taker and run.report in catalogue.REPORTS and not runs.still_holds(taker, run):
        raise TakenAway


def _giving_way(chunks):
    """This will yield the pieces, resting after each for as long as it took to come and be written.

    The worker's process has a low priority, the database's own has not: while nobody reads, its COPY stands still, and
    readers of the public site find a processor free.
    """
    began = time.monotonic()
    for chunk in chunks:
        yield chunk
        leaving.wait(min(time.monotonic() - began, LONGEST_REST))
        began = time.monotonic()


def forget_file(prepared):
    """This will delete what the storage holds of a file, and then its name."""
    if prepared.file:
        default_storage.delete(prepared.file.name)
        PreparedFile.objects.filter(pk=prepared.pk, file=prepared.file.name).update(file="")


def close(held, prepared, state, *, at, rows, sha256="", broke_off="", **values):
    """This will end a run once: its file's state, its end row, and the letter if its taker wants one.

    Returns whether it did: it does not where `held`, the rows of which one is this file, no longer has it.
    """
    with transaction.atomic():
        if not held.update(state=state, **values):
            return False
        run = prepared.run
        ReportRunEnd.objects.create(run=run, at=at, rows=rows, sha256=sha256, broke_off=broke_off)
        template = {State.READY: "ready", State.FAILED: "failed"}.get(state)
        if template and prepared.wants_letter and run.by and run.by.is_active:
            context = {
                "title": catalogue.title_of(run.report), "run": run, "reason": broke_off,
                "expires_at": values.get("expires_at"),
            }  # fmt: skip
            letters.after_commit([letters.Letter(run.by, f"reports/letters/{template}.txt", context)])
    return True


class Heart:
    """Gives signs of life while its worker is busy, from a thread and a connection of its own.

    So it beats too while the database sorts or a PDF is set. `check` raises what is to end the work.
    """

    def __init__(self, held, clock):
        self.tally = None
        self.is_lost = False
        self._held, self._clock = held, clock
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="sign of life", daemon=True)
        self._workers = connection.connection, connection.vendor

    @property
    def rows(self):
        return self.tally.rows if self.tally else 0

    def check(self):
        if self.is_lost:
            raise Stopped
        if leaving.is_set():
            raise HandedBack

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *error):
        self._over.set()
        self._thread.join()

    def _beat(self):
        try:
            while not self._over.wait(BEAT):
                try:
                    is_held = self._held.update(rows_done=self.rows, beat_at=self._clock())
                except DatabaseError:
                    log.warning("A sign of life could not be written.", exc_info=True)
                    connection.close()
                    continue
                if not is_held:
                    self.is_lost = True
                    self._break_off()
                    return
        finally:
            connection.close()

    def _break_off(self):
        """This will end what the worker's database is doing for it now; each driver allows that from another thread."""
        raw, vendor = self._workers
        if raw is not None:
            raw.interrupt() if vendor == "sqlite" else raw.cancel()
