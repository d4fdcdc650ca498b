"""SQLite whose connections are kept, as PostgreSQL's are, until another file lies in the place of theirs.

To open the file anew for each request, and to read its statements anew, takes longer than to answer them. A restore, or
an administrator, may put another file there meanwhile: a connection to the one before would go on reading it.
"""

import os
from functools import lru_cache

from django.db.backends.sqlite3 import base

KEPT, LONGEST = 200, 20_000  # statements of a process, and the letters of each


class Cursor(base.SQLiteCursorWrapper):
    """Django's, which writes each statement anew for SQLite: a tenth of the time that a story's page takes."""

    def convert_query(self, query, *, param_names=None):
        if param_names is None and len(query) <= LONGEST:
            return with_marks(query)
        return super().convert_query(query, param_names=param_names)


@lru_cache(KEPT)
def with_marks(query):
    """This will return a statement with a question mark for each `%s`, as SQLite has them."""
    return base.SQLiteCursorWrapper.convert_query(None, query)


class DatabaseWrapper(base.DatabaseWrapper):
    _file = None  # what identifies the file that the connection has open

    def create_cursor(self, name=None):
        return self.connection.cursor(factory=Cursor)

    def get_new_connection(self, parameters):
        made = super().get_new_connection(parameters)
        self._file = self._there()
        return made

    def close_if_unusable_or_obsolete(self):
        """Django asks at the beginning and at the end of each request."""
        if self.connection is not None and not self.is_in_memory_db() and self._there() != self._file:
            self.close()
        super().close_if_unusable_or_obsolete()

    def _there(self):
        try:
            told = os.stat(self.settings_dict["NAME"])
        except OSError:
            return None
        return told.st_dev, told.st_ino
