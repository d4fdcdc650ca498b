"""What migrations of this house do beside readers, who must not wait for them (decision 25)."""

from contextlib import contextmanager

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db.migrations.operations import AddIndex, RemoveIndex


class _BesideReaders:
    """The part of an operation that is made while others read and write; on SQLite it is made as `plain` is."""

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        self._beside_readers("database_forwards", app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        self._beside_readers("database_backwards", app_label, schema_editor, from_state, to_state)

    def _beside_readers(self, way, app_label, schema_editor, *states):
        if schema_editor.connection.vendor != "postgresql":
            getattr(self.plain, way)(self, app_label, schema_editor, *states)
            return
        with waiting_for_others(schema_editor.connection):
            getattr(super(), way)(app_label, schema_editor, *states)


class _AddIndexAnew(AddIndexConcurrently):
    """One that was left behind invalid by a run that broke off is made again."""

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        drop_half_made(schema_editor.connection, self.index.name)
        super().database_forwards(app_label, schema_editor, from_state, to_state)


class AddIndexBesideReaders(_BesideReaders, _AddIndexAnew):
    """Makes an index while others read and write, in a migration with `atomic = False`; on SQLite as any index."""

    plain = AddIndex


class RemoveIndexBesideReaders(_BesideReaders, RemoveIndexConcurrently):
    """Takes an index away while others read and write, in a migration with `atomic = False`; on SQLite as any index."""

    plain = RemoveIndex


def drop_half_made(connection, index):
    """This will take away an index of that name that a run which broke off has left invalid on PostgreSQL."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_index WHERE indexrelid = to_regclass(%s) AND NOT indisvalid", [index])
        if cursor.fetchone():
            cursor.execute(f"DROP INDEX CONCURRENTLY {connection.ops.quote_name(index)}")


@contextmanager
def waiting_for_others(connection):
    """It waits for every transaction that began before it, and nobody waits behind it: no limit is needed."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        (before,) = cursor.fetchone()
        cursor.execute("SET lock_timeout = 0")
        try:
            yield
        finally:
            cursor.execute("SELECT set_config('lock_timeout', %s, false)", [before])
