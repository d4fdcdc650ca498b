"""Translates an edition into another language, and knows when the text it was translated from has moved on."""

import re
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from articles import addresses, comparing, notices, publishing, rendering, tokens
from articles.models import Edition, Language, Revision, State
from ledger import audit

TEXT = Edition.TRANSLATED
TAGS = {"p", "h2", "h3", "li", "blockquote"}
ITEM_ENDS = re.compile(r"(?:\s*</p>)?\s*</li>|")
FRAMES_END = re.compile(r"(?:\s*</(?:p|li|ul|ol|blockquote)>)*")


class CannotTranslate(publishing.CannotMove):
    """The edition cannot be translated so."""


@dataclass(frozen=True)
class Staleness:
    """A translation whose source says something else by now: `source` is its text now, `parts` what changed since."""

    source: Edition
    revision: Revision
    parts: list


@dataclass(frozen=True)
class Pair:
    """A block of the source beside the block of the translation; either may be missing. `place` is the latter's."""

    source: comparing.Block | None
    target: comparing.Piece | None
    place: int | None

    @property
    def is_moved_on(self):
        return bool(self.source and self.source.is_changed)


def languages_for(edition):
    """This will return the languages that the story can be translated into: those without an open draft."""
    taken = Edition.objects.open().filter(article=edition.article_id).values_list("language", flat=True)
    missing = {*Language.values} - {edition.language, *taken}
    return [(code, name) for code, name in Language.choices if code in missing]


def begin(source, language, *, by, at):
    """This will open a draft of the story in `language`, made from the source's present text, and return it.

    A first edition begins with a block for each of the source's, empty but for its tokens, so that figures are the
    same and nothing untranslated can go out unseen; photos' places and attachments come along, captions do not.
    Where that language has an approved edition, its next edition is opened, still translated from what it was.
    """
    if language not in Language.values or language == source.language:
        raise CannotTranslate(_("Choose another language of the site."))
    if source.state == State.WITHDRAWN or source.suppressed_at:
        raise CannotTranslate(_("An edition that was taken back is not translated."))
    with transaction.atomic():
        there = Edition.objects.filter(article=source.article_id, language=language).order_by("-number")
        newest = there.held().first()
        if newest and newest.is_open:
            raise CannotTranslate(_("This story already has an open draft in this language."))
        if newest:
            following = publishing.open_next(newest, by=by, at=at)
            if following.translated_from_id is None:
                following.translated_from = revision_of(source, by=by, at=at)
                following.save(update_fields=["translated_from"])
            return following
        draft = Edition.objects.create(
            article_id=source.article_id, language=language, title=source.title,
            slug=_free_address(source, language), byline=source.byline, day=source.day, body=skeleton(source.body),
            created_at=at, created_by=by, translated_from=revision_of(source, by=by, at=at),
        )  # fmt: skip
        for use in source.photo_uses.exclude(place=0).order_by("place"):
            draft.photo_uses.create(place=use.place, photo=use.photo, credit_found=use.credit_found)
        for file in source.attachments.order_by("pk"):
            draft.attachments.create(title=file.title, file=file.file.name, kind=file.kind, size=file.size)
        audit.note("begin translation", draft, by=by, at=at, source=source.pk)
    return draft


def revision_of(source, *, by, at):
    """This will return a revision of the source that says what it says now, keeping one only where none does."""
    same = Revision.objects.filter(edition=source, **{name: getattr(source, name) for name in TEXT})
    return same.order_by("-at", "-pk").first() or publishing.keep_revision(source, name="Translated", by=by, at=at)


def skeleton(body):
    """This will return the body with every block emptied but for its tokens."""
    text = rendering.clean(body)
    for piece in reversed(comparing.pieces(body)):
        kept = " ".join(match[0] for match in tokens.TOKEN.finditer(piece.html))
        text = text[: piece.start] + kept + text[piece.end :]
    return text


def source_of(edition):
    """This will return (the edition that the translation's source is by now, the revision it was made from).

    Both are None for what is no translation.
    """
    told = Edition.objects.filter(pk=edition.pk).with_source().values_list("source_now", flat=True).first()
    if told is None:
        return None, None
    revision = Revision.objects.select_related("edition").get(translations=edition.pk)
    return Edition.objects.defer("rendered").get(pk=told), revision


