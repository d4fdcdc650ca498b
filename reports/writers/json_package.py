"""JSON: one Frictionless tabular data package, the rows inside it, the question beside them."""

from datetime import UTC
from decimal import Decimal
from itertools import islice

import orjson

from reports import parameters
from reports.declared import Kind
from reports.rows import plain

ROWS_AT_ONCE = 250
TYPES = {
    Kind.TEXT: "string",
    Kind.INTEGER: "integer",
    Kind.DECIMAL: "number",
    Kind.DATE: "date",
    Kind.MOMENT: "datetime",
    Kind.YES_NO: "boolean",
}


def write(document):
    """This will yield the file: a descriptor of the package, whose `data` are an object for each row."""
    rows = document.rows
    descriptor = orjson.dumps(_descriptor(document))
    # The rows stand where the descriptor's brackets would close; what takes as long as they do comes after them.
    yield descriptor[: -len(b"}]}")] + b',"data":[\n'
    keys = [column.key for column in rows.columns]
    moments = [place for place, column in enumerate(rows.columns) if column.kind == Kind.MOMENT]
    between, told = b"", iter(rows)
    while some := list(islice(told, ROWS_AT_ONCE)):
        yield between + b",\n".join([_object(keys, row, moments) for row in some])
        between = b",\n"
    sources = _sources(document)
    yield b"\n]}]" + (b',"sources":' + orjson.dumps(sources) if sources else b"") + b"}\n"


def _sources(document):
    return [
        {"title": f"{publisher}: {title}" if publisher else title, **({"path": address} if address else {})}
        for title, publisher, address in document.sources
    ]


def _object(keys, row, moments):
    cells = list(row)
    for place in moments:
        if cells[place]:
            cells[place] = plain(cells[place])
    return orjson.dumps(dict(zip(keys, cells, strict=True)), default=_plainly)


def _plainly(value):
    if isinstance(value, Decimal):
        return orjson.Fragment(format(value, "f")) if value.is_finite() else str(value)
    return str(value)


def _descriptor(document):
    asked = document.rows.asked
    return {
        "profile": "tabular-data-package",
        "name": document.slug,
        "title": document.title,
        "description": document.description,
        "asked": {
            "report": document.slug,
            "parameters": parameters.kept(asked.parameters),
            "on": asked.on.isoformat(),
            "known_on": asked.known_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
            "language": document.language,
        },
        "resources": [
            {
                "profile": "tabular-data-resource",
                "name": document.slug,
                "schema": {
                    "fields": [
                        {"name": column.key, "title": head, "type": TYPES[column.kind]}
                        for column, head in zip(document.rows.columns, document.heads, strict=True)
                    ],
                    "missingValues": [],
                    **({"primaryKey": list(document.key)} if document.key else {}),
                },
            }
        ],
    }
