"""Readers come first: what a worker that makes a large file leaves to them."""

import contextlib

import pytest
from django.db import connection

from reports import making
from reports.management.commands import work


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
