"""Seals the ledger: entries that are committed are put under a chain of hashes, in batches, by one sealer at a time.

Verbs write their entries unchained, since a chain within their transactions would let one writer wait for another. So
an id may be committed after a higher one was sealed: such an entry comes under a late seal of its own. Why that loses
nothing, and what the chain can and cannot prove: docs/decisions/0023-the-sealed-ledger.md.
"""

import hashlib
import json
import logging
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from itertools import islice

from django.db import connection, transaction
from django.db.models import Max, OuterRef, Q, Subquery

from ledger.id_ranges import IdRanges
from ledger.models import Entry, Seal
from ledger.models.seal import moment_in_utc

log = logging.getLogger(__name__)
BATCH = 1_000  # entries under one seal
WAIT = timedelta(minutes=10)  # for which the worker lets a smaller batch grow
AT_ONCE = 20  # seals that the worker makes before it looks after its other work
FIELDS = ("id", "at", "by_id", "verb", "noun", "object_id", "details")


def seal(*, at, most=None):
    """This will seal every committed entry that is under no seal yet, up to `most` batches, and return the new seals.

    Each batch is a transaction: a sealer that is killed leaves whole seals behind, and the next one goes on.
    """
    made = []
    while (most is None or len(made) < most) and (one := _seal_batch(at)):
        made.append(one)
        log.info("Seal %s, of the entries %s to %s: %s", one.number, one.first, one.last, one.sha256)
    return made


def seal_due(*, at):
    """This will seal what waits once there is a whole batch of it, or the last seal is `WAIT` old."""
    newest = Seal.objects.order_by("-number").first()
    if newest:
        waiting = Entry.objects.filter(pk__gt=newest.closed_up_to)
        is_full = Entry.objects.filter(pk__gt=newest.last).order_by("pk")[BATCH - 1 : BATCH].exists()
        if not is_full and (newest.at > at - WAIT or not waiting.exists()):
            return []
    return seal(at=at, most=AT_ONCE)


@transaction.atomic
def _seal_batch(at):
    """This will seal the lowest unsealed entries, and return the seal, or None where nothing is unsealed."""
    _wait_for_other_sealers()
    newest = Seal.objects.order_by("-number").first()
    closed = newest.closed_up_to if newest else 0
    # In this order: whoever holds an id below the highest one and has not ended is still writing when asked.
    highest = Entry.objects.aggregate(highest=Max("pk"))["highest"] or 0
    is_quiet = not _somebody_writes()
    sealed_up_to = Seal.objects.aggregate(last=Max("last"))["last"] or 0
    rows = _unsealed(closed, highest)
    if not rows:
        return None
    has_all = len(rows) < BATCH
    late = [row for row in rows if row[0] < sealed_up_to]
    if late and len(late) < len(rows):
        rows, has_all = late, False
    ids = IdRanges((row[0], row[0]) for row in rows)
    made = Seal(
        number=newest.number + 1 if newest else 1, at=at, first=rows[0][0], last=rows[-1][0], count=len(rows),
        ranges=[list(pair) for pair in ids], is_late=bool(late), entries_sha256=checksum(rows),
        before=newest.sha256 if newest else "",
        closed_up_to=(highest if has_all else max(closed, rows[-1][0])) if is_quiet else closed,
    )  # fmt: skip
    made.sha256 = made.hashed()
    made.save(force_insert=True)
    return made


def _unsealed(closed, highest):
    """This will return the rows of the lowest entries above `closed` that no seal covers: a batch at most."""
    seals = Seal.objects.filter(last__gt=closed).order_by("number")
    covered = IdRanges(pair for ranges in seals.values_list("ranges", flat=True) for pair in ranges)
    rows = Entry.objects.filter(pk__gt=closed, pk__lte=highest).order_by("pk").values_list(*FIELDS)
    with closing(rows.iterator(chunk_size=BATCH)) as passing:
        return list(islice((row for row in passing if row[0] not in covered), BATCH))


