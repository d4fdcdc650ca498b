"""The sealed ledger: what is under a seal cannot be changed, taken out or put in unseen; nothing is lost on the way."""

import itertools
import json
import random
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from ledger import guards, sealing
from ledger.id_ranges import IdRanges
from ledger.models import Entry, Seal
from reports.management.commands import work
from tests import makers

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def small_batches(monkeypatch):
    monkeypatch.setattr(sealing, "BATCH", 3)


@pytest.fixture
def attacker():
    """Somebody who owns the database: no rule stops them, until the test's end."""
    guards.uninstall(connection)


def entries(noon, count=7, **values):
    return [Entry.objects.create(at=noon, verb="try", noun="x.y", **values) for _each in range(count)]


def sealed(noon, count=7):
    """This will make entries, seal them in batches of three, and return the entries."""
    made = entries(noon, count)
    sealing.seal(at=noon)
    return made


def kinds(found):
    return [(broken.kind, broken.seal) for broken in found.breaks]


def test_every_entry_comes_under_one_seal_and_the_chain_holds(noon):
    made = sealed(noon)
    seals = list(Seal.objects.order_by("number"))
    assert [(one.number, one.count) for one in seals] == [(1, 3), (2, 3), (3, 1)]
    assert [one.before for one in seals] == ["", seals[0].sha256, seals[1].sha256]
    found = sealing.verify()
    assert (found.breaks, found.seals, found.entries, found.unsealed) == ([], 3, 7, 0)
    assert sealing.seals_of([entry.pk for entry in made]) == dict(
        zip([entry.pk for entry in made], [1, 1, 1, 2, 2, 2, 3], strict=True)
    )


def test_sealing_again_seals_nothing_twice(noon):
    sealed(noon)
    assert sealing.seal(at=noon) == [] and Seal.objects.count() == 3


def test_what_is_under_no_seal_yet_is_named_with_its_first_entry_and_moment(noon):
    sealed(noon)
    waiting = entries(noon + timedelta(hours=1), 2)
    found = sealing.verify()
    assert (found.breaks, found.unsealed, found.late, found.first_unsealed) == ([], 2, 0, waiting[0])


def test_a_gap_in_the_ids_is_no_break(noon):
    made = entries(noon, 2)
    with transaction.atomic():
        entries(noon, 2)
        transaction.set_rollback(True)
    last = Entry.objects.create(pk=made[-1].pk + 5, at=noon, verb="try", noun="x.y")
    (one,) = sealing.seal(at=noon)
    assert one.ranges == [[made[0].pk, made[1].pk], [last.pk, last.pk]] and sealing.verify().breaks == []


def test_a_sealer_that_is_killed_leaves_whole_seals_and_the_next_one_goes_on(noon, monkeypatch):
    entries(noon)
    save = Seal.save

    def dies(one, **options):
        save(one, **options)
        if one.number == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(Seal, "save", dies)
    with pytest.raises(KeyboardInterrupt):
        sealing.seal(at=noon)
    assert [one.number for one in Seal.objects.all()] == [1]
    monkeypatch.setattr(Seal, "save", save)
    sealing.seal(at=noon)
    found = sealing.verify()
    assert (found.breaks, found.entries, found.seals) == ([], 7, 3)


# --- what an attacker does who owns the database


def change(**values):
    return lambda made: Entry.objects.filter(pk=made[4].pk).update(**values)


def change_seal(number, **values):
    return lambda made: Seal.objects.filter(number=number).update(**values)


def take_out(made):
    Entry.objects.filter(pk=made[4].pk)._raw_delete("default")


def put_in(made):
    Entry.objects.filter(pk=made[4].pk)._raw_delete("default")
    sealing.seal(at=made[0].at)
    Entry.objects.create(pk=made[4].pk, at=made[0].at, verb="approve", noun="x.y")


def put_in_below(made):
    """Before the first entry that the house ever wrote."""
    Entry.objects.create(pk=0, at=made[0].at, verb="approve", noun="x.y")


def take_seals(*numbers):
    return lambda made: Seal.objects.filter(number__in=numbers)._raw_delete("default")


