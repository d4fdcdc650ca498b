"""Takes a report out of the house, and leaves the proof: who, what, when, how many rows, and their checksum."""

import hashlib
import json

from django.db import transaction
from django.utils import timezone
from django.utils.translation import override

from ledger import audit
from reports.models import Format, ReportRun, ReportRunEnd
from reports.writers import as_csv


def open_run(report, *, parameters, on, known_at, language, format, by, at, purpose=""):
    """This will write down that `by` takes the report out, before a byte of it leaves."""
    with transaction.atomic():
        run = ReportRun.objects.create(
            report=report.slug, by=by, at=at, on=on, known_on=known_at, language=language, format=format,
            columns=[column.key for column in report.columns], purpose=purpose,
            parameters={name: str(value) for name, value in parameters.items() if value is not None},
        )  # fmt: skip
        audit.note("take out", run, by=by, at=at, report=report.slug)
    return run


def stream(report, run, *, parameters, clock=timezone.now):
    """This will yield the file of an opened run and write its end, whole or broken off, when the last byte has left."""
    digest, count = hashlib.sha256(), 0

    def counted():
        nonlocal count
        for row in report.rows(on=run.on, known_at=run.known_on, language=run.language, **parameters):
            # Canonical: one JSON array a row, so that the checksum does not depend on the file's format.
            digest.update(json.dumps([*row], default=str, ensure_ascii=False).encode() + b"\n")
            count += 1
            yield row

    writers = {Format.CSV: as_csv}
    # The file has the language of the run, whatever is active in the thread that sends it.
    with override(run.language):
        headings = [str(column.heading) for column in report.columns]
    try:
        yield from writers[run.format](headings, counted())
    except GeneratorExit:
        _end(run, clock(), count, broke_off="the reader closed the connection")
        raise
    except Exception as error:
        _end(run, clock(), count, broke_off=f"{type(error).__name__}: {error}")
        raise
    _end(run, clock(), count, sha256=digest.hexdigest())


def _end(run, at, rows, *, sha256="", broke_off=""):
    ReportRunEnd.objects.create(run=run, at=at, rows=rows, sha256=sha256, broke_off=broke_off)
