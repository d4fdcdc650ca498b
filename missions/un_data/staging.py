"""Compares a whole file with the record inside the database, and writes the difference.

The rows of the file fill a temporary table; one SQL difference with what the record knows now is the plan; applying it
closes the rows that are corrected and inserts the new ones. Both databases run the same SQL. Nothing but temporary
tables is written before `write`, and no row becomes a Python object on the way, so a million rows need no more memory
than a thousand.

A row of the file may hold several records of the noun, one for each group: the monthly figures hold one for each
personnel type. Such cells repeat a great deal, so each combination of them lies once in a table of its own, and the
rows name it.
"""

import itertools
import secrets
from collections import deque
from contextlib import contextmanager
from operator import itemgetter

from django.db import connection

from missions.un_data.filling import BATCH, insert_rows


class Stale(Exception):
    """The record changed between the plan and its writing."""


class Staging:
    """The temporary tables of one plan: the rows of a file, and after `compare` their difference to the record.

    `keys` and `values` name columns of the vintage `model`; `constants` are columns with one value for the whole file.
    `groups` are values of the column `group_by`, each with `values` of its own in every row of the file: `cells` takes
    them in and returns the number by which the row names them.
    A record is worth adding where the column `nonzero` is not nought, if that is given. `within` is a key of which the
    record is read no further than from the file's smallest to its largest. `scope` names columns: of what these name in
    the file, the file is taken to be whole.
    """

    def __init__(
        self, model, *, keys, values, constants=None, group_by=None, groups=(None,), nonzero=None, within=None,
        scope=(),
    ):  # fmt: skip
        self.model, self.keys, self.values = model, keys, values
        self.constants, self.group_by, self.groups, self.nonzero = constants or {}, group_by, groups, nonzero
        self.within, self.scope = within, scope
        self.record_keys = [*keys, *([group_by] if group_by else [])]
        self.is_postgres = connection.vendor == "postgresql"
        self.table = f"staging_{secrets.token_hex(6)}"
        self.cells_table = f"{self.table}_cells"
        self.difference = f"{self.table}_difference"
        self.missing = f"{self.table}_missing"
        self.cells_count, self._waiting = 0, []
        columns = [f"{name} {self._type(name)}" for name in keys]
        values_in_file = [f"{self._in_file(name, group)} {self._type(name)}" for group in groups for name in values]
        tables = {self.table: ["number integer", *columns, *values_in_file]}
        if group_by:
            tables = {
                self.table: ["number integer", *columns, "cells integer"],
                self.cells_table: ["cells integer", *values_in_file],
            }
        self.widths = {table: len(columns) for table, columns in tables.items()}
        names = [*keys, *values]
        self.texts = [name for name in names if group_by is None and self._type(name).startswith(("varchar", "text"))]
        with connection.cursor() as cursor:
            if self.is_postgres:  # each statement is long once, and compiling it would take longer than it saves
                cursor.execute("SET jit = off")
            for table, columns in tables.items():
                cursor.execute(f"CREATE TEMPORARY TABLE {table} ({', '.join(columns)})")

    def _type(self, name):
        return self.model._meta.get_field(name).db_type(connection)

    @staticmethod
    def _in_file(name, group):
        return name if group is None else f"{group}_{name}"

    def cells(self, values):
        """This will take in the values of each group in turn, and return the number of this combination."""
        self.cells_count += 1
        self._waiting.append((self.cells_count, *values))
        if len(self._waiting) >= BATCH:
            self._flush()
        return self.cells_count

    def _flush(self):
        insert_rows(self.cells_table, self.widths[self.cells_table], self._waiting)
        self._waiting.clear()

    def fill(self, rows):
        """This will take in the rows of the file, each (row number, keys, its values or its cells' number)."""
        insert_rows(self.table, self.widths[self.table], rows, self.texts)
        if self.group_by:
            self._flush()
        with connection.cursor() as cursor:
            for table in self.widths:
                cursor.execute(f"ANALYZE {table}")

    def repeats(self):
        """This will yield the staged rows that share their key with another: all but one of rows that agree, and all
        of rows that do not. A missing value agrees with any; the row that gives the most values is the one kept.

        Each is (number of the row that is kept, row number, whether all rows of the key agree, *keys), in ascending
        order of the first row of that key.
        """
        keys = ", ".join(self.keys)
        values = [self._in_file(name, group) for group in self.groups for name in self.values]
        agree = " AND ".join(f"COALESCE(MIN({name}) OVER same = MAX({name}) OVER same, TRUE)" for name in values)
        given = " + ".join(f"CASE WHEN {name} IS NULL THEN 0 ELSE 1 END" for name in values)
        cells = f" JOIN {self.cells_table} v ON v.cells = s.cells" if self.group_by else ""
        yield from self._stream(
            f"SELECT kept, number, CASE WHEN agree THEN 1 ELSE 0 END, {keys} FROM ("
            f"SELECT s.*, d.first, {agree} AS agree, "
            f"FIRST_VALUE(number) OVER (PARTITION BY d.first ORDER BY {given} DESC, number) AS kept "
            f"FROM {self.table} s JOIN ("
            f"SELECT {keys}, MIN(number) AS first FROM {self.table} GROUP BY {keys} HAVING COUNT(*) > 1"
            f") d ON {_and('d', 's', self.keys)}{cells} WINDOW same AS (PARTITION BY d.first)) AS found "
            f"WHERE number <> kept OR NOT agree ORDER BY first, number"
        )

    def copies(self, by):
        """This will yield (row number, number of the first row that says all the same, `by`) of each later such row."""
        yield from self._stream(
            f"SELECT number, first, {by} FROM (SELECT number, {by}, MIN(number) OVER ("
            f"PARTITION BY {by}, {', '.join(self.values)}) AS first FROM {self.table}) AS found "
            f"WHERE number <> first ORDER BY number"
        )

    def drop_refused(self, notes):
        """This will take out the rows that the table `notes` refuses."""
        with connection.cursor() as cursor:
            cursor.execute(
                f"DELETE FROM {self.table} WHERE number IN (SELECT number FROM {notes} WHERE kind = 'refused')"
            )

    def number_repeats(self, column, by, alike, order):
        """This will number in `column` the rows that share `by`, in the file or in the record.

        A row keeps the number of a known row that says the same in each of the columns of `alike`: lists of columns,
        the strictest first. The others take the numbers left over, 1, 2, ..., by `order({column: value})`.
        """
        table, names = self.model._meta.db_table, ", ".join(self.values)
        shared = (
            f"SELECT {by} FROM {self.table} GROUP BY {by} HAVING COUNT(*) > 1 UNION "
            f"SELECT {by} FROM {table} k WHERE {' AND '.join(self._known())} AND k.{column} > 1"
        )
        known = {}
        for key, place, *values in self._stream(
            f"SELECT {by}, {column}, {names} FROM {table} k WHERE {' AND '.join(self._known())} AND {by} IN ({shared}) "
            f"ORDER BY {column}"
        ):
            known.setdefault(key, []).append((place, dict(zip(self.values, values, strict=True))))
        staged = self._stream(
            f"SELECT {by}, number, {names} FROM {self.table} WHERE {by} IN ({shared}) ORDER BY {by}, number"
        )
        numbered = []  # of few rows: not many share their id
        for key, found in itertools.groupby(staged, key=itemgetter(0)):
            rows = [(number, dict(zip(self.values, values, strict=True))) for _key, number, *values in found]
            rows.sort(key=lambda row: order(row[1]))
            numbered += _numbers(rows, known.get(key, ()), alike)
        numbers = f"{self.table}_numbers"
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE TEMPORARY TABLE {numbers} (number integer, place integer)")
            insert_rows(numbers, 2, numbered)
            cursor.execute(
                f"UPDATE {self.table} SET {column} = n.place FROM {numbers} n WHERE n.number = {self.table}.number"
            )
            cursor.execute(f"DROP TABLE {numbers}")

    def select(self, columns, condition):
        """This will yield the named columns of the staged rows that meet an SQL condition, by row number."""
        yield from self._stream(f"SELECT {', '.join(columns)} FROM {self.table} WHERE {condition} ORDER BY number")

    def _known(self):
        """This will return the SQL conditions on the record's rows that a file of this kind speaks of."""
        return ["k.known_until IS NULL", *(f"k.{name} = '{value}'" for name, value in self.constants.items())]

    @contextmanager
    def _hashing(self):
        """This will yield a cursor whose joins are hashes: a file and the record fit, whatever the planner expects."""
        with connection.cursor() as cursor:
            if self.is_postgres:
                cursor.execute("SET enable_mergejoin = off; SET enable_nestloop = off; SET work_mem = '128MB'")
            yield cursor
            if self.is_postgres:
                cursor.execute("RESET enable_mergejoin; RESET enable_nestloop; RESET work_mem")

    def find_absent(self):
        """This will count the rows that the record knows within the file's scope and that the file does not name."""
        scope = ", ".join(self.scope)
        columns = [*self.record_keys, *self.values]
        with self._hashing() as cursor:
            cursor.execute(
                f"CREATE TEMPORARY TABLE {self.missing} AS SELECT {', '.join(f'k.{name}' for name in columns)} "
                f"FROM {self.model._meta.db_table} k LEFT JOIN {self.table} s ON {_and('k', 's', self.keys)} "
                f"WHERE s.number IS NULL AND {' AND '.join(self._known())} "
                f"AND ({', '.join(f'k.{name}' for name in self.scope)}) IN (SELECT DISTINCT {scope} FROM {self.table})"
            )
            cursor.execute(f"SELECT COUNT(*) FROM {self.missing}")
            return cursor.fetchone()[0]

    def absent(self):
        """This will yield {column: value} of each row that `find_absent` found, by its keys."""
        names = [*self.record_keys, *self.values]
        sql = f"SELECT {', '.join(names)} FROM {self.missing} ORDER BY {', '.join(reversed(self.keys))}"
        for row in self._stream(sql):
            yield {**dict(zip(names, row, strict=True)), "old_id": None}

    def compare(self):
        """This will work out the difference and return (rows that add, rows that change, rows with neither)."""
        differs = "IS DISTINCT FROM" if self.is_postgres else "IS NOT"
        keys = self.record_keys
        # A nought says something only of what is known to be more.
        known_before = self.model.objects.known().filter(**self.constants).exists()
        staged = self._records(noughts=known_before)
        known = self._known()
        # Where a figure is told in parts, a part that is missing says nothing while the figure stays.
        changed = " OR ".join(
            f"(s.{name} IS NOT NULL AND k.{name} {differs} s.{name})" if self.nonzero not in (None, name) else
            f"k.{name} {differs} s.{name}"
            for name in self.values
        )  # fmt: skip
        worth = f"s.{self.nonzero} <> 0" if self.nonzero else "TRUE"
        selected = ["s.number", *(f"s.{name}" for name in [*keys, *self.values]), "k.id AS old_id"]
        selected += [f"k.{name} AS old_{name}" for name in self.values]
        table = self.model._meta.db_table
        with self._hashing() as cursor:
            if self.within:
                cursor.execute(f"SELECT MIN({self.within}), MAX({self.within}) FROM {self.table}")
                known += [
                    f"k.{self.within} {than} '{edge}'"
                    for than, edge in zip((">=", "<="), cursor.fetchone(), strict=True) if edge
                ]  # fmt: skip
            cursor.execute(
                f"CREATE TEMPORARY TABLE {self.difference} AS SELECT {', '.join(selected)} FROM ({staged}) AS s "
                f"LEFT JOIN {table} k ON {_and('k', 's', keys)} AND {' AND '.join(known)} "
                f"WHERE (k.id IS NULL AND {worth}) OR (k.id IS NOT NULL AND ({changed}))"
            )
            cursor.execute(f"ANALYZE {self.difference}")
            cursor.execute(
                f"SELECT COUNT(DISTINCT number), COUNT(DISTINCT CASE WHEN old_id IS NOT NULL THEN number END) "
                f"FROM {self.difference}"
            )
            written, changes = cursor.fetchone()
            cursor.execute(f"SELECT COUNT(*) FROM {self.table}")
            (staged,) = cursor.fetchone()
        return written - changes, changes, staged - written

    def _records(self, *, noughts):
        """This will return the SQL of the file's records as (number, keys, group, values)."""
        keys = ", ".join(f"r.{name}" for name in self.keys)
        worth = f" WHERE {{}} {'IS NOT NULL' if noughts else '<> 0'}" if self.nonzero else ""
        if not self.group_by:
            return f"SELECT r.number, {keys}, {', '.join(self.values)} FROM {self.table} r{worth.format(self.nonzero)}"
        cells = " UNION ALL ".join(
            f"SELECT cells, CAST('{group}' AS varchar(60)) AS {self.group_by}, "
            + ", ".join(f"{self._in_file(name, group)} AS {name}" for name in self.values)
            + f" FROM {self.cells_table}{worth.format(self._in_file(self.nonzero, group))}"
            for group in self.groups
        )
        columns = ", ".join(f"v.{name}" for name in [self.group_by, *self.values])
        return f"SELECT r.number, {keys}, {columns} FROM {self.table} r JOIN ({cells}) AS v ON v.cells = r.cells"

    def changes(self, *, adds=True):
        """This will yield {column: value} of each record to be written, by row number; `old_id` is None if new."""
        names = ["number", *self.record_keys, *self.values, "old_id"]
        names += [f"old_{name}" for name in self.values]
        condition = "TRUE" if adds else "old_id IS NOT NULL"
        sql = f"SELECT {', '.join(names)} FROM {self.difference} WHERE {condition} ORDER BY number"
        for row in self._stream(sql):
            yield dict(zip(names, row, strict=True))

    def is_empty(self):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT 1 FROM {self.difference} LIMIT 1")
            return cursor.fetchone() is None

    def stand_ins(self, columns):
        """This will return the negative ids that stand in `columns` of the difference for parents yet to be made."""
        sql = " UNION ".join(f"SELECT {name} FROM {self.difference} WHERE {name} < 0" for name in sorted(columns))
        return {number for (number,) in self._stream(sql)}

    def resolve(self, column, stand_in, real):
        """This will put the id of a parent that was just made in the place of its stand-in."""
        with connection.cursor() as cursor:
            cursor.execute(f"UPDATE {self.difference} SET {column} = %s WHERE {column} = %s", [real, stand_in])

    def write(self, run, at):
        """This will close the corrected rows at the moment `at` and insert the new ones, and return how many.

        Raises `Stale` where a row that the plan corrects is no longer the one that the record knows.
        """
        table = self.model._meta.db_table
        keys = self.record_keys
        columns = [*keys, *self.values, *self.constants, "run_id", "known_from"]
        at = connection.ops.adapt_datetimefield_value(at)
        given = [*self.constants.values(), run.pk, at]
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE {table} SET known_until = %s WHERE known_until IS NULL AND id IN "
                f"(SELECT old_id FROM {self.difference} WHERE old_id IS NOT NULL)",
                [at],
            )
            closed = cursor.rowcount
            cursor.execute(f"SELECT COUNT(old_id), COUNT(*) FROM {self.difference}")
            corrected, written = cursor.fetchone()
            if closed != corrected:
                raise Stale
            with self._indexes_made_afterwards(cursor) as afterwards:
                # Otherwise in the order of the unique index, which is then filled from left to right.
                order = "" if afterwards else f" ORDER BY {', '.join(keys)}"
                cursor.execute(
                    f"INSERT INTO {table} ({', '.join(columns)}) "
                    f"SELECT {', '.join([*keys, *self.values])}{', %s' * len(given)} FROM {self.difference}{order}",
                    given,
                )
            if self.is_postgres and written > BATCH:
                # The next question and the next plan need not wait for the database to notice. Whose role owns nothing
                # is warned and goes on.
                cursor.execute(f"ANALYZE {table}")
        return written

    @contextmanager
    def _indexes_made_afterwards(self, cursor):
        """This will take the indexes off an empty table for the block, and yield whether it did.

        Only where the table is ours to change: a site's own database role may own nothing.
        """
        table = self.model._meta.db_table
        definitions = []
        if self.is_postgres and not self.model.objects.exists():
            cursor.execute(
                "SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i "
                "JOIN pg_class c ON c.oid = i.indrelid WHERE c.oid = %s::regclass "
                "AND NOT i.indisprimary AND pg_has_role(c.relowner, 'USAGE')",
                [table],
            )
            definitions = cursor.fetchall()
        if definitions:
            cursor.execute("SET LOCAL maintenance_work_mem = '256MB'")
        for name, _definition in definitions:
            cursor.execute(f"DROP INDEX {name}")
        yield bool(definitions)
        for _name, definition in definitions:
            cursor.execute(definition)

    def close(self):
        """This will drop the temporary tables."""
        with connection.cursor() as cursor:
            for table in (*self.widths, self.missing, self.difference):
                cursor.execute(f"DROP TABLE IF EXISTS {table}")
            if self.is_postgres:
                cursor.execute("RESET jit")

    @staticmethod
    def _stream(sql):
        with connection.chunked_cursor() as cursor:
            cursor.execute(sql)
            while batch := cursor.fetchmany(BATCH):
                yield from batch


def _numbers(rows, known, alike):
    """This will return (row number, place) of each of the rows that share an id; `known` are (place, values)."""
    places, left = {}, dict(known)
    for names in alike:
        waiting = {}
        for place, values in left.items():
            waiting.setdefault(tuple(values[name] for name in names), deque()).append(place)
        for number, values in rows:
            if number not in places and (same := waiting.get(tuple(values[name] for name in names))):
                places[number] = same.popleft()
                del left[places[number]]
    taken = set(places.values())
    free = (place for place in itertools.count(1) if place not in taken)
    return [(number, places.get(number) or next(free)) for number, _values in rows]


def _and(one, other, names):
    return " AND ".join(f"{one}.{name} = {other}.{name}" for name in names)
