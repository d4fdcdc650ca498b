"""Workers as they are run, processes of their own: killed, ended, and told that nobody wants what they make."""

import hashlib
import json
import signal

import pytest

HOUSE = """
import json, os, sys, time
from datetime import datetime, timedelta, UTC
from pathlib import Path
import django
django.setup()
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from ledger.models import User
from reports import background, making, run as runs
from reports.catalogue import REPORTS
from reports.declared import Column, Kind, Report
from reports.models import PreparedFile, ReportRun, ReportRunEnd
from tests import taking
from django_tasks_db.models import DBTaskResult

NOON = datetime(2025, 10, 23, 7, tzinfo=UTC)
gate = Path(sys.argv[1])
making.BEAT = 0.2
LONG = {
    "postgresql": "SELECT pg_sleep(600)",
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1e11) SELECT max(i) FROM n",
}

def rows(asked):
    for n in range(5000):
        yield n, f"row {n}"
        while n >= 3000 and not gate.exists():
            if n == 3000:
                print("in the midst", flush=True)
                if os.environ.get("WORK_IS_OF") == "the database":
                    connection.cursor().execute(LONG[connection.vendor])
            yield n, "while it is closed"
            n = 3001
            time.sleep(0.001)

REPORTS["slow"] = Report(
    slug="slow", title="Slow", description="", permission="reports.run_reports", rows=rows,
    columns=(Column("n", "Number", Kind.INTEGER), Column("words", "Words")),
)
"""
PREPARED = """
above = User.objects.create_superuser("above", password="a long pass phrase")
print(background.prepare(taking.opened("slow", NOON, by=above), rows_expected=5000, wants_letter=False, at=NOON).pk)
"""
WORKER = 'call_command("work", "--once")'
TOLD = """
prepared = PreparedFile.objects.get()
ends = list(ReportRunEnd.objects.values_list("rows", "sha256", "broke_off"))
content = prepared.file.read().decode() if prepared.file else ""
print(json.dumps([prepared.state, prepared.attempts, prepared.file_sha256, ends, content]))
"""
A_MINUTE_LATER = "PreparedFile.objects.update(beat_at=timezone.now() - timedelta(seconds=61))"
CANCELS = "background.cancel(PreparedFile.objects.get(), by=User.objects.get(), at=timezone.now())"
STREAMED = """
print(json.dumps(b"".join(runs.stream(taking.opened("slow", NOON))).decode()))
"""


@pytest.fixture
def gate(tmp_path):
    """Where it exists, the slow report goes on past its midst."""
    return tmp_path / "gate"


@pytest.fixture
def house(migrated, run_python, gate, monkeypatch, tmp_path):
    """Runs a step in a process of its own, and returns what it printed."""
    monkeypatch.setenv("MEDIA_ROOT", str(tmp_path / "media"))

    def run(step):
        process = run_python("-c", HOUSE + step, gate)
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0, err
        return out

    return run


@pytest.fixture
def worker(run_python, gate):
    """Starts a worker, and returns it when it is in the midst of the slow report."""

    def start():
        process = run_python("-c", HOUSE + WORKER, gate)
        assert "in the midst" in map(str.strip, process.stdout)
        return process

    return start


def test_the_run_of_a_killed_worker_is_made_by_another_and_the_file_is_the_same(house, worker, gate):
    house(PREPARED)
    with worker() as killed:
        killed.send_signal(signal.SIGKILL)
    assert json.loads(house(TOLD))[:4] == ["working", 1, "", []]
    gate.touch()
    house(WORKER)
    assert json.loads(house(TOLD))[0] == "working", "it was taken from a worker that may be alive"
    house(A_MINUTE_LATER)
    house(WORKER)
    state, attempts, checksum, ends, content = json.loads(house(TOLD))
    assert (state, attempts, ends) == ("ready", 2, [[5000, checksum, ""]])
    assert content == json.loads(house(STREAMED))
    assert checksum == hashlib.sha256(content.encode()).hexdigest()


def test_a_worker_that_is_ended_hands_back_and_one_whose_run_is_cancelled_stops(house, worker, monkeypatch):
    house(PREPARED)
    with worker() as ended:
        ended.send_signal(signal.SIGTERM)
        assert ended.wait(60) == 0
    assert json.loads(house(TOLD))[:4] == ["waiting", 0, "", []]
    monkeypatch.setenv("WORK_IS_OF", "the database")
    with worker() as working:
        house(CANCELS)
        assert working.wait(60) == 0, "it went on with what nobody wants"
    state, _attempts, _checksum, ((_rows, checksum, reason),), content = json.loads(house(TOLD))
    assert (state, checksum, reason, content) == ("cancelled", "", "cancelled by its taker", "")
