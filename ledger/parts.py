"""The index of parts of words on SQLite, which has none of its own: a table for each `PartsIndex`.

That is a virtual one (FTS5) of every three letters in the rows of another table, and keeps no text. Triggers write it
within the writer's transaction. They come off before a migration, which may make their table anew, and after it the
index is made from the rows.
"""

from django.apps import apps
from django.db import connection

from ledger.models.parts import PartsIndex

LEAST = 3  # letters that can be looked for
EVENTS = ("insert", "update", "delete")


def keys(model, fields, word, most):
    """This will return the keys of up to `most` rows that hold the word in any of the fields, however it is written.

    None where no index tells: on another database, for a shorter word, or where no one index has all the fields.
    """
    if connection.vendor != "sqlite" or len(word) < LEAST:
        return None
    index = next((one for one in _indexes_of(model) if set(fields) <= set(one.fields)), None)
    if index is None:
        return None
    quoted = word.replace('"', '""')
    asked = f'{{{" ".join(_columns(model, fields))}}} : "{quoted}"'
    with connection.cursor() as cursor:
        statement = f"SELECT rowid FROM {index.name} WHERE {index.name} MATCH %s LIMIT %s"
        return [key for (key,) in cursor.execute(statement, [asked, most]).fetchall()]


def install(connection):
    """This will make the indexes that are missing, and take away those that are of no `PartsIndex` any more."""
    if connection.vendor != "sqlite":
        return
    there = _there(connection)
    wanted = dict(_wanted(connection))
    with connection.cursor() as cursor:
        for name in [name for name, sql in there.items() if "tokenize='trigram'" in sql and name not in wanted]:
            _take_off(cursor, name)
            cursor.execute(f"DROP TABLE {name}")
        for name, statements in wanted.items():
            if all(there.get(part) == sql for part, sql in statements.items()):
                continue
            _take_off(cursor, name)
            cursor.execute(f"DROP TABLE IF EXISTS {name}")
            for sql in statements.values():
                cursor.execute(sql)
            cursor.execute(f"INSERT INTO {name} ({name}) VALUES ('rebuild')")


def take_off(connection):
    """This will let the tables change without their indexes, which the next `install` then makes from the rows."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            for name, _statements in _wanted(connection):
                _take_off(cursor, name)


def leave_nothing(connection):
    """This will rid the indexes of what was taken out, which else lies in them until it is merged one day."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            for name, _statements in _wanted(connection):
                cursor.execute(f"INSERT INTO {name} ({name}) VALUES ('optimize')")


def _indexes_of(model):
    return [index for index in model._meta.indexes if isinstance(index, PartsIndex)]


def _columns(model, fields):
    return [model._meta.get_field(name).column for name in fields]


def _there(connection):
    with connection.cursor() as cursor:
        return dict(cursor.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall())


def _wanted(connection):
    """This will yield (the name of an index, {the name of each part of it: the statement that makes it})."""
    tables = set(connection.introspection.table_names())
    for model in apps.get_models():
        for index in _indexes_of(model) if model._meta.db_table in tables else ():
            yield index.name, _statements(model, index)


def _statements(model, index):
    name, table, key = index.name, model._meta.db_table, model._meta.pk.column
    columns = _columns(model, index.fields)
    listed = ", ".join(columns)
    add = f"INSERT INTO {name} (rowid, {listed}) VALUES (NEW.{key}, {_of('NEW', columns)});"
    drop = f"INSERT INTO {name} ({name}, rowid, {listed}) VALUES ('delete', OLD.{key}, {_of('OLD', columns)});"
    changed = " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in (key, *columns))
    work = {"insert": add, "update": f"{drop} {add}", "delete": drop}
    options = f"content='{table}', content_rowid='{key}', tokenize='trigram'"
    return {name: f"CREATE VIRTUAL TABLE {name} USING fts5({listed}, {options})"} | {
        _trigger(name, event): f"CREATE TRIGGER {_trigger(name, event)} AFTER {event.upper()} ON {table}"
        f"{f' WHEN {changed}' if event == 'update' else ''} BEGIN {work[event]} END"
        for event in EVENTS
    }


def _of(side, columns):
    return ", ".join(f"{side}.{column}" for column in columns)


def _trigger(name, event):
    return f"{name}_{event}"


def _take_off(cursor, name):
    for event in EVENTS:
        cursor.execute(f"DROP TRIGGER IF EXISTS {_trigger(name, event)}")
