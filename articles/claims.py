"""Freezes the figures of an edition at approval, and asks the record about them again whenever it changes."""

from django.utils import formats, timezone
from django.utils.translation import override

from articles.models import Claim, Edition
from missions import clearance, figures


def printed(value, language):
    """This will return a number as `language` prints it, its thousands set apart."""
    with override(language):
        return formats.number_format(value, force_grouping=True)


def as_claim(edition, place, answer, *, at):
    """This will return the unsaved claim that an answer makes at `place` of the edition's text."""
    return Claim(
        edition=edition,
        place=place,
        key=answer.question.key,
        parameters=answer.question.parameters,
        value=answer.value,
        printed=printed(answer.value, edition.language),
        unit=answer.unit,
        as_of=answer.as_of,
        sources=[list(source) for source in answer.sources],
        rests_on=sorted(answer.rests_on),
        verdict=Claim.Verdict.AGREES,
        value_then=answer.value,
        asked_at=at,
    )


def question_of(claim):
    return figures.Question(claim.key, claim.parameters)


def verdict(claim, then, today):
    """This will return what two answers say of a claim: for its own day, and for today."""
    if then.value is None:
        return Claim.Verdict.SILENT
    if then.value != claim.value:
        return Claim.Verdict.WRONG
    if today.value is not None and today.value != claim.value:
        return Claim.Verdict.MOVED_ON
    return Claim.Verdict.AGREES


def ask_again(*, at):
    """This will ask the record about every claim of approved editions, as of its own day and as of `at`.

    Each question is asked once for each day, however many stories print it. The desk is told what the whole record
    says; the reader only where both answers are cleared for the public. Returns the ids of the editions whose claims
    got another answer.
    """
    day = timezone.localdate(at)
    claims = list(Claim.objects.filter(edition__approved_at__isnull=False).order_by("pk"))
    asked = {}
    for claim in claims:
        for on in (claim.as_of, day):
            asked[str(question_of(claim)), on] = (question_of(claim), on)
    found = figures.ask_many(list(asked.values()))
    answers = dict(zip(asked, found, strict=True))
    told = dict(zip(asked, clearance.answers(found, at=at), strict=True))
    ends = clearance.deployments_until({pair for answer in found for pair in answer.rests_on}, at=at)

    def is_lasting(answer):
        return all(ends.get(pair, at) is None for pair in answer.rests_on)

    changed = []
    for claim in claims:
        asked_of_it = [(str(question_of(claim)), on) for on in (claim.as_of, day)]
        then, today = (answers[one] for one in asked_of_it)
        # Neither what is withheld now nor what will be once a clearance ends: the page asks nobody in between.
        is_told = all(told[one].reason == answers[one].reason and is_lasting(answers[one]) for one in asked_of_it)
        news = (verdict(claim, then, today), then.value, today.value, is_told)
        if news != (claim.verdict, claim.value_then, claim.value_today, claim.is_told):
            claim.verdict, claim.value_then, claim.value_today, claim.is_told = news
            claim.asked_at = at
            changed.append(claim)
    Claim.objects.bulk_update(changed, ["verdict", "value_then", "value_today", "is_told", "asked_at"], batch_size=200)
    return sorted({claim.edition_id for claim in changed})


def sibling_conflicts(edition, answers):
    """This will return (answer, claim) pairs where another language of the story prints another value for a day."""
    siblings = {}
    for claim in Claim.objects.filter(
        edition__article=edition.article_id, edition__in=Edition.objects.filter(state="approved")
    ).exclude(edition__language=edition.language):
        siblings[claim.key, tuple(sorted(claim.parameters.items())), claim.as_of] = claim
    conflicts = []
    for answer in answers:
        claim = siblings.get((answer.question.key, tuple(sorted(answer.question.parameters.items())), answer.as_of))
        if claim and claim.value != answer.value:
            conflicts.append((answer, claim))
    return conflicts
