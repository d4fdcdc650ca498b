"""Lays out the front page of a language from a moment on, and puts it together for a reader."""

import itertools
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from articles.models import Edition, FrontPage, Pin, Section
from articles.signals import articles_changed
from ledger import audit

AT_THE_TOP = 4  # the lead and a row of three, where the editors pinned no more
MOST_AT_THE_TOP = 10
OF_A_SECTION = 4


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

    @property
    def articles(self):
        """This will return the ids of the stories on the page."""
        below = itertools.chain.from_iterable(cards for _section, cards in self.sections)
        return [card.article_id for card in [*self.top, *below]]


def read(language, at, pinned):
    """This will put the front page together: the `pinned` stories (ids) that are in force, then the newest ones.

    A section with nothing left below the top is left out. It takes three queries, one more where stories are pinned.
    """
    top = stories(language, at, pinned[:MOST_AT_THE_TOP])[0] if pinned else []
    sections = list(Section.objects.order_by("position", "pk"))
    shelf = Edition.objects.on_shelf(language, at)
    # So many of each that enough are left of it, however many of them stand at the top.
    newest = shelf.newest_of_each_section(sections, AT_THE_TOP + len(top) + OF_A_SECTION)
    cards = list(Edition.objects.filter(pk__in=itertools.chain.from_iterable(newest.values())).as_cards())
    free = [card for card in cards if card not in top]
    top += free[: max(AT_THE_TOP - len(top), 0)]
    below = [
        (section, [card for card in free if card.article.section_id == section.pk and card not in top][:OF_A_SECTION])
        for section in sections
    ]
    return Page(top, [(section, cards) for section, cards in below if cards])


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