def _wait_for_other_sealers():
    """This will let one sealer write at a time. SQLite has one writer in any case."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {Seal._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")


def _somebody_writes():
    """This will say whether another transaction is open that has written an entry, or is about to.

    Such a transaction took the table's lock before it took an id, and holds it to its end.
    """
    if connection.vendor != "postgresql":
        return False  # who seals holds SQLite's one write lock
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'relation' AND relation = %s::regclass "
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) "
            "AND mode = 'RowExclusiveLock' AND pid IS DISTINCT FROM pg_backend_pid())",
            [Entry._meta.db_table],
        )
        return cursor.fetchone()[0]


def checksum(rows):
    """This will return the SHA-256 of entries, rows of `FIELDS` in the order of their ids."""
    digest = hashlib.sha256()
    for row in rows:
        digest.update(canonical(row) + b"\n")
    return digest.hexdigest()


def canonical(row):
    """This will return the bytes of an entry: the same on both databases, and after a copy from one into the other."""
    said = dict(zip(FIELDS, row, strict=True))
    return _written({**said, "at": moment_in_utc(said["at"])}).encode()


def _written(value):
    """This will return a JSON value as text: keys sorted, and a number by what it is worth.

    PostgreSQL keeps 1e16 as 10000000000000000, SQLite as it was written.
    """
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(key)}:{_written(value[key])}" for key in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_written, value)) + "]"
    if isinstance(value, float):
        number = format(Decimal(repr(value)), "f")
        number = number.rstrip("0").rstrip(".") if "." in number else number
        return "0" if number == "-0" else number
    return json.dumps(value)


def seals_of(ids):
    """This will return {entry id: number of its seal} for those of the ids that are under one."""
    if not ids:
        return {}
    in_order = Seal.objects.filter(is_late=False, last__gte=OuterRef("pk")).order_by("last").values("number")[:1]
    numbers = Entry.objects.filter(pk__in=ids).annotate(number=Subquery(in_order)).values_list("number", flat=True)
    late = Q(is_late=True, last__gte=min(ids), first__lte=max(ids))
    seals = Seal.objects.filter(late | Q(number__in={number for number in numbers if number}))
    return {id: one.number for one in seals for id in ids if one.covers(id)}


@dataclass(frozen=True)
class Break:
    """One thing that does not fit: what kind, in a sentence, and at which seal, where it is at one."""

    kind: str
    sentence: str
    seal: int | None = None


@dataclass
class Verdict:
    """What `verify` found. Of the entries that are under no seal: how many, the first of them, and those that are late.

    `late` are those that wait below a sealed entry: their transactions ended after later ones.
    """

    newest: Seal | None = None
    seals: int = 0
    entries: int = 0
    breaks: list[Break] = field(default_factory=list)
    unsealed: int = 0
    first_unsealed: Entry | None = None
    late: int = 0


def verify(*, expect=()):
    """This will compare every seal with its entries and with the seal before it, and return the `Verdict`.

    `expect` are hashes of seals that were kept elsewhere: each must be in the chain. It writes nothing, and its memory
    grows with the gaps between ids and not with their number.
    """
    found, covered, expected, before = Verdict(), IdRanges(), set(expect), None
    for one in Seal.objects.order_by("number").iterator(chunk_size=BATCH):
        _follow(one, before, found)
        if one.sha256 != one.hashed() or not one.is_well_formed():
            found.breaks.append(Break("changed seal", f"Seal {one.number} was changed.", one.number))
        else:
            expected.discard(one.sha256)
        if one.is_well_formed():
            _compare(one, covered, found)
        before = found.newest = one
        found.seals += 1
    for lost in sorted(expected):
        found.breaks.append(Break("expected hash", f"No seal of the chain has the hash {lost}."))
    _look_for_unsealed(covered, found)
    return found


def _follow(one, before, found):
    """This will note where a seal does not follow the one before it."""
    number, hash = (before.number, before.sha256) if before else (0, "")
    if one.number != number + 1:
        missing = IdRanges([(number + 1, one.number - 1)])
        found.breaks.append(Break("missing seal", f"Before seal {one.number} are missing: {missing}.", one.number))
    elif one.before != hash:
        sentence = f"Seal {one.number} does not name the hash of the seal before it."
        found.breaks.append(Break("broken chain", sentence, one.number))


def _compare(one, covered, found):
    """This will note where the entries of a seal are not those that were sealed."""
    twice, missing, digest = IdRanges(), IdRanges(), hashlib.sha256()
    for pair in one.ranges:
        if not covered.add(*pair):
            twice.add(*pair)
    ids = (id for first, last in one.ranges for id in range(first, last + 1))
    while some := list(islice(ids, BATCH)):
        rows = Entry.objects.filter(pk__in=some).order_by("pk").values_list(*FIELDS)
        there = {row[0]: row for row in rows}
        found.entries += len(there)
        for id in some:
            if id in there:
                digest.update(canonical(there[id]) + b"\n")
            else:
                missing.add(id, id)
    said = f"Seal {one.number}, of the entries {one.first} to {one.last}"
    if missing:
        found.breaks.append(Break("missing entry", f"{said}: missing are {missing}.", one.number))
    elif digest.hexdigest() != one.entries_sha256:
        found.breaks.append(Break("changed entry", f"{said}: one of them was changed.", one.number))
    if twice:
        found.breaks.append(Break("sealed twice", f"{said}: {twice} are under an earlier seal too.", one.number))


def _look_for_unsealed(covered, found):
    """This will count the entries that no seal covers, and note those that the house cannot have written."""
    strays, first = IdRanges(), None
    closed, last = (found.newest.closed_up_to, max(last for _first, last in covered)) if covered else (0, 0)
    for pk in Entry.objects.order_by("pk").values_list("pk", flat=True).iterator(chunk_size=10 * BATCH):
        if pk in covered:
            continue
        if pk <= closed:
            strays.add(pk, pk)
            continue
        first = first or pk
        found.unsealed += 1
        found.late += pk < last
    if strays:
        told = "written past the house, or their seal is gone"
        found.breaks.append(Break("stray entry", f"Under no seal, where no entry comes any more: {strays}: {told}."))
    found.first_unsealed = Entry.objects.filter(pk=first).first()
