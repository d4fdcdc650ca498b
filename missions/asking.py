"""Asks figures for readers, who may choose any day: an answer never tells by its day or its reason what is not cleared.

`clearance.answers` says which numbers may be public. Where the reader chooses the day, a number of the house's own
deployments would also tell when each of them began and ended. So for another day than today it is told only where their
periods are cleared too, and as of the end of a month where only the months are.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from missions import clearance, figures
from missions.models.mission import Mission
from missions.models.periods import month_end

HEAD_COUNTS = {"strength", "tours", "persons_served"}
OF_THE_UN_ALONE = {"rank", "fatalities", "own_fatalities"}
EARLIEST = date(1948, 5, 29)  # the UN's first mission began; the record of a house without missions begins there too


@dataclass(frozen=True)
class Card:
    """An answer as a page shows it: `value` is a number, or words where only its bounds are known, or None."""

    answer: figures.Answer
    value: object
    address: str = ""


def ask(asked, *, at, known_at=None):
    """This will return the public `figures.Answer` to each (question, day), in a bounded number of queries."""
    today = timezone.localdate(at)
    answers, fields = _asked(asked, at, known_at)
    coarse = {
        place: answer for place, answer in enumerate(answers)
        if asked[place][1] not in (today, month_end(asked[place][1])) and _tells_months_only(answer, fields)
    }  # fmt: skip
    if coarse:
        moved = [(asked[place][0], asked[place][1].replace(day=1) - timedelta(days=1)) for place in coarse]
        again, more = _asked(moved, at, known_at)
        fields |= more
        for place, answer in zip(coarse, again, strict=True):
            answers[place] = answer
    return [_without_hints(answer, fields, today) for answer in answers]


def _asked(asked, at, known_at):
    answers = clearance.answers(figures.ask_many(asked, known_at=known_at), at=at)
    return answers, clearance.fields_told({pk for answer in answers for pk, _field in answer.rests_on}, at=at)


def _tells_months_only(answer, fields):
    return any(fields.get(pk, {}).get("period", "exact") != "exact" for pk, _field in answer.rests_on)


def _without_hints(answer, fields, today):
    """This will return the answer, or one without a value whose reason is the same whatever the house keeps back."""
    says = answer.value is not None or answer.low is not None
    if answer.rests_on:
        may = all(
            field in fields.get(pk, {}) and (answer.as_of == today or "period" in fields[pk])
            for pk, field in answer.rests_on
        )
    else:
        may = says or answer.question.key in OF_THE_UN_ALONE
    reason = "" if may else _("The public part of the record does not say it for that day.")
    if may and _is_a_small_group(answer):
        reason = _("Fewer than %(limit)s persons are not told apart.") % {"limit": settings.SMALL_GROUP}
    return replace(answer, value=None, low=None, high=None, sources=(), rows=(), reason=reason) if reason else answer


def _is_a_small_group(answer):
    """This will say whether the house's own people in one mission are too few for their number to be told."""
    if not answer.rests_on or answer.question.key not in HEAD_COUNTS or "mission" not in answer.question.parameters:
        return False
    least = answer.low if answer.value is None else answer.value
    return least is not None and least < settings.SMALL_GROUP


def shown(answer):
    """This will return what stands in the place of the number: itself, its bounds in words, or None."""
    if answer.value is not None:
        return answer.value
    if answer.low is None:
        return None
    if answer.high is None:
        return _("at least %(low)s") % {"low": answer.low}
    return _("%(low)s to %(high)s") % {"low": answer.low, "high": answer.high}


def answer_card(answer, day=None):
    """This will return the `Card` of an answer, with the address at which it can be asked for another day."""
    return Card(answer, shown(answer), figure_address("figure", answer.question, **({"on": day} if day else {})))


def figure_address(page, question, **more):
    """This will return the address of a figure's page of that name, which asks the question."""
    query = urlencode({**question.parameters, **more})
    return f"{reverse(page, args=[question.key])}?{query}" if query else reverse(page, args=[question.key])


def told_and_silent(cards):
    """This will return the cards that tell something, and (reason, acronyms) for those that do not, each reason once.

    A card that stands alone says its reason itself.
    """
    if len(cards) == 1:
        return cards, []
    silent = {}
    for card in cards:
        if card.value is None:
            silent.setdefault(card.answer.reason, []).append(card.answer.question.parameters["mission"])
    told = [card for card in cards if card.value is not None]
    return told, [(reason, ", ".join(acronyms)) for reason, acronyms in silent.items()]


def first_day(known_at=None):
    """This will return the day on which the record begins: the earliest start of a mission."""
    known = Mission.objects.all() if known_at is None else Mission.history.as_of(known_at)
    found = known.filter(start__isnull=False).order_by("start").values_list("start", flat=True).first()
    return min(found or EARLIEST, EARLIEST)
