"""Migrations keep no reader waiting: held by a linter, and by a limit on what a migration waits for."""

import dataclasses
import json

import pytest
from django.db import connection

from ledger import guards

pytestmark = pytest.mark.postgresql
WITH_EXAMPLES = """
import json, os, sys, threading, time
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.examples.settings"
import django
django.setup()
"""
LINTS = """
from tests import migration_lint
print(json.dumps([migration_lint.wrong_with("examples", name) for name in sys.argv[1:]]))
"""
SINCE = """
import json, os
os.environ["DJANGO_SETTINGS_MODULE"] = "peacekeeping.settings"
import django
django.setup()
from tests import migration_lint
looked_at = migration_lint.since_the_baseline()
print(json.dumps([["/".join(one), migration_lint.wrong_with(*one)] for one in looked_at]))
"""
# A reader holds the table while a migration wants it; another reader comes while the migration waits.
WAITS = """
from django.core.management import CommandError, call_command
from django.db import connection
from peacekeeping.management.commands import migrate

def migrate_to(name, **how):
    call_command("migrate", "examples", name, verbosity=0, **how)

def ask(asked, of=connection):
    with of.cursor() as cursor:
        cursor.execute(asked)
        return cursor.fetchall()

def rules():
    return ask("SELECT oid FROM pg_trigger WHERE tgname LIKE 'guard_%' ORDER BY oid")

migrate.PAUSE = 0.1
migrate_to("0001")
before, reader, later, waited = rules(), connection.copy(), connection.copy(), []
for one in (reader, later):
    one.inc_thread_sharing()  # each is used by one thread at a time
reader.set_autocommit(False)
ask("SELECT * FROM examples_note", reader)

def come_later():
    time.sleep(0.3)
    began = time.monotonic()
    ask("SELECT * FROM examples_note", later)
    waited.append(time.monotonic() - began)

thread = threading.Thread(target=come_later)
thread.start()
began, said = time.monotonic(), ""
try:
    migrate_to("0002", lock_timeout=1, tries=1)
except CommandError as error:
    said = str(error)
took = time.monotonic() - began
thread.join()
try:
    migrate_to("0002", lock_timeout=1, tries=2)
except CommandError:
    tried = time.monotonic() - began - took
threading.Timer(0.5, reader.close).start()
migrate_to("0002", lock_timeout=1, tries=3)
with connection.cursor() as cursor:  # as a run that broke off leaves it
    cursor.execute("CREATE INDEX note_by_kind ON examples_note (kind)")
    cursor.execute("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'note_by_kind'::regclass")
migrate_to("0003", lock_timeout=1)
valid = ask("SELECT indisvalid FROM pg_index WHERE indexrelid = 'note_by_kind'::regclass")
still = ask("SHOW lock_timeout")
print(json.dumps([took, said, waited[0], tried, before == rules(), valid, still]))
"""


def told(process):
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    return json.loads(out)


def test_the_linter_refuses_what_readers_or_the_version_before_would_suffer_from(run_python):
    first, second, beside, place, index, constraint = told(run_python(
        "-c", WITH_EXAMPLES + LINTS, "0001_make_notes", "0002_let_notes_have_a_kind",
        "0003_find_notes_by_kind_beside_readers", "0004_demand_a_place", "0005_find_notes_by_place_while_writers_wait",
        "0006_look_at_every_note_while_readers_wait",
    ))  # fmt: skip
    assert first == second == beside == []
    assert "NOT NULL" in str(place) and "CREATE INDEX locks table" in index and "looks at every row" in str(constraint)


def test_no_migration_since_the_baseline_keeps_readers_waiting(migrated, run_python):
    """In a process of its own: an index that is made beside readers has no SQL within a transaction, as of a test."""
    looked_at = told(run_python("-c", SINCE))
    assert looked_at and {name: wrong for name, wrong in looked_at if wrong} == {}


def test_a_migration_waits_for_a_table_no_longer_than_it_may_and_says_what_to_do(migrated, run_python):
    took, said, waited, tried, rules_stayed, valid, limit = told(run_python("-c", WITH_EXAMPLES + WAITS))
    assert 0.9 < took < 4 and waited < 2  # who came later waited for the migration and for nothing else
    assert "examples.0002_let_notes_have_a_kind" in said and "pg_stat_activity" in said
    assert tried > 2  # twice
    assert rules_stayed, "no table of the house had to be free of readers"
    assert valid == [[True]] and limit == [["1s"]]


@pytest.mark.django_db
def test_a_rule_that_stands_is_not_touched_and_one_that_changed_is_replaced(monkeypatch):
    def standing():
        with connection.cursor() as cursor:
            cursor.execute("SELECT tgname, oid FROM pg_trigger WHERE tgname LIKE 'guard_%'")
            return dict(cursor.fetchall())

    before = standing()
    guards.install(connection)
    assert standing() == before
    name, guard = next((name, one) for name, one in guards.REGISTRY.items() if isinstance(one, guards.Guard))
    monkeypatch.setitem(guards.REGISTRY, name, dataclasses.replace(guard, sentence="Another sentence."))
    guards.install(connection)
    assert {one for one, oid in standing().items() if before[one] != oid} == {guard.trigger}
    assert guards.check(connection) == []
