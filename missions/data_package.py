"""The files of the released record: CSV, and what describes it to machines.

A text cell that a spreadsheet would run as a formula gets an apostrophe before it; numbers stay numbers.
"""

import csv
import hashlib
import io
from dataclasses import dataclass
from datetime import UTC, datetime

from django.conf import settings
from django.core.cache import cache
from django.urls import reverse
from django.utils.translation import gettext, override

from missions import csv_files, open_data, released

LINES_AT_ONCE = 500
READ_FOR_FACTS = 20_000  # rows: a longer file is told its checksum when somebody has read it to its end
FACTS_FOR = 24 * 3600  # seconds
CSVW_TYPES = {"integer": "integer", "number": "decimal", "year": "gYear", "datetime": "dateTime"}


@dataclass(frozen=True)
class Facts:
    """What is known of a file before it is read: its rows, and where it was read to its end its bytes and SHA-256."""

    rows: int
    bytes: int | None = None
    sha256: str = ""


def chunks(table, *, at, stamp):
    """This will yield a table as CSV in UTF-8, a few hundred lines at once, its header first (RFC 4180).

    `stamp` is that of the record at this moment: whoever asks for several files asks for it once. Who reads the file to
    its end leaves its `Facts` behind, and gets them as what the generator returns.
    """
    digest, size, rows = hashlib.sha256(), 0, 0
    for lines in _lines(table, at):
        chunk = _written(lines)
        digest.update(chunk)
        size += len(chunk)
        rows += len(lines)
        yield chunk
    read = Facts(rows - 1, size, digest.hexdigest())
    cache.set(_key(table, stamp), read, FACTS_FOR)
    return read


def _lines(table, at):
    lines = [[column.name for column in table.columns]]
    for row in table.cells(at):
        if len(lines) == LINES_AT_ONCE:
            yield lines
            lines = []
        lines.append([cell(value) for value in row])
    yield lines


def _written(lines):
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(lines)
    return text.getvalue().encode()


def _key(table, stamp):
    return f"file-facts:{table.name}:{stamp}"


def cell(value):
    """This will return a value as the CSV writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return str(csv_files.cell(value))


def facts(table, *, at, stamp):
    """This will return the `Facts` of a table's file; a long one is only counted, unless it was read before."""
    if known := cache.get(_key(table, stamp)):
        return known
    if table.count and (rows := table.count(at)) > READ_FOR_FACTS:
        counted = Facts(rows)
        cache.add(_key(table, stamp), counted, FACTS_FOR)  # who reads it to its end leaves more
        return counted
    reading = chunks(table, at=at, stamp=stamp)
    while True:
        try:
            next(reading)
        except StopIteration as end:
            return end.value


def frictionless(*, at):
    """This will return the descriptor of the Data Package (Frictionless, version 1, tabular), in English."""
    stamp = released.stamp(at=at)
    with override("en"):
        return {
            "profile": "tabular-data-package",
            "name": "peacekeeping-record",
            "title": gettext("Peacekeeping Record: the released record"),
            "description": gettext(
                "Missions, deployments, contributions and fatalities as this house may tell the public of them."
            ),
            "homepage": settings.SITE_URL + reverse("downloads"),
            "licenses": [_licence(open_data.CC_BY)],
            "sources": _sources(open_data.TABLES.values()),
            "resources": [_resource(table, at, stamp) for table in open_data.TABLES.values()],
        }


def _licence(licence):
    name, title, address = licence
    return {"name": name, "title": title, "path": address}


def _sources(tables):
    own = {"title": "Peacekeeping Record", "path": settings.SITE_URL}
    un = {"title": "United Nations, Peace and Security Data Hub", "path": "https://psdata.un.org"}
    is_of_un = any(table.licence == open_data.UN_TERMS for table in tables)
    is_own = any(table.licence == open_data.CC_BY for table in tables)
    return [source for source, is_named in ((own, is_own), (un, is_of_un)) if is_named]


def _resource(table, at, stamp):
    told = facts(table, at=at, stamp=stamp)
    resource = {
        "profile": "tabular-data-resource",
        "name": table.name,
        "path": f"{table.name}.csv",
        "title": str(table.title),
        "description": str(table.description),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "licenses": [_licence(table.licence)],
        "sources": _sources([table]),
        "schema": {"fields": [_field(column) for column in table.columns], "missingValues": [""]},
    }
    if told.sha256:
        resource |= {"bytes": told.bytes, "hash": f"sha256:{told.sha256}"}
    if table.key:
        resource["schema"]["primaryKey"] = list(table.key)
    if table.refers:
        resource["schema"]["foreignKeys"] = [
            {"fields": column, "reference": {"resource": other, "fields": referred}}
            for column, other, referred in table.refers
        ]
    return resource


def _field(column):
    constraints = {"required": True} if column.is_required else {}
    if column.pattern:
        constraints["pattern"] = column.pattern
    if column.choices:
        constraints["enum"] = list(column.choices)
    return {
        "name": column.name,
        "type": column.type,
        "title": str(column.title),
        "description": str(column.description),
        **({"constraints": constraints} if constraints else {}),
    }


def csvw():
    """This will return the metadata of CSV on the Web, each column with its title in Kazakh, Russian and English."""
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "@id": settings.SITE_URL + reverse("csvw"),
        "dc:title": {code: _in(code, "Peacekeeping Record: the released record") for code, _name in settings.LANGUAGES},
        "dc:license": {"@id": open_data.CC_BY[2]},
        "dialect": {"header": True, "encoding": "utf-8", "lineTerminators": ["\r\n"]},
        "tables": [_csvw_table(table) for table in open_data.TABLES.values()],
    }


def _in(code, words):
    """This will return words of the interface, or what stands for them, in the language `code`."""
    with override(code):
        return gettext(words) if isinstance(words, str) else str(words)


def _in_each(words):
    return {code: _in(code, words) for code, _name in settings.LANGUAGES}


def _csvw_table(table):
    schema = {"columns": [_csvw_column(column) for column in table.columns]}
    if table.key:
        schema["primaryKey"] = list(table.key)
    required = {column.name for column in table.columns if column.is_required}
    # A reference that may be empty is none to a strict reader of CSV on the Web.
    if refers := [reference for reference in table.refers if reference[0] in required]:
        schema["foreignKeys"] = [
            {"columnReference": column, "reference": {"resource": f"{other}.csv", "columnReference": referred}}
            for column, other, referred in refers
        ]
    return {
        "url": f"{table.name}.csv",
        "dc:title": _in_each(table.title),
        "dc:description": _in_each(table.description),
        "dc:license": {"@id": table.licence[2]},
        "tableSchema": schema,
    }


def _csvw_column(column):
    form = column.pattern or "|".join(column.choices)
    kind = CSVW_TYPES.get(column.type, column.type)
    titles = _in_each(column.title)
    return {
        "name": column.name,
        "titles": {"und": column.name, **titles},
        "dc:description": _in_each(column.description),
        "datatype": {"base": kind, "format": form} if form and kind == "string" else kind,
        "required": column.is_required,
    }
