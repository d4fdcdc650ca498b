"""Takes a report out of the house, and leaves the proof: who, what, when, how many rows, and their checksum."""

import hashlib
import time
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from articles import naming
from ledger import audit, logbook
from ledger.storage import is_full
from reports import catalogue, parameters
from reports.asked import Asked
from reports.declared import TAKES_PERSONAL
from reports.documents import document
from reports.models import Format, ReportRun, ReportRunEnd
from reports.rows import CannotWrite
from reports.writers import WRITERS

# Rows: so many leave at once, made by a web worker, which readers wait for; `manage.py work` makes the file of more.
# A paper is set before it is sent, and takes longer.
SMALL, SMALL_PAPER = 4_000, 1_000
REST = 0.002  # seconds between some rows and the next ones that a web worker makes
ABANDONED_AFTER = timedelta(days=1)
# Why a run broke off, kept in English and said in the reader's language.
CLOSED = gettext_noop("the reader closed the connection")
NEVER_ENDED = gettext_noop("the server was killed before the last byte had left")
TAKEN_AWAY = gettext_noop("its taker may not take it any more")
NO_ROOM = gettext_noop("the disk has no room left")


class CannotTake(Exception):
    """The report cannot be taken out so. The message says why."""


def ask(report, values, *, by, on, known_at, language):
    """This will return what `by` asks of the report: the permissions of `by` say how wide it is.

    Raises `CannotTake` where `by` may not take it, or without a value that it requires. Without `by` a command asks,
    which may have everything.
    """
    if by is None:
        grants = {column.permission for column in report.columns if column.permission} | set(report.widened_by)
    elif by.has_perm(report.permission):
        grants = report.granted(by)
    else:
        raise CannotTake(_("You may not take this report."))
    if missing := [name for name in report.needs if values.get(name) in (None, "", (), [])]:
        raise CannotTake(
            _("This report has to be asked for one thing: %(what)s.")
            % {"what": ", ".join(str(parameters.PARAMETERS[name].label) for name in missing)}
        )
    return Asked(on, known_at, language, values, frozenset(grants))


def open_run(report, asked, *, format, by, at, purpose="", channel=ReportRun.Channel.DESK):
    """This will write down that `by` takes the report out, before a byte of it leaves.

    Raises `CannotTake` where `by` may not take it, the format is none, or personal data have no purpose.
    """
    if by and not by.has_perm(report.permission):
        raise CannotTake(_("You may not take this report."))
    if report.is_personal and not purpose.strip():
        raise CannotTake(_("This report holds personal data: say what you take it for."))
    refuse_names(purpose)
    if format not in WRITERS:
        raise CannotTake(_("There is no format %(format)s.") % {"format": format})
    with transaction.atomic():
        run = ReportRun.objects.create(
            report=report.slug, by=by, at=at, on=asked.on, known_on=asked.known_at, language=asked.language,
            format=format, columns=[column.key for column in report.columns_for(asked)],
            purpose=purpose.strip(), parameters=parameters.kept(asked.parameters), grants=sorted(asked.grants),
            code_version=settings.CODE_VERSION, channel=channel,
        )  # fmt: skip
        audit.note("take out", run, by=by, at=at, report=report.slug)
    logbook.note(run=run.pk)
    return run


def refuse_names(purpose):
    """This will raise `CannotTake` where a purpose names somebody of the record: it is kept for ever, they are not."""
    if naming.people([("purpose", purpose)]):
        raise CannotTake(_("What it is taken for is kept for ever: name nobody of the record in it."))


def still_holds(user, run):
    """This will say whether `user` holds today the permission of the run's report, and all that widened the run."""
    report = catalogue.REPORTS.get(run.report)
    if report is None:
        return False
    return user.has_perms({report.permission, *run.grants} | ({TAKES_PERSONAL} if report.is_personal else set()))


def pieces(run, report=None, *, watch=None):
    """This will return (generator of the bytes of the run's file, its `Tally`).

    `watch` is called again and again while rows are read; what it raises ends the file.
    """
    report = report or catalogue.REPORTS[run.report]
    writing = WRITERS[Format(run.format)]
    asked = Asked.by(run)
    made = document(report, asked, run, with_chart=writing.has_chart)
    if watch:
        made.rows.watch = watch
    tally = Tally(made.rows, writing.is_summed_by_bytes)
    return tally.passing(writing.module.write(made)), tally


class Tally:
    """What is known of a file while it is written: its rows, its bytes, and the checksum that its run keeps."""

    def __init__(self, rows, is_summed_by_bytes):
        self._rows, self._is_by_bytes = rows, is_summed_by_bytes
        self._digest = hashlib.sha256()
        self.bytes = 0

    def passing(self, chunks):
        for chunk in chunks:
            self._digest.update(chunk)
            self.bytes += len(chunk)
            yield chunk

    @property
    def rows(self):
        return self._rows.count

    @property
    def file_sha256(self):
        return self._digest.hexdigest()

    @property
    def sha256(self):
        return self.file_sha256 if self._is_by_bytes else self._rows.sha256


def stream(run, report=None, *, clock=timezone.now):
    """This will yield the file of an opened run and write its end, whole or broken off, when the last byte has left."""
    tally = None
    try:
        chunks, tally = pieces(run, report, watch=_let_readers_in)
        yield from chunks
    except GeneratorExit:
        end(run, tally, at=clock(), broke_off=CLOSED)
        raise
    except Exception as error:
        end(run, tally, at=clock(), broke_off=why(error))
        raise
    end(run, tally, at=clock())


def _let_readers_in():
    """This will rest about as long as it takes to read and write some rows: readers wait for this process too."""
    time.sleep(REST)


def why(error):
    """This will return why a run broke off, for its end, which stays for ever.

    The text of an error that is not ours may hold what stood in a cell: a name, or a value that is not cleared.
    """
    if isinstance(error, CannotWrite):
        return str(error)
    return NO_ROOM if is_full(error) else f"an error of the program: {type(error).__name__}"


def end_abandoned(*, at):
    """This will say of runs that were streamed a day ago and have no end that their server was killed."""
    lost = ReportRun.objects.filter(end__isnull=True, prepared__isnull=True, at__lt=at - ABANDONED_AFTER)
    for run in lost.order_by("pk"):
        end(run, None, at=at, broke_off=NEVER_ENDED)


def end(run, tally, *, at, broke_off=""):
    """This will write how a run ended: with the checksum of its `Tally`, or why it broke off."""
    return ReportRunEnd.objects.create(
        run=run, at=at, rows=tally.rows if tally else 0, broke_off=broke_off, sha256="" if broke_off else tally.sha256
    )
