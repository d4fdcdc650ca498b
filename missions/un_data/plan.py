"""What an import would do to the record, worked out before anything is touched.

Each row of the file ends as exactly one of added, changed, unchanged or refused. Beside that, `repaired` counts the
rows that had to be mended to be read at all, each named with what it said and what it was taken for; a file that is
read twice is repaired twice.
"""

from collections import Counter
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

KINDS = ("added", "changed", "unchanged", "repaired", "refused")


class Refused(Exception):
    """This row cannot be taken. The message is the reason that the plan prints."""


@dataclass(frozen=True)
class PlannedRow:
    """One row that is not plain: its number in the file, its kind, the old and the new value, and the reason."""

    number: int
    kind: str
    subject: str
    old: object = None
    new: object = None
    reason: str = ""


@dataclass
class Plan:
    """The plan of one import. `writes` is what `apply` will do, in the terms of the file's own kind."""

    kind: str
    file_name: str
    sha256: str
    counts: Counter = field(default_factory=lambda: Counter(dict.fromkeys(KINDS, 0)))
    rows: list = field(default_factory=list)
    writes: list = field(default_factory=list)
    new_missions: dict = field(default_factory=dict)

    def note(self, number, kind, subject, *, old=None, new=None, reason=""):
        """This will count a row, and name it unless it is plain (unchanged rows are only counted)."""
        self.counts[kind] += 1
        if kind != "unchanged":
            self.rows.append(PlannedRow(number, kind, subject, old, new, reason))

    def note_repairs(self, number, subject, repairs):
        """This will count one repaired row and name its repairs, each (old, new, reason)."""
        self.note(
            number, "repaired", subject,
            old="; ".join(old for old, _new, _reason in repairs),
            new="; ".join(new for _old, new, _reason in repairs),
            reason="; ".join(dict.fromkeys(reason for _old, _new, reason in repairs)),
        )  # fmt: skip

    @property
    def is_empty(self):
        return not self.writes

    def as_json(self):
        """This will return the plan as JSON values: a count for each kind, and the rows that are not plain."""
        return {
            "kind": self.kind,
            "file": self.file_name,
            "sha256": self.sha256,
            **{kind: self.counts[kind] for kind in KINDS},
            "rows": [
                {
                    "number": row.number, "kind": row.kind, "subject": row.subject,
                    "old": row.old, "new": row.new, "reason": row.reason,
                }
                for row in self.rows
            ],
        }  # fmt: skip

    def as_text(self):
        """This will yield the plan's lines for a person; rows with one reason share a line that numbers them all."""
        yield "  ".join(f"{kind} {self.counts[kind]}" for kind in KINDS)
        shared = {}
        for row in self.rows:
            # Additions and changes differ row by row; refusals and repairs come in long runs of one reason.
            group = row.reason if row.kind in ("refused", "repaired") else row.number
            shared.setdefault((row.kind, group), []).append(row)
        for (kind, _group), rows in shared.items():
            first = rows[0]
            if len(rows) > 1:
                numbers = ", ".join(ranges([row.number for row in rows]))
                yield f"{kind:9} {len(rows)} rows: {first.reason} (rows {numbers})"
                continue
            change = "".join(
                (f" {_readable(first.old)} →" if first.old else "", f" {_readable(first.new)}" if first.new else "")
            )
            yield f"{kind:9} row {first.number}: {first.subject}{change}{f' ({first.reason})' if first.reason else ''}"


def ranges(numbers):
    """This will yield ascending `numbers` as texts, runs of neighbours joined: 1-3, 7."""
    start = previous = None
    for number in [*sorted(numbers), None]:
        if None not in (previous, number) and number == previous + 1:
            previous = number
            continue
        if previous is not None:
            yield str(start) if start == previous else f"{start}-{previous}"
        start = previous = number


def _readable(value):
    if isinstance(value, dict):
        return ", ".join(f"{name} {'-' if part is None else part}" for name, part in value.items())
    return "-" if value is None else str(value)


def whole_row(cells):
    """This will refuse a row that has fewer cells than the heading."""
    if cells is None:
        raise Refused(_("The row has fewer cells than the heading."))
    return cells
