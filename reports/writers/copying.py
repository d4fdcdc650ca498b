"""Has PostgreSQL write rows as CSV by COPY, and passes its bytes on while they come."""

import contextlib
import os
import tempfile
from threading import Thread

AT_ONCE = 65_536  # bytes, which is also what a pipe holds
IN_MEMORY = 8 * 1024 * 1024  # bytes


def copy(sql, parameters, connection):
    """This will yield the CSV bytes of a SELECT and return the number of its rows.

    It takes a connection of its own, so that whoever reads may ask the database between two pieces. Inside a
    transaction only that one's connection sees all rows: then they are all written before the first is read.
    """
    with contextlib.ExitStack() as stack:
        if not connection.in_atomic_block:
            connection = stack.enter_context(contextlib.closing(connection.copy()))
            with connection.cursor() as first:
                first.execute("SET statement_timeout = 0")  # it lasts as long as whoever reads takes
        cursor = stack.enter_context(connection.cursor())
        statement = f"COPY ({cursor.mogrify(sql, parameters).decode()}) TO STDOUT WITH (FORMAT csv)"
        way = _whole if connection.in_atomic_block else _piped
        return (yield from way(statement, cursor.cursor, connection))


def _whole(statement, cursor, connection):
    with tempfile.SpooledTemporaryFile(IN_MEMORY) as file:
        with connection.wrap_database_errors:
            cursor.copy_expert(statement, file)
        file.seek(0)
        while piece := file.read(AT_ONCE):
            yield piece
    return cursor.rowcount


def _piped(statement, cursor, connection):
    reading, writing = os.pipe()
    errors = []

    def fill():
        try:
            with open(writing, "wb", buffering=AT_ONCE) as pipe:
                cursor.copy_expert(statement, pipe)
        except Exception as error:  # it is raised where the bytes are read
            errors.append(error)

    thread = Thread(target=fill, name="copy", daemon=True)
    thread.start()
    try:
        while piece := os.read(reading, AT_ONCE):
            yield piece
    except BaseException:
        # Nobody reads any more: the server may be at work long before it has a row that would meet the closed pipe.
        with contextlib.suppress(connection.Database.Error):
            cursor.connection.cancel()
        raise
    finally:
        os.close(reading)
        thread.join()
    if errors:
        with connection.wrap_database_errors:
            raise errors[0]
    return cursor.rowcount
