"""Turns a document into a file, one module for each format. `write(document)` yields the file's bytes."""

from dataclasses import dataclass
from types import ModuleType

from reports.models import Format
from reports.writers import csv_file, json_package, pdf, xlsx


@dataclass(frozen=True)
class Writing:
    """A format: its writer, its content type, and whether a run's checksum is of its bytes or of the rows."""

    module: ModuleType
    content_type: str
    is_summed_by_bytes: bool = False
    has_chart: bool = False


WRITERS = {
    Format.CSV: Writing(csv_file, "text/csv; charset=utf-8", is_summed_by_bytes=True),
    Format.XLSX: Writing(xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    Format.JSON: Writing(json_package, "application/json", is_summed_by_bytes=True),
    Format.PDF: Writing(pdf, "application/pdf", has_chart=True),
}