ATTACKS = {
    "another verb": (change(verb="other"), [("changed entry", 2)]),
    "another object": (change(object_id="8"), [("changed entry", 2)]),
    "a detail": (change(details={"field": "rank"}), [("changed entry", 2)]),
    "a microsecond": (
        lambda made: change(at=made[4].at + timedelta(microseconds=1))(made),
        [("changed entry", 2)],
    ),
    "another person": (lambda made: change(by=makers.author())(made), [("changed entry", 2)]),
    "an entry taken out": (take_out, [("missing entry", 2)]),
    "an entry exchanged": (put_in, [("changed entry", 2)]),
    "an entry put in": (put_in_below, [("stray entry", None)]),
    "a seal's moment": (lambda made: change_seal(2, at=made[0].at + timedelta(days=1))(made), [("changed seal", 2)]),
    "a seal's count": (change_seal(2, count=2), [("changed seal", 2), ("stray entry", None)]),
    "a seal's ranges": (change_seal(2, ranges=["all"]), [("changed seal", 2), ("stray entry", None)]),
    "a seal's hash": (change_seal(2, sha256="0" * 64), [("changed seal", 2), ("broken chain", 3)]),
    "a seal out of the middle": (take_seals(2), [("missing seal", 3), ("stray entry", None)]),
    "the first seals": (take_seals(1, 2), [("missing seal", 3), ("stray entry", None)]),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_whoever_owns_the_database_touches_no_sealed_entry_unseen(noon, attacker, attack):
    made = sealed(noon)
    deed, expected = ATTACKS[attack]
    deed(made)
    assert kinds(sealing.verify()) == expected


def forge(noon):
    """This will make the whole chain anew upon what stands there: each hash is right again."""
    Seal.objects.all()._raw_delete("default")
    sealing.seal(at=noon)


def test_a_chain_that_was_made_anew_is_told_by_a_hash_that_was_kept_elsewhere(noon, attacker):
    made = sealed(noon)
    kept = Seal.objects.get(number=2).sha256
    entries(noon)
    sealing.seal(at=noon)
    assert sealing.verify(expect=[kept]).breaks == []  # the chain has grown since
    change(verb="other")(made)
    forge(noon)
    assert sealing.verify().breaks == []  # nothing in the database itself tells it
    assert kinds(sealing.verify(expect=[kept])) == [("expected hash", None)]


def test_a_chain_that_was_cut_off_is_told_by_a_hash_that_was_kept_elsewhere(noon, attacker):
    made = sealed(noon)
    kept = Seal.objects.get(number=3).sha256
    take_seals(3)(made)
    Entry.objects.filter(pk=made[-1].pk)._raw_delete("default")
    assert kinds(sealing.verify(expect=[kept])) == [("expected hash", None)]


def test_a_seal_that_was_changed_is_not_the_one_whose_hash_was_kept(noon, attacker):
    made = sealed(noon)
    kept = Seal.objects.get(number=2).sha256
    change_seal(2, at=noon + timedelta(days=1))(made)
    assert kinds(sealing.verify(expect=[kept])) == [("changed seal", 2), ("expected hash", None)]


def test_an_entry_put_in_late_is_never_sealed_as_if_it_were_the_houses(noon, attacker):
    made = sealed(noon)
    put_in_below(made)
    assert sealing.seal(at=noon) == [] and kinds(sealing.verify()) == [("stray entry", None)]


# --- the same bytes everywhere


def test_an_entry_has_the_same_bytes_on_both_databases(noon):
    details = {"z": [1, 1.0, 1e16, 0.1, -0.0, 2.50, 1e-7], "а": 'Ңү "x" \n', "b": {"d": None, "c": True}, "id": 2**60}
    made = Entry.objects.create(at=noon.replace(microsecond=5), verb="try", noun="x.y", object_id="7", details=details)
    row = Entry.objects.values_list(*sealing.FIELDS).get(pk=made.pk)
    assert sealing.canonical((7, *row[1:])) == (
        rb'{"at":"2025-10-23T07:00:00.000005+00:00","by_id":null,"details":{"b":{"c":true,"d":null},'
        rb'"id":1152921504606846976,"z":[1,1,10000000000000000,0.1,0,2.5,0.0000001],'
        rb'"\u0430":"\u04a2\u04af \"x\" \n"},"id":7,"noun":"x.y","object_id":"7","verb":"try"}'
    )


def test_ranges_of_ids_are_a_set_of_ids():
    dice = random.Random(8)
    for _round in range(50):
        ranges, ids = IdRanges(), set()
        for _step in range(30):
            first = dice.randrange(60)
            some = set(range(first, first + dice.randrange(1, 5)))
            assert ranges.add(min(some), max(some)) == ids.isdisjoint(some)
            ids |= some if ids.isdisjoint(some) else set()
            assert [id for id in range(70) if id in ranges] == sorted(ids)
        told = list(ranges)
        assert all(one[1] + 1 < other[0] for one, other in itertools.pairwise(told))


# --- rules of the database


APPEND_ONLY = sorted(guard.table for name, guard in guards.REGISTRY.items() if name == f"{guard.table}_no_delete")


def test_the_seals_can_be_neither_changed_nor_deleted(noon):
    sealed(noon)
    for change_them in (lambda: Seal.objects.update(count=1), lambda: Seal.objects.all()._raw_delete("default")):
        with pytest.raises(DatabaseError, match="A seal of the ledger cannot be"), transaction.atomic():
            change_them()


def test_the_ledger_and_its_seals_are_append_only():
    assert {"ledger_entry", "ledger_seal", "articles_correction", "reports_reportrun"} <= set(APPEND_ONLY)


@pytest.mark.postgresql
@pytest.mark.parametrize("table", APPEND_ONLY)
def test_no_append_only_table_can_be_emptied_at_a_stroke(table):
    with pytest.raises(DatabaseError, match="cannot be deleted"), transaction.atomic():
        connection.cursor().execute(f"TRUNCATE {table} CASCADE")


@pytest.mark.postgresql
def test_no_append_only_table_is_emptied_through_one_that_it_names():
    with pytest.raises(DatabaseError, match="cannot be deleted"), transaction.atomic():
        connection.cursor().execute("TRUNCATE ledger_user CASCADE")


# --- the worker and the commands


def test_the_worker_seals_a_whole_batch_at_once_and_the_rest_after_a_while(noon):
    later = noon + sealing.WAIT
    entries(noon, 2)
    assert [one.count for one in sealing.seal_due(at=noon)] == [2]  # the first seal of all waits for nothing
    entries(noon, 2)
    assert sealing.seal_due(at=later - timedelta(seconds=1)) == []
    entries(noon, 1)
    assert [one.count for one in sealing.seal_due(at=later - timedelta(seconds=1))] == [3]
    entries(noon, 1)
    assert sealing.seal_due(at=later) == []
    assert [one.count for one in sealing.seal_due(at=later + sealing.WAIT)] == [1]
    assert sealing.seal_due(at=later + 9 * sealing.WAIT) == []
    assert sealing.seal_due in work.DUTIES


def test_the_worker_takes_no_lock_where_nothing_waits(noon, django_assert_num_queries):
    sealed(noon)
    with django_assert_num_queries(3):
        sealing.seal_due(at=noon + sealing.WAIT)


def said(command, *arguments):
    out = StringIO()
    call_command(command, *arguments, stdout=out)
    return out.getvalue()


def test_the_commands_name_the_newest_seal_and_the_unsealed_tail(noon):
    assert "no entry" in said("seal_ledger")
    entries(noon, 4)
    told = said("seal_ledger")
    newest = Seal.objects.get(number=2)
    assert "seal 1: 3 entries" in told and newest.sha256 in told
    waiting = entries(noon, 2)[0]
    told = said("verify_ledger", "--expect", newest.sha256)
    assert "4 entries under 2 seals" in told and newest.sha256 in told
    assert f"Unsealed: 2 entries, from entry {waiting.pk} of 2025-10-23T07:00:00.000000+00:00 on" in told
    told = json.loads(said("verify_ledger", "--json"))
    assert told["newest"]["sha256"] == newest.sha256 and told["breaks"] == []
    assert told["unsealed"] == {
        "entries": 2, "late": 0, "from": {"id": waiting.pk, "at": "2025-10-23T07:00:00.000000+00:00"}
    }  # fmt: skip


def test_a_break_is_named_and_ends_the_command_with_1(noon, attacker):
    made = sealed(noon)
    change(verb="other")(made)
    out = StringIO()
    with pytest.raises(CommandError) as failure:
        call_command("verify_ledger", stdout=out)
    assert failure.value.returncode == 1 and "Seal 2, of the entries" in out.getvalue()
    with pytest.raises(CommandError):
        call_command("verify_ledger", "--json", stdout=(out := StringIO()))
    assert json.loads(out.getvalue())["breaks"][0]["kind"] == "changed entry"
    with pytest.raises(CommandError):
        call_command("verify_ledger", "--expect", "0" * 64, stdout=StringIO())


# --- writers at once, upon a database of their own

RACE = """
import json, sys, threading, time
import django
django.setup()
from datetime import datetime, timezone
from django.db import connection, connections, transaction
from ledger import sealing
from ledger.models import Entry, Seal

NOON = datetime(2025, 10, 23, 7, tzinfo=timezone.utc)
sealing.BATCH = 7
def write():
    return Entry.objects.create(at=NOON, verb="try", noun="x.y")

def in_threads(*works):
    found = []
    def run(work):
        try:
            work()
        except BaseException as error:
            found.append(repr(error))
        finally:
            connection.close()
    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads: thread.start()
    for thread in threads: thread.join(60)
    assert not found, found
"""
AT_ONCE = """
def writes():
    for _each in range(40):
        with transaction.atomic():
            write()
            time.sleep(0.001)
def seals():
    for _each in range(30):
        sealing.seal(at=NOON)
in_threads(writes, writes, writes, seals, seals)
sealing.seal(at=NOON)
found = sealing.verify()
print(json.dumps([len(found.breaks), found.entries, found.unsealed, sum(Seal.objects.values_list("count", flat=True))]))
"""
LATE = """
wrote, may_commit = threading.Event(), threading.Event()
late = []
def slow():
    with transaction.atomic():
        late.append(write().pk)
        wrote.set()
        assert may_commit.wait(60)
slow_one = threading.Thread(target=lambda: (slow(), connection.close()))
slow_one.start()
assert wrote.wait(60)
def told():
    found = sealing.verify()
    newest = Seal.objects.order_by("-number").first()
    return [[broken.kind for broken in found.breaks], found.unsealed, found.late, newest.is_late, newest.ranges, newest.closed_up_to]
write()
sealing.seal(at=NOON)
steps = [told()]           # a later entry is sealed, the slow one is still open
may_commit.set()
slow_one.join(60)
steps.append(told())       # it has come, below the sealed one: late, and no break
write()
sealing.seal(at=NOON)
steps.append(told())       # it is under a late seal of its own, and the newer entry under the next
last = Entry.objects.order_by("-pk").first().pk
print(json.dumps([late[0], last, steps, list(Seal.objects.order_by("number").values_list("is_late", "ranges"))]))
"""


def race(run_python, script):
    process = run_python("-c", RACE + script)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    return json.loads(out)


def test_writers_and_two_sealers_at_once_lose_no_entry_and_seal_none_twice(migrated, run_python):
    assert race(run_python, AT_ONCE) == [0, 120, 0, 120]


@pytest.mark.postgresql
def test_an_entry_that_is_committed_after_a_later_one_was_sealed_is_neither_lost_nor_taken_for_tampering(
    migrated, run_python
):
    late, last, (open_still, has_come, at_the_end), seals = race(run_python, LATE)
    assert open_still == [[], 0, 0, False, [[late + 1, late + 1]], 0]
    assert has_come == [[], 1, 1, False, [[late + 1, late + 1]], 0]
    assert seals == [[False, [[late + 1, late + 1]]], [True, [[late, late]]], [False, [[last, last]]]]
    assert at_the_end == [[], 0, 0, False, [[last, last]], last]
