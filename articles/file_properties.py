"""Takes out of a file for readers who made it: Office and PDF keep a person's name where no reader of the text looks.

Such a name may be a soldier's, and nobody clears it. What can be blanked without touching the page is blanked; where
the name is part of the text (comments, tracked changes), or cannot be reached, the file is refused with what to do.
"""

import io
import re
import shutil
import zipfile

from django.utils.translation import gettext as _

from articles import attachments, photo_facts

BLANK = {
    "docProps/core.xml": b'<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/'
    b'core-properties"/>',
    "docProps/app.xml": b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>',
    "docProps/custom.xml": b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/'
    b'custom-properties"/>',
    "meta.xml": b'<office:document-meta xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    b'office:version="1.3"><office:meta/></office:document-meta>',
}
HEAD = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
REMARKS = re.compile(r"(?i)(^|/)(comments[^/]*\.xml|threadedComments/.+)$")
REMARK = re.compile(rb"<(\w+:)?(comment|threadedComment)\b")
PEOPLE = re.compile(r"(?i)(^|/)(people\.xml|persons/.+)$")  # who once remarked; it stays when the remarks are gone
PERSON = re.compile(rb'(\b(?:\w+:)?(?:displayName|userId|author)=)"[^"]*"')
TRACKED = re.compile(
    rb"<w:(?:ins|del|moveFrom|moveTo|\w+Change)\b|<office:annotation\b|<(?:text|table):tracked-changes\b"
)
TEXT = re.compile(r"^(word/[^/]+|content|styles)\.xml$")
WORKBOOK = re.compile(rb'(\buserName=|<x15ac:absPath\b[^<>]*?\burl=)"[^"]*"')  # the last writer; a folder of theirs
PICTURE = re.compile(r"(?i)\.(jpe?g|tiff?)$")
PDF_NAME = re.compile(rb"/Author\s*+(\((?:\\.|[^\\()])*+\)|<[0-9A-Fa-f\s]*+>)", re.S)
EMPTY = re.compile(rb"/Author\s*(\( *\)|< *>)")
PDF_CREATOR = re.compile(rb"<(dc:creator|pdf:Author)>")
LARGEST_READ = 50 * 1024 * 1024  # bytes of a part that is looked through; the others are only copied


class NamesItsMaker(Exception):
    """The file names who made it where that cannot be taken out. The message says what to do."""


def without_maker(file, kind):
    """This will return the bytes of a file that `attachments.check` told to be of `kind`, naming nobody as its maker.

    None where there is nothing to take out. Raises `NamesItsMaker`.
    """
    file.seek(0)
    content = file.read()
    file.seek(0)
    if kind == "pdf":
        cleaned = _pdf(content)
    elif kind in ("csv", "txt"):
        return None
    else:
        cleaned = _office(content)
    return None if cleaned == content else cleaned


def _office(content):
    """This will write the archive again, part by part, with blank properties; the order and all else stay."""
    made, is_changed = io.BytesIO(), False
    with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(made, "w") as copy:
        for part in archive.infolist():
            if not _is_read(part.filename):
                with archive.open(part) as old, copy.open(part, "w") as new:
                    shutil.copyfileobj(old, new, 1 << 20)
                continue
            if part.file_size > LARGEST_READ:
                raise attachments.too_much(LARGEST_READ)
            old = archive.read(part)
            _refuse_remarks(part.filename, old)
            new = _blank(part.filename, old)
            is_changed |= new != old
            copy.writestr(part, new)
    return made.getvalue() if is_changed else content


def _is_read(name):
    """This will say whether a part may name somebody; the others may be as large as they like."""
    return (
        name in BLANK
        or name == "xl/workbook.xml"
        or any(known.search(name) for known in (PEOPLE, REMARKS, TEXT, PICTURE))
    )


def _blank(name, content):
    """This will return the content of one part of the archive without what it says of people."""
    if name in BLANK:
        return HEAD + BLANK[name]
    if name == "xl/workbook.xml":
        return WORKBOOK.sub(rb'\1""', content)
    return PERSON.sub(rb'\1""', content) if PEOPLE.search(name) else content


def _refuse_remarks(name, content):
    if (REMARKS.search(name) and REMARK.search(content)) or (TEXT.match(name) and TRACKED.search(content)):
        raise NamesItsMaker(
            _("The file holds comments or tracked changes, which name who made them. Remove them and attach it again.")
        )
    if PICTURE.search(name) and photo_facts.place(io.BytesIO(content)):
        raise NamesItsMaker(
            _("A picture in the file says where it was taken. Compress the pictures of the file and attach it again.")
        )


def _without_creator(content):
    """This will write spaces over the names in a PDF's properties, going through the file once."""
    made, place, unclosed = [], 0, set()
    for found in PDF_CREATOR.finditer(content):
        if found.start() < place or found[1] in unclosed:
            continue
        end = content.find(b"</%s>" % found[1], found.end())
        if end < 0:
            unclosed.add(found[1])
            continue
        made += [content[place : found.end()], b" " * (end - found.end())]
        place = end
    return b"".join([*made, content[place:]])


def _pdf(content):
    """This will write spaces over the name, so that every place in the file stays where its table says."""
    cleaned = PDF_NAME.sub(lambda found: found[0][: found.start(1) - found.start() + 1] + b" " * (len(found[1]) - 2)
                           + found[1][-1:], content)  # fmt: skip
    cleaned = _without_creator(cleaned)
    left = EMPTY.sub(b"", cleaned)
    is_packed = any(b"/Author" in EMPTY.sub(b"", part) for part in attachments.packed_objects(content))
    if is_packed or b"/Author" in left or (cleaned != content and b"/ByteRange" in content):
        raise NamesItsMaker(
            _("The PDF names its author where that cannot be taken out. Print it to a new PDF without properties.")
        )
    return cleaned
