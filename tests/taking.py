"""Asks reports and takes their files, for tests."""

import csv
import io

from django.utils import timezone

from reports import run as runs
from reports.catalogue import REPORTS
from reports.models import Format
from reports.rows import Rows


def asked(slug, at, *, by=None, on=None, known_at=None, language="en", **values):
    """This will return what `by`, or a command that may have everything, asks of a report at the moment `at`."""
    return runs.ask(
        REPORTS[slug], values, by=by, on=on or timezone.localdate(at), known_at=known_at or at, language=language
    )


def rows(slug, at, **values):
    """This will return the rows of a report as tuples."""
    return [tuple(row) for row in Rows(REPORTS[slug], asked(slug, at, **values))]


def told(slug, at, **values):
    """This will return the rows of a report as dictionaries."""
    question = asked(slug, at, **values)
    keys = [column.key for column in REPORTS[slug].columns_for(question)]
    return [dict(zip(keys, row, strict=True)) for row in rows(slug, at, **values)]


def opened(slug, at, *, format=Format.CSV, by=None, purpose="A test.", **values):
    """This will return the opened run of a report."""
    question = asked(slug, at, by=by, **values)
    return runs.open_run(REPORTS[slug], question, format=format, by=by, at=at, purpose=purpose)


def taken(slug, at, **values):
    """This will return (the ended run of a report, its file's bytes)."""
    run = opened(slug, at, **values)
    return run, b"".join(runs.stream(run, clock=lambda: at))


def read_csv(content):
    """This will return the rows of a CSV file, its heads first."""
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
