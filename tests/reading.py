"""What a reader has of an answer: the words of a page, the rows of a file."""

import csv
import io
import re


def text_of(response):
    """This will return the words of a page, without its marks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", response.content.decode()))


def rows_of(response):
    """This will return the rows of a CSV file, each as {head: cell}."""
    content = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(content)))
