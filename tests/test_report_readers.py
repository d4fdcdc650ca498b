"""Readers come first: what a worker that makes a large file leaves to them."""

import contextlib
from datetime import date

import pytest
from django.db import connection

from reports import background, looking, making
from reports import run as runs
from reports.catalogue import REPORTS
from reports.declared import Column, Kind, Report
from reports.management.commands import work
from tests import makers, taking

NUMBERS = Report(
    slug="numbers", title="Numbers", description="", permission="reports.run_reports",
    columns=(Column("n", "Number", Kind.INTEGER),), rows=lambda asked: ((n,) for n in range(1000)),
)  # fmt: skip


def test_a_worker_rests_after_each_piece_of_a_file_for_as_long_as_it_took_and_never_long(monkeypatch):
    class Clock:
        now = 0.0

        def monotonic(self):
            return self.now

    clock, rests = Clock(), []
    monkeypatch.setattr(making, "time", clock)
    monkeypatch.setattr(making.leaving, "wait", rests.append)

    def pieces():
        for seconds in (0.01, 0.02, 30):
            clock.now += seconds
            yield seconds

    assert list(making._giving_way(pieces())) == [0.01, 0.02, 30]
    assert rests == [pytest.approx(0.01), pytest.approx(0.02), making.LONGEST_REST]


@pytest.mark.postgresql
@pytest.mark.django_db
def test_a_report_keeps_one_process_of_the_database_busy_on_every_connection_of_the_worker(monkeypatch):
    options = connection.settings_dict["OPTIONS"]
    monkeypatch.setitem(options, "options", options.get("options", ""))
    with connection.cursor() as cursor:
        cursor.execute("SHOW max_parallel_workers_per_gather")
        usual = cursor.fetchone()[0]
        work._keep_one_process_busy()
        cursor.execute("SHOW max_parallel_workers_per_gather")
        assert cursor.fetchone()[0] == "0"
        cursor.execute(f"SET max_parallel_workers_per_gather = {usual}")
    with contextlib.closing(connection.copy()) as another, another.cursor() as cursor:
        for name, value in (("max_parallel_workers_per_gather", "0"), ("plan_cache_mode", "force_generic_plan")):
            cursor.execute(f"SHOW {name}")
            assert cursor.fetchone()[0] == value


@pytest.mark.django_db
def test_a_page_counts_no_further_than_it_needs_and_the_worker_counts_the_rest(noon, monkeypatch):
    monkeypatch.setattr(looking, "COUNTED", 5)
    for month in range(1, 9):
        makers.un_month(noon, "KAZ", 100 + month, date(2025, month, 28))
    report, asked = REPORTS["contributions"], taking.asked("contributions", noon)
    assert looking.counted(report, asked) is None
    prepared = background.prepare(taking.opened("contributions", noon), rows_expected=None, wants_letter=False, at=noon)
    making.make(prepared.pk, clock=lambda: noon)
    prepared.refresh_from_db()
    assert prepared.rows_expected == prepared.rows_done == 8
    monkeypatch.setattr(looking, "COUNTED", 8)
    assert looking.counted(report, asked) == 8


@pytest.mark.django_db
def test_what_a_web_worker_streams_lets_readers_in_every_hundred_rows(noon, monkeypatch):
    rests = []
    monkeypatch.setattr(runs.time, "sleep", rests.append)
    monkeypatch.setitem(REPORTS, "numbers", NUMBERS)
    taking.taken("numbers", noon, format="xlsx")
    assert len(rests) >= 10 and set(rests) == {runs.REST}


def test_what_is_loaded_at_the_start_is_never_gone_through_again_while_a_reader_waits(run_python):
    code = "import peacekeeping.wsgi, gc, sys; print(gc.get_freeze_count(), 'articles.views' in sys.modules)"
    frozen, has_views = run_python("-c", code).communicate()[0].split()
    assert int(frozen) > 50_000 and has_views == "True"
