"""Writes invented reports as PDF and reads them back, for tests."""

import io
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from pypdf import PdfReader

from reports.asked import Asked
from reports.declared import Column, Kind, Report
from reports.documents import document
from reports.writers import pdf

NOON = datetime(2025, 10, 23, 12, tzinfo=ZoneInfo("Asia/Almaty"))
BREAK = "\u200b"  # where a long word may break


def report(heads, rows, **more):
    """This will return a report whose columns are {heading: kind} and whose rows are given."""
    columns = tuple(Column(f"column_{place}", head, kind) for place, (head, kind) in enumerate(heads.items()))
    told = {"slug": "invented", "title": "An invented report", "description": "It tells nothing.", **more}
    return Report(permission="", columns=columns, rows=lambda asked: iter(rows), **told)


def of(heads, rows, *, language="en", marks=(), chart=None, **more):
    """This will return the document of such a report."""
    made = document(report(heads, rows, **more), Asked(date(2025, 10, 23), NOON, language))
    return replace(made, marks=marks, chart=chart)


def texts(values, **more):
    """This will return a document of one column of texts."""
    return of({"Remarks": Kind.TEXT}, [(value,) for value in values], **more)


def content(made):
    return b"".join(pdf.write(made))


def read(made):
    """This will return the written PDF, open."""
    return opened(content(made))


def opened(content):
    return PdfReader(io.BytesIO(content))


def bare(text):
    """This will return a text without what wrapping adds or takes: spaces, line ends, places to break."""
    return "".join(text.replace(BREAK, "").split())


def told(reader):
    """This will return all that the pages say, bare."""
    return bare("".join(page.extract_text() for page in reader.pages))


def tags(reader):
    """This will yield the elements of the file's structure, in reading order."""

    def below(element):
        element = element.get_object()
        if not isinstance(element, dict):
            return
        if "/S" in element:
            yield element
        under = element.get("/K", [])
        under = under.get_object() if hasattr(under, "get_object") else under
        for one in under if isinstance(under, list) else [under]:
            if not isinstance(one.get_object(), int):
                yield from below(one)

    yield from below(reader.trailer["/Root"]["/StructTreeRoot"])
