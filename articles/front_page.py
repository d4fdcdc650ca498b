"""Lays out the front page of a language from a moment on, and puts it together for a reader."""

import itertools
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from articles import cards
from articles.models import Article, Correction, Edition, FrontPage, Pin, Section, Topic
from articles.models.shelf import Rows, with_size
from articles.signals import articles_changed
from ledger import audit
from missions.settled import settled

AT_THE_TOP = 4  # the lead and a row of three, where the editors pinned no more
MOST_AT_THE_TOP = 10
REMEMBERED = 8  # answers of which a process keeps the rows, in each language
OF_A_SECTION = 4
LOOKED_THROUGH = 60  # of the newest stories: where a section has too few of them, its own are asked for
KEY = ("pk", "article__section")


class CannotLayOut(Exception):
    """The front page cannot be laid out so; it carries a sentence for the editor."""


def stories(language, at, pinned):
    """This will return (the cards of the `pinned` stories in force at `at`, in their order; ids that are not)."""
    cards = {card.article_id: card for card in Edition.objects.for_cards(language, at).filter(article__in=pinned)}
    return [cards[pk] for pk in pinned if pk in cards], [pk for pk in pinned if pk not in cards]


@dataclass(frozen=True)
class Page:
    """What a reader finds: the stories at the top, the lead first, and (section, its newest) below; no story twice.

    `topics` are those of these stories, in no order; `correction` is the latest: its story's title and slug, or None.
    """

    top: list
    sections: list
    topics: list
    correction: tuple | None = None


def in_force(language, at):
    """This will put together the front page that readers find at `at`: its layout's pins, then the newest stories.

    Four questions: which sections, pins and correction there are; the keys of the newest stories; the stories that are
    shown; and their topics. Two more where a section has none of the newest.
    """
    sections = _sections(at=at, language=language)
    if not sections:
        return Page([], [], [])
    pinned = [pk for (pk,) in sections[0].found_pinned]
    return _page(language, at, sections, pinned, next(map(tuple, sections[0].found_correction), None))


def read(language, at, pinned):
    """This will put the front page together as it would be with these stories `pinned` (ids)."""
    top = stories(language, at, pinned[:MOST_AT_THE_TOP])[0] if pinned else []
    return _page(language, at, list(Section.objects.order_by("position", "pk")), [card.pk for card in top])


@settled(remembers=REMEMBERED)
def _sections(*, at, language):
    """The sections; beside each the ids of the pinned editions in force, and the latest correction."""
    pins = {
        "article__pin__front_page__in": FrontPage.objects.in_force(language, at),
        "article__pin__position__lte": MOST_AT_THE_TOP,
    }
    pinned = Edition.objects.in_force(at).filter(language=language, **pins).order_by("article__pin__position")
    correction = Correction.objects.for_page(language, at)[:1]
    sections = Section.objects.annotate(
        found_pinned=Rows(pinned, "pk"), found_correction=Rows(correction, "story_title", "story_slug")
    )
    return sections.order_by("position", "pk")


@settled
def _newest(*, at, language):
    """The keys of the newest stories of all, (id, section's id) each, the newest first."""
    return Edition.objects.on_shelf(language, at)[:LOOKED_THROUGH].values_list(*KEY)


@settled
def _newest_of(*, at, language, sections, large, count):
    """The ids of the newest of each of these sections: `sections`, and `large` of them, are ids.

    `count` is a tuple of one number: part of the question, and not a value of it.
    """
    shelf = Edition.objects.on_shelf(language, at)
    return shelf.of_each_section(sections, lambda stories: Rows(stories[: count[0]], "pk"), large=large)


@settled
def _large(*, sections):
    return with_size(Section.objects.filter(pk__among=sections)).filter(is_large=True).values_list("pk", flat=True)


@settled(remembers=REMEMBERED)
def _shown(*, editions):
    return Edition.objects.filter(pk__among=editions).with_what_cards_show()


@settled(remembers=REMEMBERED)
def _topics(*, articles):
    links = Article.topics.through.objects.filter(article__pk__among=articles)
    return Topic.objects.filter(pk__in=links.values("topic")).only(*cards.TOPIC)


def _page(language, at, sections, pinned, correction=None):
    """`pinned` are ids of editions. A section with nothing left below the top is left out."""
    newest = _newest(at=at, language=language)
    unpinned = [pk for pk, _section in newest if pk not in pinned]
    top = [*pinned, *unpinned[: max(AT_THE_TOP - len(pinned), 0)]]
    below = {section.pk: [] for section in sections}
    _fill(below, newest, top)
    if len(newest) == LOOKED_THROUGH:  # there may be older ones
        few = tuple(section for section, its in below.items() if len(its) < OF_A_SECTION)
        for section, keys in _older(language, at, few, len(top)) if few else ():
            below[section] = []
            _fill(below, [(pk, section) for (pk,) in keys], top)
    shown = {one.pk: one for one in _shown(editions=[*top, *itertools.chain.from_iterable(below.values())])}
    return Page(
        [shown[pk] for pk in top],
        [(section, [shown[pk] for pk in below[section.pk]]) for section in sections if below[section.pk]],
        _topics(articles=[one.article_id for one in shown.values()]),
        correction,
    )


def _fill(below, keys, top):
    """This will put the newest of each section that are not at the top into `below`, {section's id: ids}."""
    for pk, section in keys:
        # A section that was made a moment ago is not among them.
        if pk not in top and section in below and len(below[section]) < OF_A_SECTION:
            below[section].append(pk)


def _older(language, at, sections, at_the_top):
    """This will return (section's id, ids of its newest) of sections with few of the newest stories of all."""
    large = tuple(_large(sections=list(sections)))
    # So many of each that enough are left of it, however many of them stand at the top.
    count = (at_the_top + OF_A_SECTION,)
    return _newest_of(at=at, language=language, sections=sections, large=large, count=count)


def lay_out(language, pinned, *, since, by, at):
    """This will let the front page of `language` begin at `since` with the stories `pinned` (ids), the lead first.

    A layout of that very moment is replaced while it lies ahead. A moment that has passed is refused, since what the
    public saw is not rewritten; so is a story without an edition in force then.
    """
    with transaction.atomic():
        if since < at:
            raise CannotLayOut(_("That moment has passed already: what the public saw then stays as it was."))
        if len(set(pinned)) != len(pinned):
            raise CannotLayOut(_("A story is pinned twice."))
        if stories(language, since, pinned)[1]:
            raise CannotLayOut(_("A pinned story has no edition in this language that is public at that moment."))
        page, _made = FrontPage.objects.get_or_create(language=language, since=since)
        page.pins.all().delete()
        Pin.objects.bulk_create(
            Pin(front_page=page, article_id=pk, position=place) for place, pk in enumerate(pinned, start=1)
        )
        audit.note("lay out", page, by=by, at=at, language=language, since=since.isoformat(), articles=list(pinned))
        articles_changed.send(sender=FrontPage, at=at, by=by)
    return page


def moved(pinned, step, pk):
    """This will return the ids with `pk` put in, taken out, or moved one place: pin, unpin, up or down."""
    pinned = list(pinned)
    if step == "pin" and pk not in pinned:
        pinned.append(pk)
    elif step == "unpin" and pk in pinned:
        pinned.remove(pk)
    elif step in ("up", "down") and pk in pinned:
        place = pinned.index(pk)
        other = place + (1 if step == "down" else -1)
        if 0 <= other < len(pinned):
            pinned[place], pinned[other] = pinned[other], pinned[place]
    return pinned
