"""A story's text as the public read it at a past moment: the stored one holds what the record says today."""

from articles import claims, publishing


def body(edition, *, at):
    """This will return the edition's body with the verdicts on its figures as the record gave them at `at`.

    Nothing is written. What the public may be told of the record is what it might have been told then.
    """
    printed = list(edition.claims.order_by("place"))
    for claim, *answered in claims.compare(printed, at=at, known_at=at):
        claim.verdict, claim.value_then, claim.value_today, claim.is_told = claims.answers_of(claim, *answered)
        claim.asked_at = at
    return publishing.render(edition, printed)
