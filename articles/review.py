"""Shows an open draft to a fact-checker who has no account, takes comments on it, and settles them.

The link is the key: its token is shown once, and only its digest is kept. What it opens is what the edition would print
if it were approved now, and nothing else of the record.
"""

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from html import unescape

from django.db import transaction
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from articles import notices, numbers, previewing, readiness, rendering, tokens
from articles.models import Claim, Comment, Edition, ReviewLink
from articles.publishing import CannotMove, writers
from ledger import audit
from missions import clearance

LONGEST = 30  # days that a link may hold
USUAL = 7
MOST_COMMENTS = 200  # by one link: more is no review
LONGEST_COMMENT = 4000  # letters


class CannotReview(CannotMove):
    """The link cannot be made or the comment not be taken. The message says why."""


class Closed(Exception):
    """There is nothing at this address: unknown, expired, revoked, or the text is not open to outsiders.

    It never says which: who tries tokens learns nothing.
    """


@dataclass(frozen=True)
class ShownPhoto:
    """A photo as a fact-checker gets it: at addresses that hold as long as the link."""

    url: str
    srcset_webp: str
    srcset_jpg: str
    width: int
    height: int


@dataclass(frozen=True)
class ShownUse:
    """What stands with a photo in the text; named like the fields of `PhotoUse`."""

    photo: ShownPhoto
    caption: str
    alt: str
    credit: str
    licence: str


@dataclass(frozen=True)
class Preview:
    """An open edition as it would be printed: safe HTML, unsaved claims, and the numbers that were typed.

    `numbers` are (numbers, sentence) pairs. `unanswered` are the labels of figures that cannot be printed yet.
    """

    body: str
    claims: list
    lead: ShownUse | None = None
    numbers: list = field(default_factory=list)
    unanswered: list = field(default_factory=list)


def make_link(edition, *, reviewer, by, at, days=USUAL):
    """This will make a link that shows the open `edition` to `reviewer` for `days` days.

    Returns (link, token). The token is nowhere else: who loses it makes another link.
    """
    reviewer = " ".join(reviewer.split())
    if not reviewer:
        raise CannotReview(_("Say for whom the link is."))
    if not 1 <= days <= LONGEST:
        raise CannotReview(_("A link holds for at least one day and at most %(days)s.") % {"days": LONGEST})
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        edition = _open(edition.pk)
        if keeps_outsiders_out(edition, at=at):
            raise CannotReview(
                _(
                    "The text names people or places that are not cleared for the public: nobody outside the house "
                    "may read it yet."
                )
            )
        link = ReviewLink.objects.create(
            edition=edition, reviewer=reviewer[:200], token_sha256=digest(token), created_at=at, created_by=by,
            expires_at=at + timedelta(days=days),
        )  # fmt: skip
        audit.note("make review link", link, by=by, at=at, edition=edition.pk, days=days)
    return link, token


def revoke(link, *, by, at):
    """This will end a link at once; a link that ended before stays as it is."""
    with transaction.atomic():
        link = ReviewLink.objects.select_for_update().get(pk=link.pk)
        if link.revoked_at is None:
            link.revoked_at = at
            link.save(update_fields=["revoked_at"])
            audit.note("revoke review link", link, by=by, at=at, edition=link.edition_id)
    return link


def find(token, *, at):
    """This will return the link that `token` opens at `at`, with its open edition; else it raises `Closed`."""
    held = _holding(at).filter(token_sha256=digest(token))
    link = held.select_related("edition__article__section", "edition__article__lead_photo").first()
    if link is None or not link.edition.is_open or keeps_outsiders_out(link.edition, at=at):
        raise Closed
    return link


def note_opened(link, *, at):
    """This will note that the draft was read through this link; the first time is an entry of the ledger."""
    with transaction.atomic():
        ReviewLink.objects.filter(pk=link.pk).update(opened_at=at)
        if link.opened_at is None:
            audit.note("open review link", link, by=None, at=at, edition=link.edition_id)


def keeps_outsiders_out(edition, *, at):
    """This will say whether the edition names or shows somebody, or names a place, that is not cleared at `at`."""
    people, places = readiness.named(edition)
    return bool(people - clearance.may_be_named(people, at=at) or places - clearance.placed_until(places, at=at).keys())


