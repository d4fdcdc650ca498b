"""Writes the rows of an archive into the tables of an empty site, on PostgreSQL by COPY and on SQLite by executemany.

Rows pass as the archive tells them, in parts: a table is never held. The rules of the database are off meanwhile; its
keys, checks and uniqueness are not.
"""

import io

import orjson
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import DatabaseError
from django.db.models import QuerySet

from peacekeeping.backup import tables
from peacekeeping.backup.sealing import Damaged


class CannotLoad(Exception):
    """The database refuses a row. The message names the part, and the row where the database says it."""


class Loader:
    def __init__(self, connection):
        self.connection, self.using = connection, connection.alias
        self.known = {}  # of what is told by name: the ids here

    def load(self, table, name, content):
        """This will write the rows of the part `name` and return their number."""
        columns, rows = read(name, content)
        if columns != table.columns:
            raise Damaged(f"{name} has other columns than {table.label}.")
        cells = self._cells(table)
        try:
            if table.is_named:
                rows = list(self._converted(rows, cells, name))
                self._name(table.model, rows)
                return len(rows)
            return self._write(table, name, self._converted(rows, cells, name))
        except (DatabaseError, self.connection.Database.Error) as error:
            said = " ".join(str(error).split())
            raise CannotLoad(f"{name} cannot be written: {said}") from error

    def _cells(self, table):
        """This will return {place: what turns a cell into what this database takes}."""
        kinds = FOR_SQLITE if self.connection.vendor == "sqlite" else FOR_POSTGRES
        found = {place: kinds[kind] for place, field in enumerate(table.fields) if (kind := _kind(field)) in kinds}
        for place, field in table.leading_by_name():
            found[place] = self._ids(field.related_model)
        return found

    def _ids(self, model):
        if model not in self.known:
            self.known[model] = {tables.name_of(thing): thing.pk for thing in tables.things(model, self.using)}
        return self.known[model].__getitem__

    def _converted(self, rows, cells, name):
        for number, row in enumerate(rows, 1):
            try:
                for place, convert in cells.items():
                    if row[place] is not None:
                        row[place] = convert(row[place])
            except (KeyError, ValueError, AttributeError, TypeError) as error:
                raise Damaged(f"{name}, row {number}: {error!r} is nothing that can stand there.") from error
            yield row

    def _name(self, model, rows):
        """Migrating made most of them; what code that is gone had left in the site that was backed up is added."""
        self.known.pop(model, None)
        there = QuerySet(model, using=self.using)
        for row in rows:
            if model is ContentType:
                there.get_or_create(app_label=row[0], model=row[1])
            elif model is Permission:
                there.update_or_create(content_type_id=row[1], codename=row[2], defaults={"name": row[0]})

    def _write(self, table, name, rows):
        quote = self.connection.ops.quote_name
        columns = ", ".join(map(quote, table.columns))
        into = f"{quote(table.model._meta.db_table)} ({columns})"
        with self.connection.cursor() as cursor:
            if self.connection.vendor == "sqlite":
                counted = _Counted(rows)
                marks = ", ".join(["%s"] * len(table.columns))
                try:
                    cursor.executemany(f"INSERT INTO {into} VALUES ({marks})", counted)
                except DatabaseError as error:
                    raise CannotLoad(f"{name}, row {counted.number} cannot be written: {error}") from error
                return counted.number
            text = io.BytesIO()
            number = 0
            for number, row in enumerate(rows, 1):  # noqa: B007 (their number)
                text.write("\t".join(map(_copied, row)).encode() + b"\n")
            text.seek(0)
            cursor.copy_expert(f"COPY {into} FROM STDIN", text, 1 << 20)
            return number


class _Counted:
    """Rows that know which of them was taken last."""

    def __init__(self, rows):
        self.rows, self.number = rows, 0

    def __iter__(self):
        for row in self.rows:
            self.number += 1
            yield row


def read(name, content):
    """This will return (columns, rows) of a part. Raises `Damaged` at the first line that is no row."""
    head, *lines = content.split(b"\n")
    columns = _line(name, 0, head)
    if lines.pop() != b"" or not lines:
        raise Damaged(f"{name} breaks off.")
    return columns, _rows(name, lines, len(columns))


def _rows(name, lines, width):
    for number, line in enumerate(lines, 1):
        row = _line(name, number, line)
        if len(row) != width:
            raise Damaged(f"{name}, row {number} has {len(row)} cells in place of {width}.")
        yield row


def _line(name, number, line):
    try:
        row = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise Damaged(f"{name}, row {number} is no row: {error}.") from error
    if not isinstance(row, list):
        raise Damaged(f"{name}, row {number} is no row.")
    return row


def _kind(field):
    while field.remote_field and field.related_model not in tables.NAMED:
        field = field.target_field
    return field.get_internal_type()


def _copied(cell):
    """This will write a cell as COPY reads it."""
    if cell is None:
        return "\\N"
    if isinstance(cell, str):
        return cell.translate(COPY_ESCAPES)
    if isinstance(cell, bool):
        return "t" if cell else "f"
    return repr(cell)


COPY_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
FOR_POSTGRES = {"BinaryField": lambda cell: "\\x" + cell}
FOR_SQLITE = {
    "BinaryField": bytes.fromhex,
    "DateTimeField": lambda cell: cell.removesuffix("+00:00").replace("T", " "),
    "UUIDField": lambda cell: cell.replace("-", ""),
}
