"""Takes out of a file for readers who made it: Office and PDF keep a person's name where no reader of the text looks.

Such a name may be a soldier's, and nobody clears it. What can be blanked without touching the page is blanked; where
the name is part of the text (comments, tracked changes), or cannot be reached, the file is refused with what to do.
"""

import io
import re
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
WORKBOOK = re.compile(rb'(\buserName=|<x15ac:absPath\b[^>]*?\burl=)"[^"]*"')  # the last writer; a folder of theirs
PICTURE = re.compile(r"(?i)\.(jpe?g|tiff?)$")
PDF_NAME = re.compile(rb"/Author\s*(\((?:\\.|[^\\()])*\)|<[0-9A-Fa-f\s]*>)", re.S)
EMPTY = re.compile(rb"/Author\s*(\( *\)|< *>)")
PDF_CREATOR = re.compile(rb"<(dc:creator|pdf:Author)>(.*?)</\1>", re.S)


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
            old = archive.read(part)
            _refuse_remarks(part.filename, old)
            new = _blank(part.filename, old)
            is_changed |= new != old
            copy.writestr(part, new)
    return made.getvalue() if is_changed else content


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


def _pdf(content):
    """This will write spaces over the name, so that every place in the file stays where its table says."""
    cleaned = PDF_NAME.sub(lambda found: found[0][: found.start(1) - found.start() + 1] + b" " * (len(found[1]) - 2)
                           + found[1][-1:], content)  # fmt: skip
    cleaned = PDF_CREATOR.sub(
        lambda found: b"<%s>%s</%s>" % (found[1], b" " * len(found[2]), found[1]), cleaned
    )  # fmt: skip
    left = EMPTY.sub(b"", cleaned)
    is_packed = any(b"/Author" in EMPTY.sub(b"", part) for part in attachments.packed_objects(content))
    if is_packed or b"/Author" in left or (cleaned != content and b"/ByteRange" in content):
        raise NamesItsMaker(
            _("The PDF names its author where that cannot be taken out. Print it to a new PDF without properties.")
        )
    return cleaned
