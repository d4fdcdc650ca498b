"""What may hang on a story as a file: documents and tables without macros, told by their content and not their name."""

import re
import zipfile
import zlib
from pathlib import PurePath

from django.utils.translation import gettext as _

LARGEST = 25 * 1024 * 1024  # bytes
MOST_UNPACKED = 200 * 1024 * 1024
MOST_PARTS = 5_000
LONGEST_PART = 2 * 1024 * 1024  # of those parts that are read here
CONTENT_TYPES = {
    "pdf": "application/pdf",
    "csv": "text/csv; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odt": "application/vnd.oasis.opendocument.text",
}
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # also what an encrypted XLSX or DOCX is
OPEN_XML = {"xl/workbook.xml": "xlsx", "word/document.xml": "docx"}
OPEN_DOCUMENT = {CONTENT_TYPES[kind].encode(): kind for kind in ("ods", "odt")}
ACTIVE_PART = re.compile(
    r"(?i)vbaproject|vbadata|macrosheets/|activex/|oleobject|^(basic|scripts)/.+|\.(exe|dll|js|vbs|bat)$"
)
ACTIVE_PDF = re.compile(rb"/(JavaScript|JS|Launch|EmbeddedFile|RichMedia|XFA)(?![A-Za-z])")
HIDDEN_LETTER = re.compile(rb"#([0-9a-fA-F]{2})")  # a PDF may write any letter of a name as #4A
# Never past the next one: so a file is gone through once.
PACKED_OBJECTS = re.compile(rb"/ObjStm(?:(?!/ObjStm).){0,2000}?stream\r?\n", re.S)
CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")


class CannotAttach(Exception):
    """The file is none that readers are offered. The message says why."""


def too_much(limit):
    """This will return the refusal of a file that unpacks to more than `limit` bytes."""
    return CannotAttach(_("The file unpacks to more than %(limit)s MB.") % {"limit": limit >> 20})


def check(file):
    """This will return the kind of an uploaded file, such as "pdf", or refuse it with `CannotAttach`."""
    if not file.size:
        raise CannotAttach(_("The file is empty."))
    if file.size > LARGEST:
        raise CannotAttach(_("The file is larger than %(limit)s MB.") % {"limit": LARGEST // 1024 // 1024})
    file.seek(0)
    head = file.read(8)
    file.seek(0)
    if head.startswith(b"%PDF-"):
        kind = _pdf(file)
    elif head.startswith(b"PK\x03\x04"):
        kind = _packed(file)
    elif head.startswith(OLD_OFFICE):
        raise CannotAttach(_("The file is encrypted or in an old format of Office. Save it as XLSX, DOCX or PDF."))
    else:
        kind = _text(file)
    file.seek(0)
    return kind


def _pdf(file):
    content = file.read()
    if b"%%EOF" not in content[-2048:]:
        raise CannotAttach(_("The PDF is damaged or cut off."))
    plain = HIDDEN_LETTER.sub(lambda match: bytes([int(match[1], 16)]), content)
    if re.search(rb"/Encrypt\s*(\d+\s+\d+\s+R|<<)", plain):
        raise CannotAttach(_("The PDF is encrypted. Readers could not open it."))
    if ACTIVE_PDF.search(plain) or any(ACTIVE_PDF.search(part) for part in packed_objects(content)):
        raise CannotAttach(_("The PDF carries programs, forms or files within it. Print it to a plain PDF."))
    return "pdf"


def packed_objects(content):
    """This will yield the objects that a PDF keeps compressed, as far as they unpack within bounds."""
    left = MOST_UNPACKED
    for found in PACKED_OBJECTS.finditer(content):
        try:
            part = zlib.decompressobj().decompress(content[found.end() :], min(left, 20 * 1024 * 1024))
        except zlib.error:
            continue
        left -= len(part)
        yield HIDDEN_LETTER.sub(lambda match: bytes([int(match[1], 16)]), part)
        if left <= 0:
            raise too_much(MOST_UNPACKED)


def _packed(file):
    try:
        with zipfile.ZipFile(file) as archive:
            return _office(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, KeyError, ValueError, OSError) as error:
        raise CannotAttach(_("The file is damaged or cut off.")) from error


def _office(archive):
    parts = archive.infolist()
    names = {part.filename for part in parts}
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise too_much(MOST_UNPACKED)
    if any(part.flag_bits & 1 for part in parts):
        raise CannotAttach(_("The file is encrypted. Readers could not open it."))
    kind = None
    if "[Content_Types].xml" in names:
        kind = next((kind for part, kind in OPEN_XML.items() if part in names), None)
        types = _read(archive, "[Content_Types].xml")
        if b"macroenabled" in types.lower():
            raise CannotAttach(_("The file carries macros. Save it without them."))
    elif "mimetype" in names:
        kind = OPEN_DOCUMENT.get(_read(archive, "mimetype").strip())
        if kind and b"encryption-data" in _read(archive, "META-INF/manifest.xml"):
            raise CannotAttach(_("The file is encrypted. Readers could not open it."))
    if kind is None:
        raise CannotAttach(_refusal())
    if any(ACTIVE_PART.search(name) for name in names):
        raise CannotAttach(_("The file carries macros or programs. Save it without them."))
    if archive.testzip():
        raise CannotAttach(_("The file is damaged or cut off."))
    return kind


def _read(archive, name):
    with archive.open(name) as part:
        content = part.read(LONGEST_PART + 1)
    if len(content) > LONGEST_PART:
        raise CannotAttach(_refusal())
    return content


def _text(file):
    try:
        text = file.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if CONTROL.search(text):
        raise CannotAttach(_refusal())
    return "csv" if PurePath(file.name).suffix.lower() == ".csv" else "txt"


def _refusal():
    return _("This is no PDF, XLSX, DOCX, ODS or ODT file and no text in UTF-8 (CSV or TXT).")
