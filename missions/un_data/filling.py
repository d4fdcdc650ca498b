"""Fills temporary tables with rows, a batch at a time."""

import csv
import io
import itertools
import threading
from concurrent.futures import ThreadPoolExecutor

from django.db import connection

BATCH = 50_000  # rows, between Python and the database

# One COPY at a time goes over a connection, whichever thread sends it.
_wire = threading.Lock()


def insert_rows(table, width, rows, texts=()):
    """This will add rows of `width` values to a temporary table; `texts` are its columns that may be empty texts."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # An empty cell is null, except in a column of texts.
            kept = f", FORCE_NOT_NULL ({', '.join(texts)})" if texts else ""
            _copy(cursor.cursor, f"COPY {table} FROM STDIN (FORMAT csv{kept})", rows)
            return
        # A savepoint outside a transaction takes no lock on the record, and saves a commit for each row.
        for batch in _batched(rows):
            cursor.execute("SAVEPOINT insert_rows")
            cursor.executemany(f"INSERT INTO {table} VALUES ({', '.join(['%s'] * width)})", batch)
            cursor.execute("RELEASE insert_rows")


def _copy(cursor, sql, rows):
    """This will send the rows in batches: while the database takes one in, the next is read."""

    def send(text):
        with _wire:
            cursor.copy_expert(sql, text, 1 << 20)

    with ThreadPoolExecutor(1) as sender:
        sent = None
        # Reading may itself insert rows elsewhere (the notes of the plan): they wait for the wire, between two batches.
        for batch in _batched(rows):
            text = io.StringIO()
            csv.writer(text).writerows(batch)
            text.seek(0)
            if sent:
                sent.result()
            sent = sender.submit(send, text)
        if sent:
            sent.result()


def _batched(rows):
    rows = iter(rows)
    while batch := list(itertools.islice(rows, BATCH)):
        yield batch
