"""The rows of a report as they pass to a file: counted, and summed up in their canonical form."""

import hashlib
from datetime import UTC, datetime
from itertools import islice

import orjson
from django.utils.translation import gettext as _
from django.utils.translation import override

from reports.declared import Query

AT_ONCE = 100  # rows. More take longer, for they no longer lie near the processor, and let readers wait


class CannotWrite(Exception):
    """The rows do not fit the format. The message names the row and the column, or says what is too much."""

    @classmethod
    def cell(cls, row, heading, reason):
        """This will return the refusal of a cell in the row of that number, the first being 1."""
        return cls(
            _("Row %(row)s, “%(column)s”: %(reason)s") % {"row": row, "column": str(heading), "reason": str(reason)}
        )


def canonical(row):
    """This will return a row as one JSON array and a line feed: it does not depend on the format of any file."""
    return orjson.dumps(row, default=str, option=orjson.OPT_APPEND_NEWLINE)


class Rows:
    """The rows that a report gives to a question, in the columns that it allows; they pass once.

    `count` and `sha256` tell of the rows that passed so far. `watch` is called before each hundred rows; what it
    raises ends them.
    """

    watch = staticmethod(lambda: None)

    def __init__(self, report, asked):
        self.asked = asked
        self.columns = report.columns_for(asked)
        with override(asked.language):
            self.source = report.rows(asked)
        self.count = 0
        self._all_columns = report.columns
        self._digest = hashlib.sha256()

    @property
    def query(self):
        """The rows as a `Query`, or None where Python makes them. Who reads it sets `count`."""
        return self.source if isinstance(self.source, Query) else None

    @property
    def sha256(self):
        return self._digest.hexdigest()

    def __iter__(self):
        tuples = iter(self._tuples())
        while True:
            self.watch()
            # Translated cells are made while a row is: what else runs in this thread keeps its own language.
            with override(self.asked.language):
                some = list(islice(tuples, AT_ONCE))
            if not some:
                return
            try:
                self._digest.update(b"".join(map(canonical, some)))
            except orjson.JSONEncodeError:
                raise self._refusal(some) from None
            self.count += len(some)
            yield from some

    def _refusal(self, some):
        """This will return the refusal of the first cell that no file can hold: half a sign, an endless number."""
        for number, row in enumerate(some, self.count + 1):
            for column, value in zip(self.columns, row, strict=True):
                try:
                    canonical([value])
                except orjson.JSONEncodeError:
                    return CannotWrite.cell(number, column.heading, _("no file can hold such a text or number."))
        raise AssertionError("Each cell can be written, but their row cannot.")

    def _tuples(self):
        if self.query:
            return self.query.values(self.columns).iterator(chunk_size=2 * AT_ONCE)
        if self.columns == self._all_columns:
            return self.source
        places = [self._all_columns.index(column) for column in self.columns]
        return (tuple(row[place] for place in places) for row in self.source)


def plain(moment: datetime):
    """This will return a moment as files write it: 2025-10-23T07:00:00Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
