"""A report of many rows, made in the background, and the fixtures of its files, which a file of tests names as its own."""

import pytest
from django.core.files.storage import default_storage

from reports import background, making
from reports.catalogue import REPORTS
from reports.declared import Column, Kind, Report
from tests import makers, taking

ROWS = 2500


def report_of(rows, **values):
    columns = (Column("n", "Number", Kind.INTEGER), Column("words", "Words"))
    return Report(
        **{
            "slug": "numbers", "title": "Numbers", "description": "", "permission": "reports.run_reports",
            "columns": columns, "rows": rows, **values,
        }
    )  # fmt: skip


@pytest.fixture(autouse=True)
def numbers(monkeypatch):
    """A report of many rows; no worker of these tests needs a sign of life but those in processes of their own."""
    monkeypatch.setattr(making, "BEAT", 3600)
    monkeypatch.setitem(REPORTS, "numbers", report_of(lambda asked: ((n, f"row {n}") for n in range(ROWS))))


@pytest.fixture
def staff():
    user = makers.person_of_role("report staff")
    user.email, user.language = "staff@house.example", "en"
    user.save()
    return user


@pytest.fixture
def prepare(noon, staff):
    def make(**values):
        values = {"rows_expected": ROWS, "wants_letter": False, **values}
        return background.prepare(taking.opened("numbers", noon, by=staff), at=noon, **values)

    return make


@pytest.fixture
def ready(prepare, noon):
    """A file that is ready to be fetched for seven days from noon."""
    prepared = prepare()
    making.make(prepared.pk, clock=lambda: noon)
    prepared.refresh_from_db()
    return prepared


@pytest.fixture
def at_noon(monkeypatch, noon):
    """The doors' clock stands at noon."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: noon)


def while_it_is_made(monkeypatch, happens):
    """This will let something happen once, in the midst of the next file that is made."""
    rows, due = REPORTS["numbers"].rows, [happens]

    def interrupted(asked):
        for n, row in enumerate(rows(asked)):
            if n == 1500 and due:
                due.pop()()
            yield row

    monkeypatch.setitem(REPORTS, "numbers", report_of(interrupted))


def tidy(at):
    background.take_up_lost(at=at)
    background.expire(at=at)
    background.forget_the_old(at=at)


def files():
    return default_storage.listdir("reports")[1] if default_storage.exists("reports") else []
