"""Documents that a story cannot carry: what makes whoever reads them go on for ever, or hold gigabytes."""

import io
import zipfile

REFUSED = {
    "zero.pdf", "cut.pdf", "bomb.docx", "macros.docx", "encrypted.docx", "renamed.docx", "nothing.docx", "nul.txt",
    "latin.csv", "absolute.docx", "a-large-text.docx", "a-hundred-megabytes.pdf",
}  # fmt: skip
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n"
END = b"\n%%EOF\n"


def archive(**parts):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return made.getvalue()


def word(content=b"<w:document/>", name="word/document.xml", **others):
    return archive(**{"[Content_Types].xml": b"<Types/>", name: content, **others})


def pdf(content):
    return PDF + content + END


def all_of(*, is_long=False):
    """This will yield (name, a function that returns the bytes)."""
    mega = (20 if is_long else 2) << 20
    yield "zero.pdf", lambda: b""
    yield "cut.pdf", lambda: PDF
    yield "objects.pdf", lambda: pdf(b"/ObjStm" * (mega // 7))
    yield "objects-and-streams.pdf", lambda: pdf(b"/ObjStm stream\n\x78\x9c" * (mega // 160))
    yield "an-author-for-ever.pdf", lambda: pdf(b"/Author(" + b"a" * mega)
    yield "authors.pdf", lambda: pdf(b"/Author( " * (mega // 9))
    yield "slashes.pdf", lambda: pdf(b"/Author(" + b"\\a" * (mega // 2))
    yield "creators.pdf", lambda: pdf(b"<dc:creator>" * (mega // 12))
    yield "creators-of-two.pdf", lambda: pdf(b"<dc:creator><pdf:Author>" * (mega // 24) + b"</dc:creator>")
    yield "hidden-letters.pdf", lambda: pdf(b"#41" * (mega // 3))
    yield "encrypts.pdf", lambda: pdf(b"/Encrypt " + b"1" * (mega // 2) + b" " * (mega // 2))
    yield "blanks.pdf", lambda: pdf(b"/Author" + b" " * mega)
    yield "paths.xlsx", lambda: word(b"<x15ac:absPath " * (mega // 15), "xl/workbook.xml")
    yield "quotes.xlsx", lambda: word(b'userName="' * (mega // 10), "xl/workbook.xml")
    yield "changes.docx", lambda: word(b"<w:" + b"a" * mega)
    yield "people.docx", lambda: word(**{"word/people.xml": b"a:" * (mega // 2)})
    yield "nothing.docx", lambda: word(b"", "nothing.xml")
    yield "bomb.docx", lambda: word(b"\0" * 210_000_000)
    yield "a-large-text.docx", lambda: word(b" " * 60_000_000)
    yield "a-large-picture.docx", lambda: word(**{"word/media/a.emf": b"\0" * 120_000_000})
    yield "macros.docx", lambda: word(**{"word/vbaProject.bin": b"x"})
    yield "many-parts.docx", lambda: word(**{f"word/p{n}.xml": b"" for n in range(6_000)})
    yield "encrypted.docx", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1000
    yield "renamed.docx", lambda: archive(**{"a.txt": b"x"})
    yield "absolute.docx", lambda: archive(**{"/etc/passwd": b"x", "../../a": b"x"})
    yield "nul.txt", lambda: b"\0" * mega
    yield "latin.csv", lambda: b"\xff\xfea\0b\0"
    yield "astral.txt", lambda: "𝔘".encode() * (mega // 4)
    yield "a-hundred-megabytes.pdf", lambda: pdf(b"\0" * 100_000_000)
    whole = word()
    for tenth in range(1, 10):
        yield f"cut-{tenth}.docx", lambda tenth=tenth: whole[: len(whole) * tenth // 10]
