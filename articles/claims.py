"""Freezes the figures of an edition at approval, and asks the record about them again whenever it changes."""

from django.db.models import Q
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from articles.models import Claim, Edition
from missions import clearance, figures


def printed(value, language):
    """This will return a number as `language` prints it, its thousands set apart."""
    with override(language):
        return formats.number_format(value, force_grouping=True)


def as_claim(edition, place, token, answer, *, at):
    """This will return the unsaved claim that a figure's token makes at `place` of the text, with its answer.

    The editor's own words are kept as they stand, with the number and the relation that they say.
    """
    value, relation, words = said(token, answer)
    return Claim(
        edition=edition,
        place=place,
        key=answer.question.key,
        parameters=answer.question.parameters,
        value=value,
        relation=relation,
        printed=words or printed(value, edition.language),
        unit=answer.unit,
        as_of=answer.as_of,
        sources=[list(source) for source in answer.sources],
        rests_on=sorted(answer.rests_on),
        verdict=Claim.Verdict.AGREES,
        value_then=answer.value,
        asked_at=at,
    )


def said(token, answer):
    """This will return (value, relation, the editor's own words or "") of what a figure's token prints."""
    if number := token.number:
        return number.value, number.relation, token.words
    return answer.value, Claim.Relation.EXACTLY, ""


def span_of(value, relation):
    """This will return the (lowest, highest) value that a claim allows for, None where it sets no bound.

    "About" allows for a tenth of the number to either side.
    """
    return {
        Claim.Relation.EXACTLY: (value, value),
        Claim.Relation.MORE_THAN: (value + 1, None),
        Claim.Relation.AT_LEAST: (value, None),
        Claim.Relation.LESS_THAN: (None, value - 1),
        Claim.Relation.AT_MOST: (None, value),
        Claim.Relation.ABOUT: (-(-value * 9 // 10), value * 11 // 10),
    }[relation]


def contradict(one, other):
    """This will say whether no number lies within both of two spans."""
    return any(
        low is not None and high is not None and high < low for low, high in ((one[0], other[1]), (other[0], one[1]))
    )


def holds(value, relation, answer):
    """This will say whether the record bears a claim out: True, False, or None where it cannot say.

    Where the record knows only bounds, a claim that all values between them fulfil is true, and one that none does
    is false.
    """
    if answer.value is not None:
        record = (answer.value, answer.value)
    elif answer.low is not None or answer.high is not None:
        record = (answer.low, answer.high)
    else:
        return None
    claimed = span_of(value, relation)
    if contradict(claimed, record):
        return False
    above = claimed[0] is None or (record[0] is not None and record[0] >= claimed[0])
    below = claimed[1] is None or (record[1] is not None and record[1] <= claimed[1])
    return True if above and below else None


def what_record_says(answer):
    """This will return a sentence with what the record answers: its value, its bounds, or why it has none."""
    if answer.value is None:
        return answer.reason
    return _("The record says %(value)s.") % {"value": answer.value}


def verdict(claim, then, today):
    """This will return what two answers say of a claim: for its own day, and for today."""
    held_then, held_today = (holds(claim.value, claim.relation, answer) for answer in (then, today))
    if held_then is None:
        return Claim.Verdict.SILENT
    if held_then is False:
        return Claim.Verdict.WRONG
    if held_today is False:
        return Claim.Verdict.MOVED_ON
    return Claim.Verdict.AGREES


def compare(claims, *, at, known_at=None, on=None):
    """This will ask the record about claims, each as of its own day and as of `at`; it writes nothing.

    `known_at` is the moment whose record answers, None for the record as it stands; `on` another day than that of `at`.

    Returns (claim, answer for its own day, answer for today, whether readers may be told both) for each. A question is
    asked once for each day, however many stories print it.
    """
    day = on or timezone.localdate(at)
    asked = {}
    for claim in claims:
        for on in (claim.as_of, day):
            asked[str(claim.question), on] = (claim.question, on)
    found = figures.ask_many(list(asked.values()), known_at=known_at)
    answers = dict(zip(asked, found, strict=True))
    told = dict(zip(asked, clearance.answers(found, at=at), strict=True))
    ends = clearance.deployments_until({pair for answer in found for pair in answer.rests_on}, at=at)

    def is_lasting(answer):
        return all(ends.get(pair, at) is None for pair in answer.rests_on)

    compared = []
    for claim in claims:
        asked_of_it = [(str(claim.question), on) for on in (claim.as_of, day)]
        # Neither what is withheld now nor what will be once a clearance ends: the page asks nobody in between.
        is_told = all(told[one].reason == answers[one].reason and is_lasting(answers[one]) for one in asked_of_it)
        compared.append((claim, *(answers[one] for one in asked_of_it), is_told))
    return compared


def answers_of(claim, then, today, is_told):
    """This will return (verdict, value for its own day, value for today, whether readers are told) of a claim."""
    return verdict(claim, then, today), then.value, today.value, is_told


def ask_again(*, at, article=None):
    """This will ask the record about every claim of approved editions (of one story), as of its own day and as of `at`.

    The desk is told what the whole record says; the reader only where both answers are cleared for the public. Returns
    the ids of the editions whose claims got another answer.
    """
    of_story = {"edition__article": article} if article else {}
    claims = list(Claim.objects.filter(edition__approved_at__isnull=False, **of_story).order_by("pk"))
    changed = []
    for claim, *answered in compare(claims, at=at):
        news = answers_of(claim, *answered)
        if news != (claim.verdict, claim.value_then, claim.value_today, claim.is_told):
            claim.verdict, claim.value_then, claim.value_today, claim.is_told = news
            claim.asked_at = at
            changed.append(claim)
    Claim.objects.bulk_update(changed, ["verdict", "value_then", "value_today", "is_told", "asked_at"], batch_size=200)
    return sorted({claim.edition_id for claim in changed})


def sibling_conflicts(edition, placed):
    """This will return (token, answer, claim) where another language of the story contradicts a figure for its day.

    `placed` are (token, answer) pairs. "More than 600" and 612 say the same; "more than 600" and 600 do not. The
    languages that a bundle brings together are judged by what it will print, not by what it replaces.
    """
    together = Edition.objects.filter(bundle=edition.bundle_id, article=edition.article_id)
    languages = list(together.values_list("language", flat=True)) if edition.bundle_id else []
    siblings = (
        Claim.objects.filter(edition__article=edition.article_id, edition__in=Edition.objects.filter(state="approved"))
        .exclude(edition__language=edition.language)
        .exclude(~Q(edition__bundle=edition.bundle_id) | Q(edition__bundle=None), edition__language__in=languages)
    )
    return contradicted(placed, siblings.select_related("edition").order_by("edition", "place"))


def contradicted(placed, claims):
    """This will return (token, answer, claim) for each of `claims` that a figure of the same day contradicts."""
    by_question = {}
    for claim in claims:
        by_question.setdefault((str(claim.question), claim.as_of), []).append(claim)
    conflicts = []
    for token, answer in placed:
        value, relation, _words = said(token, answer)
        for claim in by_question.get((str(answer.question), answer.as_of), ()):
            if contradict(span_of(value, relation), span_of(claim.value, claim.relation)):
                conflicts.append((token, answer, claim))
                break
    return conflicts
