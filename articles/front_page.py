"""Lays out the front page of a language from a moment on, and puts it together for a reader."""

import itertools
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from articles import cards
from articles.models import Correction, Edition, FrontPage, Pin, Section, Topic
from articles.models.shelf import Rows, with_size
from articles.signals import articles_changed
from ledger import audit
from missions.settled import settled

AT_THE_TOP = 4  # the lead and a row of three, where the editors pinned no more
MOST_AT_THE_TOP = 10
OF_A_SECTION = 4
ID, DAY, PUBLIC_FROM = (cards.EDITION.index(name) for name in ("id", "day", "public_from"))


class CannotLayOut(Exception):
    """The front page cannot be laid out so; it carries a sentence for the editor."""


def stories(language, at, pinned):
    """This will return (the cards of the `pinned` stories in force at `at`, in their order; ids that are not)."""
    cards = {card.article_id: card for card in Edition.objects.for_cards(language, at).filter(article__in=pinned)}
    return [cards[pk] for pk in pinned if pk in cards], [pk for pk in pinned if pk not in cards]


@dataclass(frozen=True)
class Page:
    """What a reader finds: the stories at the top, the lead first, and (section, its newest) below; no story twice."""

    top: list
    sections: list
    corrections: list = ()

    @property
    def stories(self):
        return [*self.top, *itertools.chain.from_iterable(cards for _section, cards in self.sections)]

    @property
    def topics(self):
        """The topics of these stories, each once, where they were asked for."""
        return list({topic.pk: topic for card in self.stories for topic in card.topics}.values())


def in_force(language, at):
    """This will put together the front page that readers find at `at`: its layout's pins, then the newest stories."""
    sections = _sections(at=at, language=language)
    pinned = [pk for (pk,) in sections[0].found_pins[:MOST_AT_THE_TOP]] if sections else []
    top = {card.article_id: card for card in _pinned(at=at, language=language)} if pinned else {}
    for card in top.values():
        card.topics = cards.all_made(Topic, cards.TOPIC, card.found_topics)
    corrections = _corrections(at=at, language=language)
    return _page(language, at, sections, [top[pk] for pk in pinned if pk in top], corrections)


def read(language, at, pinned):
    """This will put the front page together as it would be with these stories `pinned` (ids)."""
    top = stories(language, at, pinned[:MOST_AT_THE_TOP])[0] if pinned else []
    return _page(language, at, list(with_size(Section.objects.order_by("position", "pk"))), top)


@settled
def _sections(*, at, language):
    newest = FrontPage.objects.in_force(language, at)
    pins = Rows(Pin.objects.filter(front_page__in=newest).order_by("position"), "article")
    return with_size(Section.objects.annotate(found_pins=pins)).order_by("position", "pk")


@settled
def _pinned(*, at, language):
    pins = Pin.objects.filter(front_page__in=FrontPage.objects.in_force(language, at))
    found = Edition.objects.for_cards(language, at).filter(article__in=pins.values("article"))
    return found.annotate(found_topics=cards.topics())


@settled
def _corrections(*, at, language):
    return Correction.objects.for_page(language, at)[:1]


@settled
def _newest(*, at, language, sections, large, count):
    """`sections` and `large` are ids. `count` is a tuple of one number: part of the question, and not a value of it."""
    shelf = Edition.objects.on_shelf(language, at)
    return shelf.of_each_section(sections, lambda stories: cards.rows_of(stories[: count[0]]), large=large)


def _page(language, at, sections, top, corrections=()):
    """A section with nothing left below the top is left out."""
    # So many of each that enough are left of it, however many of them stand at the top.
    count = AT_THE_TOP + len(top) + OF_A_SECTION
    asked = {
        "sections": tuple(section.pk for section in sections),
        "large": tuple(section.pk for section in sections if section.is_large), "count": (count,),
    }  # fmt: skip
    found = _newest(at=at, language=language, **asked) if sections else []
    by_section = {section.pk: section for section in sections}
    shown = {card.pk for card in top}
    newest = [(section, row) for section, rows in found for row in rows if row[ID] not in shown]
    newest.sort(key=lambda one: [one[1][place] for place in (DAY, PUBLIC_FROM, ID)], reverse=True)
    above = max(AT_THE_TOP - len(top), 0)
    top = [*top, *(cards.of_row(row, by_section[section]) for section, row in newest[:above])]
    below = []
    for section in sections:
        of_section = [row for its, row in newest[above:] if its == section.pk][:OF_A_SECTION]
        if of_section:
            below.append((section, [cards.of_row(row, section) for row in of_section]))
    return Page(top, below, corrections)


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