def staleness(edition):
    """This will return the `Staleness` of a translation, or None where its source still says the same."""
    source, revision = source_of(edition)
    if source is None or all(getattr(source, name) == getattr(revision, name) for name in TEXT):
        return None
    return Staleness(source, revision, comparing.compare(comparing.text_of(revision), comparing.text_of(source)))


def mark_current(edition, *, by, at):
    """This will note that the translation says what its source says now. Its text stays as it is."""
    with transaction.atomic():
        source, _revision = source_of(edition)
        if source is None:
            raise CannotTranslate(_("This edition is no translation."))
        revision = revision_of(source, by=by, at=at)
        Edition.objects.filter(pk=edition.pk).update(translated_from=revision)
        notices.is_current(edition, at=at)
        audit.note("mark translation current", edition, by=by, at=at, revision=revision.pk)
    edition.translated_from = revision
    return edition


def pairs(revision_body, source_body, target_body):
    """This will return the `Pair`s of a source and its translation, by order.

    The blocks of the translation follow those that it was translated from; once there are as many as the source has
    now, they follow these.
    """
    old, new, target = (comparing.pieces(body) for body in (revision_body, source_body, target_body))
    gone = (comparing.REMOVED, comparing.MOVED_AWAY)
    come = (comparing.ADDED, comparing.MOVED)
    follows_new = len(target) == len(new) or len(target) != len(old)
    waiting = iter(enumerate(target))
    found = []
    for block in comparing.blocks_of(old, new):
        stands_alone = block.kind in (gone if follows_new else come)
        place, piece = (None, None) if stands_alone else next(waiting, (None, None))
        found.append(Pair(block, piece, place))
    return [*found, *[Pair(None, piece, place) for place, piece in waiting]]


def compose(body, rows):
    """This will return the body with other words in its blocks.

    `rows` are (place of the block or None for a new one, tag of a new one, words as HTML) in the page's order. A
    block that had words and has none now is taken out; its markup around stays as it was.
    """
    text = rendering.clean(body)
    found = comparing.pieces(body)
    changes, after, item = [], 0, False
    for order, (place, tag, words) in enumerate(rows):
        words = rendering.clean_inline(words).strip()
        if place is None:
            if words:
                at = (ITEM_ENDS if item and tag == "li" else FRAMES_END).match(text, after).end()
                changes.append((at, at, order, _element(tag, words, in_list=item)))
            continue
        if not 0 <= place < len(found):
            raise CannotTranslate(_("The text has other paragraphs by now. Open the page again."))
        piece = found[place]
        after, item = piece.outer_end, piece.kind == "li"
        if words == piece.html.strip():
            continue
        if words or not piece.html.strip():
            changes.append((piece.start, piece.end, order, words))
        else:
            changes.append((piece.outer_start, piece.outer_end, order, ""))
    for start, end, _order, words in sorted(changes, reverse=True):
        text = text[:start] + words + text[end:]
    return rendering.clean(text)


def _element(tag, words, *, in_list):
    if tag == "li":
        return f"<li>{words}</li>" if in_list else f"<ul><li>{words}</li></ul>"
    if tag == "blockquote":
        return f"<blockquote><p>{words}</p></blockquote>"
    return f"<{tag}>{words}</{tag}>" if tag in TAGS else f"<p>{words}</p>"


def address_for(edition, title):
    """This will return the address of a translation whose title is now `title`.

    It is made from the title as long as it is still the source's and nobody can have read the story there.
    """
    if edition.number > 1 or edition.translated_from is None or title == edition.translated_from.title:
        return edition.slug
    source = edition.translated_from.edition
    if edition.slug != _free_address(source, edition.language):
        return edition.slug
    return addresses.free(title, edition.language, article=edition.article_id)


def _free_address(source, language):
    """This will return the source's address, or one with the story's number where another story has it."""
    taken = Edition.objects.filter(language=language, slug=source.slug).exclude(article=source.article_id)
    return f"{source.slug[:100]}-{source.article_id}" if taken.exists() else source.slug
