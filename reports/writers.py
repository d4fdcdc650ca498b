"""Turns a report's rows into a file. Rows come once; a writer yields bytes and never holds them all."""

from missions import csv_files


def as_csv(headings, rows):
    """This will yield a CSV file in UTF-8: the headings, then each row as it comes."""
    return csv_files.stream(headings, rows)