def comment(edition, *, text, at, about="", by=None, link=None):
    """This will write a comment on an open edition: by a colleague (`by`) or through a fact-checker's `link`."""
    text, about = text.strip(), " ".join(about.split())
    if not text:
        raise CannotReview(_("Write what you want to say."))
    if len(text) > LONGEST_COMMENT:
        raise CannotReview(_("A comment has at most %(most)s letters.") % {"most": LONGEST_COMMENT})
    if len(about) > 200:
        raise CannotReview(_("Name the words that you mean in at most %(most)s letters.") % {"most": 200})
    with transaction.atomic():
        edition = _open(edition.pk)  # one after the other: the count below then holds
        if link and not _holding(at).filter(pk=link.pk, edition=edition).exists():
            raise Closed
        if link and link.comments.count() >= MOST_COMMENTS:
            raise CannotReview(
                _("This link has taken %(most)s comments and takes no more. Ask the newsroom for another.")
                % {"most": MOST_COMMENTS}
            )
        written = Comment.objects.create(edition=edition, about=about, by=by, link=link, text=text, at=at)
        audit.note("comment", written, by=by, at=at, edition=edition.pk, **({"link": link.pk} if link else {}))
        notices.commented(written)
    return written


def settleable(edition, comments, user):
    """This will return those of the edition's `comments`, a list, that `user` may settle.

    An editor settles any. Who comments settles their own, and on their own text (`publishing.writers`) those of others.
    """
    if user.has_perm("articles.change_comment"):
        return comments
    if not user.has_perm("articles.add_comment"):
        return []
    is_own = user.pk in writers(edition)
    return [comment for comment in comments if is_own or comment.by_id == user.pk]


def settle(comment, *, by, at):
    """This will mark a comment as dealt with. It stays readable."""
    with transaction.atomic():
        comment = Comment.objects.select_for_update().get(pk=comment.pk)
        if comment.settled_at is None:
            comment.settled_at = at
            comment.save(update_fields=["settled_at"])
            audit.note("settle comment", comment, by=by, at=at, edition=comment.edition_id)
    return comment


def digest(token):
    return hashlib.sha256(token.encode()).hexdigest()


def preview(edition, *, at, photo_url):
    """This will return the open edition's `Preview` at `at`; nothing is saved.

    `photo_url(photo, width)` gives a picture's address. A figure that is not cleared, or that the record cannot answer,
    prints “…”, and a token that cannot be read stands there in ‹brackets› that mean nothing.
    """
    body = rendering.clean(edition.body)
    body = _readable(body, tokens.acronyms_for(body))
    drawn = previewing.draw(
        edition, body, at=at, shown=partial(_shown, photo_url=photo_url),
        unanswered=lambda *figure: _nameless(edition, *figure, at=at),
    )  # fmt: skip
    typed = " ".join([f"{edition.title}.", edition.standfirst, tokens.TOKEN.sub("…", body)])
    return Preview(
        body=drawn.html,
        claims=[claim for claim in drawn.figures if claim.value is not None],
        lead=drawn.uses.get(0),
        numbers=_numbers(typed, edition.language),
        unanswered=list(dict.fromkeys(claim.label for claim in drawn.figures if claim.value is None)),
    )


def photo(link, pk):
    """This will return the photo `pk` if the link's edition shows it; else it raises `Closed`."""
    for use in readiness.uses_of(link.edition):
        if use.photo_id == pk:
            return use.photo
    raise Closed


def _holding(at):
    return ReviewLink.objects.filter(revoked_at__isnull=True, created_at__lte=at, expires_at__gt=at)


def _open(pk):
    edition = Edition.objects.held().select_related("article__lead_photo").get(pk=pk)
    if not edition.is_open:
        raise CannotReview(_("This edition was decided already."))
    return edition


def _readable(body, known_as):
    """This will return `body` with those tokens alone that can be read; `known_as` is for `tokens.read`."""

    def one(match):
        try:
            tokens.read(match[1], known_as)
        except tokens.BrokenToken:
            return f"‹{match[1]}›"
        return match[0]

    while (readable := tokens.TOKEN.sub(one, body)) != body:  # brackets in brackets make a token of the outer pair
        body = readable
    return body


def _nameless(edition, place, token, answer, *, at):
    """This will return the unsaved claim, without a value and a reason, of a figure that cannot be printed."""
    return Claim(
        edition=edition, place=place, key=answer.question.key, parameters=answer.question.parameters, value=None,
        printed=token.words or "…", unit=answer.unit, as_of=answer.as_of, sources=[], verdict="", asked_at=at,
    )  # fmt: skip


def _shown(use, *, photo_url):
    of = use.photo
    addresses = of.srcset(lambda size: photo_url(of, size))
    return ShownUse(
        ShownPhoto(photo_url(of, 960), addresses, addresses, of.width, of.height),
        use.caption, use.alt, use.credit, use.licence,
    )  # fmt: skip


def _numbers(html, language):
    """This will return (numbers, sentence) for each sentence with numbers that were typed, in figures or in words."""
    text = " ".join(unescape(strip_tags(html.replace("<", " <"))).split())
    by_sentence = {}
    for number in numbers.counts(text, language=language):
        by_sentence.setdefault(number.sentence, []).append(text[number.start : number.end])
    return [(", ".join(found), sentence) for sentence, found in by_sentence.items()]
