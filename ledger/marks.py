"""Marks what a change leaves to be counted again, whatever path the change takes: by triggers of both databases.

A total that a page reads is kept in a table of its own. A trigger notes within the transaction which totals a change of
the rows below them touches; the verb's own signal counts these again before the commit. Where a change sends none (a
shell, a fixture), the mark stays, and whoever reads a marked total counts it from the rows: a total is never wrong.
"""

from dataclasses import dataclass

from ledger import guards


@dataclass(frozen=True)
class Mark:
    """What to note after `event` on `table`: an INSERT whose source `{rows}` has the `columns` of the changed rows.

    An update counts where one of the columns changes; then the rows before and after it are both looked at. The
    statement locks what it marks (ON CONFLICT DO UPDATE), so that who counts meanwhile is waited for. `{month}` in it
    is turned into the number of a day's month: `{month[r.day]}`.
    """

    name: str
    table: str
    event: str
    columns: tuple
    statement: str
    vendors: tuple = ("postgresql", "sqlite")

    @property
    def trigger(self):
        return f"{guards.PREFIX}{self.name}"

    def sql(self, vendor):
        """This will return the statements that install the trigger on `vendor`."""
        return self._on_sqlite() if vendor == "sqlite" else self._on_postgres()

    def _sides(self):
        return {"INSERT": ("NEW",), "DELETE": ("OLD",), "UPDATE": ("NEW", "OLD")}[self.event]

    def _on_sqlite(self):
        when = ""
        if self.event == "UPDATE":
            when = " WHEN " + " OR ".join(f'OLD."{column}" IS NOT NEW."{column}"' for column in self.columns)
        work = ""
        for side in self._sides():
            listed = ", ".join(f'{side}."{column}" AS "{column}"' for column in self.columns)
            work += f"{self._filled('sqlite', f'(SELECT {listed})')}; "
        return [
            f'CREATE TRIGGER "{self.trigger}" AFTER {self.event} ON "{self.table}" FOR EACH ROW{when} BEGIN {work}END'
        ]

    def _on_postgres(self):
        """Once for a statement and not for each of its rows: a file of a million rows is one statement."""
        tables = {"NEW": "NEW TABLE AS new_rows", "OLD": "OLD TABLE AS old_rows"}
        referencing = " ".join(tables[side] for side in self._sides())
        work = ""
        for side in self._sides():
            rows = f"{side.lower()}_rows"
            if self.event == "UPDATE":
                changed = " OR ".join(f'o."{column}" IS DISTINCT FROM n."{column}"' for column in self.columns)
                one = "n" if side == "NEW" else "o"
                rows = f"(SELECT {one}.* FROM new_rows n JOIN old_rows o ON n.id = o.id WHERE {changed})"
            work += f"{self._filled('postgresql', rows)}; "
        return [
            f'CREATE FUNCTION "{self.trigger}"() RETURNS trigger LANGUAGE plpgsql AS $mark$ BEGIN {work}'
            "RETURN NULL; END $mark$",
            f'CREATE TRIGGER "{self.trigger}" AFTER {self.event} ON "{self.table}" REFERENCING {referencing} '
            f'FOR EACH STATEMENT EXECUTE FUNCTION "{self.trigger}"()',
        ]

    def _filled(self, vendor, rows):
        return self.statement.format(rows=rows, month=_Month(vendor), true="TRUE" if vendor == "postgresql" else "1")


class _Month:
    """The number of a day's month as SQL, for the templates of statements."""

    def __init__(self, vendor):
        self.postgres = vendor == "postgresql"

    def __getitem__(self, day):
        if self.postgres:
            return f"(extract(year FROM {day})::integer * 12 + extract(month FROM {day})::integer - 1)"
        return f"(CAST(substr({day}, 1, 4) AS integer) * 12 + CAST(substr({day}, 6, 2) AS integer) - 1)"


def number_of_month(day):
    """This will return the number by which totals know the month of a day."""
    return day.year * 12 + day.month - 1


def on_every_change(name, table, columns, statement, events=("INSERT", "UPDATE", "DELETE")):
    """This will return the marks for rows that come, change and go."""
    return [Mark(f"{name}_on_{event.lower()}", table, event, columns, statement) for event in events]
