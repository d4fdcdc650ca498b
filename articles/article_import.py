"""Makes a draft from a plain-text feature: date, standfirst, paragraphs, and a place for each photo."""

import hashlib
import re
from dataclasses import dataclass
from datetime import date
from html import escape
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from articles import addresses
from articles.models import Article, Edition, Section
from articles.suggestions import suggest
from ledger import audit

PHOTO = re.compile(r"(?:фото|сурет|photo)\s*:\s*(.+)", re.I)
OPENING = re.compile(r"\s*date\s+(\d{4}-\d{2}-\d{2})\s+(\S.*)", re.S)
LARGEST = 1_000_000  # bytes


class BrokenFile(Exception):
    """The file holds no feature. The message says what is wrong with it."""


class ImportedAlready(Exception):
    """The same file was imported before. `article` is the story that it made."""

    def __init__(self, article):
        self.article = article
        super().__init__(_("This file was imported already, as “%(title)s”.") % {"title": article.working_title})


@dataclass(frozen=True)
class Feature:
    """A feature as read from its file."""

    day: date
    standfirst: str
    blocks: tuple  # ("text", paragraph) or ("photo", credit), in reading order

    @property
    def title(self):
        """The first sentence of the standfirst; plain-text features come without a title of their own."""
        sentence = re.match(r"(.+?[.!?…])(?:\s|$)", self.standfirst)
        return (sentence[1] if sentence else self.standfirst).rstrip(".…")[:200]


def read(path):
    """This will return the `Feature` in the file and its SHA-256, or raise `BrokenFile`."""
    path = Path(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise BrokenFile(_("%(file)s cannot be read: %(why)s") % {"file": path, "why": error.strerror}) from error
    if len(data) > LARGEST:
        raise BrokenFile(_("%(file)s is larger than a feature can be.") % {"file": path.name})
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BrokenFile(_("%(file)s is not a text in UTF-8.") % {"file": path.name}) from error
    if not text.strip():
        raise BrokenFile(_("%(file)s is empty.") % {"file": path.name})
    if "\x00" in text:
        raise BrokenFile(_("%(file)s is not a plain text.") % {"file": path.name})
    paragraphs = [" ".join(part.split()) for part in re.split(r"\n\s*\n|\r\n\s*\r\n", text) if part.strip()]
    opening = OPENING.fullmatch(paragraphs[0])
    if not opening:
        raise BrokenFile(_("%(file)s does not begin with “date YYYY-MM-DD” and a standfirst.") % {"file": path.name})
    try:
        day = date.fromisoformat(opening[1])
    except ValueError as error:
        raise BrokenFile(_("%(file)s bears a date that does not exist: %(date)s")
                         % {"file": path.name, "date": opening[1]}) from error  # fmt: skip
    blocks = tuple(
        ("photo", match[1][:200]) if (match := PHOTO.fullmatch(part)) else ("text", part) for part in paragraphs[1:]
    )
    if not any(kind == "text" for kind, _text in blocks):
        raise BrokenFile(_("%(file)s has no paragraphs after the standfirst.") % {"file": path.name})
    return Feature(day, opening[2], blocks), hashlib.sha256(data).hexdigest()


def import_article(path, *, language, section, by, at):
    """This will make a story with one draft edition from the file and return (edition, suggested claims).

    Raises `BrokenFile` or `ImportedAlready`; then nothing was made.
    """
    feature, checksum = read(path)
    earlier = Article.objects.filter(import_checksum=checksum).first()
    if earlier:
        raise ImportedAlready(earlier)
    with transaction.atomic():
        article = Article.objects.create(
            working_title=feature.title,
            section=Section.objects.get(slug=section),
            imported_from=Path(path).name[:250],
            import_checksum=checksum,
        )
        edition = Edition.objects.create(
            article=article, language=language, title=feature.title, slug=addresses.free(feature.title, language),
            standfirst=feature.standfirst, day=feature.day, body=_body(feature), created_at=at, created_by=by,
        )  # fmt: skip
        credits = [credit for kind, credit in feature.blocks if kind == "photo"]
        for place, credit in enumerate(credits, start=1):
            edition.photo_uses.create(place=place, credit_found=credit)
        audit.note("import article", edition, by=by, at=at, sha256=checksum)
    text = "\n".join([feature.standfirst, *(text for kind, text in feature.blocks if kind == "text")])
    return edition, suggest(text, on=feature.day, language=language)


def _body(feature):
    parts, place = [], 0
    for kind, text in feature.blocks:
        if kind == "photo":
            place += 1
            parts.append(f"<p>[[photo {place}]]</p>")
        else:
            # Brackets of the text's own are not tokens.
            parts.append(f"<p>{escape(text, quote=False).replace('[[', '[ [').replace(']]', '] ]')}</p>")
    return "\n".join(parts)
