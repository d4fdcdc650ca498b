"""What an import would do to the record, worked out before anything is touched.

Each row of the file ends as exactly one of added, changed, unchanged or refused. Beside that, `repaired` counts the
rows that had to be mended to be read at all, each named with what it said and what it was taken for; a file that is
read twice is repaired twice. `absent` counts what the record knows and a row of the file would say, were it there.
"""

import heapq
import itertools
import json
import secrets
from collections import Counter
from dataclasses import asdict, dataclass, field

from django.db import connection
from django.utils.translation import gettext as _

from missions.un_data.filling import insert_rows
from missions.un_data.source import BrokenRow

KINDS = ("added", "changed", "unchanged", "repaired", "refused")
BATCH = 2_000  # notes, between Python and the database
ADDITIONS_SHOWN = 20  # in words; JSON has them all
RUNS_SHOWN = 30  # of row numbers that share a reason


class Refused(Exception):
    """This row cannot be taken. The message is the reason that the plan prints."""


@dataclass(frozen=True)
class PlannedRow:
    """One row that is not plain: its number in the file, its kind, the old and the new value, and the reason."""

    number: int | None
    kind: str
    subject: str
    old: object = None
    new: object = None
    reason: str = ""


@dataclass
class Plan:
    """The plan of one import: counts, the rows that are not plain, and what `apply` will write.

    Notes lie in a temporary table and the difference to the record in another, so that a plan needs no more memory for
    a million rows than for a thousand. `close` drops them; they vanish with the connection in any case.
    """

    kind: str
    file_name: str
    sha256: str
    basis: int | None = None  # the last import run of this kind that the plan knew
    counts: Counter = field(default_factory=lambda: Counter(dict.fromkeys(KINDS, 0)))
    writes: list = field(default_factory=list)  # of nouns that are written one by one
    staging: object = None  # of nouns that are written as a set
    describe: object = None  # (records of one row) -> (subject, old, new), for the staged difference
    parents: object = None  # the missions and countries that the rows name, those to be added among them

    def __post_init__(self):
        self.table = f"notes_{secrets.token_hex(6)}"
        self._pending = []
        with connection.cursor() as cursor:
            cursor.execute(
                f"CREATE TEMPORARY TABLE {self.table} "
                f"(number integer, kind text, subject text, old text, new text, reason text)"
            )

    def note(self, number, kind, subject, *, old=None, new=None, reason=""):
        """This will count a row, and name it unless it is plain (unchanged rows are only counted)."""
        self.counts[kind] += 1
        if kind == "unchanged":
            return
        texts = (subject, json.dumps(old, default=str), json.dumps(new, default=str), reason)
        self._pending.append((number, kind, *(text.replace("\0", "\ufffd") for text in texts)))
        if len(self._pending) >= BATCH:
            self._flush()

    def note_repairs(self, number, subject, repairs):
        """This will count one repaired row and name its repairs, each (old, new, reason)."""
        self.note(
            number, "repaired", subject,
            old="; ".join(old for old, _new, _reason in repairs),
            new="; ".join(new for _old, new, _reason in repairs),
            reason="; ".join(dict.fromkeys(str(reason) for _old, _new, reason in repairs)),
        )  # fmt: skip

    def note_repeat(self, number, subject, first):
        """This will refuse a row that says what row `first` says.

        The number stands beside the subject and not in the reason, so that all such rows share a line of the text.
        """
        told = _("%(subject)s, as in row %(row)s") % {"subject": subject, "row": first}
        self.note(number, "refused", told, reason=_("The row repeats another one."))

    def drop_refused(self):
        """This will take the refused rows out of what is staged."""
        self._flush()
        self.staging.drop_refused(self.table)

    def compare(self):
        """This will let the staged rows that were not refused be compared with the record, and count the outcome."""
        self.counts["absent"] = self.staging.find_absent()  # a refused row stands in the file all the same
        self.drop_refused()
        added, changed, unchanged = self.staging.compare()
        self.counts.update(added=added, changed=changed, unchanged=unchanged)

    @property
    def is_empty(self):
        return not self.writes and (self.staging is None or self.staging.is_empty())

    def close(self):
        if self.staging:
            self.staging.close()
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE IF EXISTS {self.table}")

    def rows(self, *, adds=True):
        """This will yield the rows that are not plain as `PlannedRow`, by number; `adds=False` leaves additions out.

        The rows that are absent from the file have no number and come last.
        """
        kinds = "" if adds else " WHERE kind <> 'added'"
        notes = (
            PlannedRow(number, kind, subject, json.loads(old), json.loads(new), reason)
            for number, kind, subject, old, new, reason in self._stream(
                f"SELECT number, kind, subject, old, new, reason FROM {self.table}{kinds} ORDER BY number"
            )
        )
        yield from heapq.merge(notes, self._differences(adds), key=lambda row: row.number)
        yield from self.absent_rows()

    def absent_rows(self):
        """This will yield what the record knows and the file does not give, as `PlannedRow` without a number."""
        for record in self.staging.absent() if self.staging else ():
            subject, _old, values = self.describe([record])
            yield PlannedRow(None, "absent", subject, values, None, _("the record knows it, the file does not give it"))

    def _differences(self, adds):
        if self.staging is None:
            return
        for number, records in itertools.groupby(self.staging.changes(adds=adds), key=lambda record: record["number"]):
            records = list(records)
            subject, old, new = self.describe(records)
            yield PlannedRow(number, "changed" if old else "added", subject, old or None, new)

    def new_parents(self):
        """This will return the acronyms and codes of the missions and countries that the plan adds on the way."""
        return [made.name for made in self.parents.needed()] if self.parents else []

    def summary(self):
        """This will return the plan's head as JSON values: what file it is of, and a count for each kind."""
        return {
            "kind": self.kind, "file": self.file_name, "sha256": self.sha256,
            **{kind: int(self.counts[kind]) for kind in KINDS}, "absent": int(self.counts["absent"]),
            "new": self.new_parents(),
        }  # fmt: skip

    def as_json(self, *, limit=None, adds=True):
        """This will return the summary and the rows that are not plain; past `limit` rows, only how many are left."""
        rows = self.rows(adds=adds)
        kept = [asdict(row) for row in itertools.islice(rows, limit)]
        left_out = sum(1 for _row in rows)
        return {**self.summary(), "rows": kept, **({"left_out": left_out} if left_out else {})}

    def as_text(self):
        """This will yield the plan's lines for a person.

        Every change is named with its old and new value. Refusals and repairs that share a reason share a line that
        numbers their first rows; of the additions the first few stand for the rest. `as_json` names every row.
        """
        yield "  ".join(f"{kind} {self.counts[kind]}" for kind in KINDS)
        if new := self.new_parents():
            yield f"added on the way: {', '.join(new)}"
        for row in self.rows(adds=False):
            if row.kind == "changed":
                yield _line(row)
        added = (row for row in self.rows() if row.kind == "added") if self.counts["added"] else iter(())
        for row in itertools.islice(added, ADDITIONS_SHOWN):
            yield _line(row)
        if self.counts["added"] > ADDITIONS_SHOWN:
            yield f"added     {self.counts['added'] - ADDITIONS_SHOWN} rows more"
        for row in itertools.islice(self.absent_rows(), ADDITIONS_SHOWN):
            yield _line(row)
        if self.counts["absent"] > ADDITIONS_SHOWN:
            yield f"absent    {self.counts['absent'] - ADDITIONS_SHOWN} rows more"
        for row, count, numbers, is_cut in self.by_reason():
            if count == 1:
                yield _line(row)
            else:
                rest = ", … --json names every one" if is_cut else ""
                yield f"{row.kind:9} {count} rows: {row.reason} (rows {numbers}{rest})"

    def by_reason(self):
        """This will yield the repairs and then the refusals, those that share a reason as one.

        Each is (the first of them as `PlannedRow`, how many they are, their first numbers as text, whether it is cut).
        """
        notes = self._stream(
            f"SELECT kind, reason, number, subject, old, new, COUNT(*) OVER (PARTITION BY kind, reason), "
            f"MIN(number) OVER (PARTITION BY kind, reason) AS first FROM {self.table} "
            f"WHERE kind IN ('refused', 'repaired') ORDER BY kind DESC, first, reason, number"
        )
        for (kind, reason), shared in itertools.groupby(notes, key=lambda note: note[:2]):
            same = iter(shared)
            _kind, _reason, number, subject, old, new, count, _first = next(same)
            runs = ranges(itertools.chain([number], (note[2] for note in same)))
            numbers = ", ".join(itertools.islice(runs, RUNS_SHOWN))
            row = PlannedRow(number, kind, subject, json.loads(old), json.loads(new), reason)
            yield row, count, numbers, next(runs, None) is not None

    def _flush(self):
        if not self._pending:
            return
        insert_rows(self.table, 6, self._pending, ("subject", "reason"))
        self._pending.clear()

    def _stream(self, sql):
        self._flush()
        with connection.chunked_cursor() as cursor:
            cursor.execute(sql)
            while batch := cursor.fetchmany(BATCH):
                yield from batch


def _line(row):
    """This will return a row in words: its number, what it is about, the old and the new value, the reason."""
    change = "".join((f" {readable(row.old)} →" if row.old else "", f" {readable(row.new)}" if row.new else ""))
    place = "" if row.number is None else f"row {row.number}: "
    return f"{row.kind:9} {place}{row.subject}{change}{f' ({row.reason})' if row.reason else ''}"


def ranges(numbers):
    """This will yield ascending `numbers` as texts, runs of neighbours joined: 1-3, 7."""
    start = previous = None
    for number in itertools.chain(numbers, [None]):
        if None not in (previous, number) and number == previous + 1:
            previous = number
            continue
        if previous is not None:
            yield str(start) if start == previous else f"{start}-{previous}"
        start = previous = number


def readable(value):
    """This will return an old or new value as a person reads it."""
    if isinstance(value, dict):
        return ", ".join(f"{name} {readable(part)}" for name, part in value.items())
    if isinstance(value, list):
        return f"[{', '.join(map(readable, value))}]"
    return "-" if value is None else str(value)


def whole_row(cells):
    """This will refuse a row whose cells could not be told apart."""
    if not cells and isinstance(cells, BrokenRow):
        raise Refused(str(cells.reason))
    return cells
