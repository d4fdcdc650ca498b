"""A report on its way out: at once where it is small, by a worker where it is large."""

from django.http import StreamingHttpResponse
from django.shortcuts import redirect

from reports import background, looking
from reports import run as runs
from reports.models import Format
from reports.views import desk
from reports.writers import WRITERS


class Begun:
    """A file whose first bytes are made already: what can go wrong before them was told on the page."""

    def __init__(self, chunks):
        self._chunks = chunks
        self._first = next(chunks)

    def __iter__(self):
        yield self._first
        yield from self._chunks

    def close(self):
        """This will tell the run that its reader has gone, if it has not ended."""
        self._chunks.close()


def take(report, asked, *, format, purpose, wants_letter, by, at):
    """This will return the file, or lead to the page of the run whose file a worker makes.

    Raises `CannotTake` and `CannotWrite`, both before the first byte.
    """
    count = looking.counted(report, asked)
    looking.refuse_what_nobody_reads(report, asked, format, count)
    run = runs.open_run(report, asked, format=format, by=by, at=at, purpose=purpose)
    if not looking.is_small(count, format):
        background.prepare(run, rows_expected=count, wants_letter=wants_letter, at=at)
        return redirect("report-run", run.pk)
    response = StreamingHttpResponse(Begun(runs.stream(run)), content_type=WRITERS[Format(format)].content_type)
    response["Content-Disposition"] = f'attachment; filename="{run.file_name}"'
    return desk.kept_by_nobody(response)
