"""Every report, in every format and language, read back as whoever gets the file would, against its own rows."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.conf import settings
from django.utils import timezone
from django.utils.translation import override

from missions import csv_files
from missions.models import Deployment, Person
from reports.catalogue import REPORTS
from reports.models import Format
from reports.rows import plain
from tests import canaries, makers, papers, report_files, taking

pytestmark = pytest.mark.django_db
TOO_SMALL_FOR_WORDS = 3  # letters: shorter cells stand on any page


@pytest.fixture
def house(noon, editor):
    """A house of which every report has something to tell, known for long; and the moment of asking it."""
    canaries.plant(noon, editor)
    for month, total in ((date(2025, 8, 31), 139), (date(2025, 9, 30), 137)):
        makers.un_month(noon, "KAZ", total, month, women=2)
        makers.un_month(noon, "NPL", 800, month, women=None)
    makers.un_casualty(noon, date(1983, 5, 1), iso3="KAZ")
    makers.tour(makers.person(), Deployment.objects.get(), date(1982, 6, 1))
    story = makers.approved_story(noon, editor, slug="figures")
    assert story.claims.exists()
    now = timezone.now()
    taking.taken("strength-by-month", now, by=makers.person_of_role("report staff"))
    return now + timedelta(seconds=1)


def question(slug):
    """This will return the parameters with which the report tells something."""
    values = {"person": Person.objects.order_by("pk")[0].pk} if "person" in REPORTS[slug].needs else {}
    if slug in ("deployment-roster", "nominal-roll", "service-record", "tours-and-days"):
        values["on"] = date(1985, 6, 1)
    if slug == "rotation-calendar":
        values |= {"start": date(1981, 1, 1), "end": date(1990, 1, 1)}
    return values


def as_csv(value):
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return plain(value)
    return f"{value:f}" if isinstance(value, Decimal) else str(csv_files.cell(value))


def as_json(value):
    if isinstance(value, datetime):
        return plain(value)
    if isinstance(value, Decimal):
        return float(value)
    return value.isoformat() if isinstance(value, date) else value


def as_xlsx(value):
    """The cell as calamine reads it: numbers as floats, moments in the house's own time, nothing as an empty text."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return timezone.localtime(value).replace(tzinfo=None, microsecond=0)
    if isinstance(value, date) and value < date(1900, 3, 1):
        return value.isoformat()
    return float(value) if isinstance(value, (int, Decimal)) and not isinstance(value, bool) else value


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
@pytest.mark.parametrize("slug", REPORTS)
def test_a_report_says_the_same_in_every_format(slug, language, house):
    values = {**question(slug), "language": language}
    rows = taking.rows(slug, house, **values)
    assert rows, "The report tells nothing: the test would compare nothing."
    report = REPORTS[slug]
    with override(language):
        heads = [str(column.heading) for column in report.columns]
    for format, as_cell in ((Format.CSV, as_csv), (Format.XLSX, as_xlsx), (Format.JSON, as_json)):
        run, content = taking.taken(slug, house, format=format, **values)
        first, *told = report_files.cells(content, format)
        assert first == (heads if format != Format.JSON else [column.key for column in report.columns])
        if slug == "who-exported-what":  # each file tells of the runs before it, its own among them
            told = told[: len(rows)]
        assert [list(row) for row in told] == [[as_cell(value) for value in row] for row in rows], format
        assert run.end.rows >= len(rows) and run.end.sha256
    _run, content = taking.taken(slug, house, format=Format.PDF, **values)
    page = report_files.cells(content, Format.PDF)
    words = {value for row in rows for value in row if isinstance(value, str) and len(value) >= TOO_SMALL_FOR_WORDS}
    missing = {word for word in (*words, *heads) if papers.bare(word) not in page}
    assert not missing
