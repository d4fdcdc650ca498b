"""Reads the files of reports back, as whoever gets them would."""

import io
import json

import python_calamine

from tests import papers, taking


def cells(content, format):
    """This will return the rows of a file, its heads first; of a PDF its whole text."""
    return {"csv": taking.read_csv, "xlsx": of_xlsx, "json": of_json, "pdf": of_pdf}[format](content)


def of_xlsx(content):
    book = python_calamine.load_workbook(io.BytesIO(content))
    return book.get_sheet_by_index(1).to_python(skip_empty_area=False)


def of_json(content):
    (resource,) = json.loads(content)["resources"]
    names = [field["name"] for field in resource["schema"]["fields"]]
    return [names, *([row[name] for name in names] for row in resource["data"])]


def of_pdf(content):
    """This will return the words of all pages, bare of what wrapping adds (`papers.bare`)."""
    return papers.told(papers.opened(content))
