"""The figures in force that the record no longer bears out, and who may see which number of it."""

from collections import Counter, defaultdict
from dataclasses import dataclass

from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, Q
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext as _

from articles import publishing
from articles.claims import ask_again, printed
from articles.models import Claim, Edition, ErrorReport
from articles.signals import articles_changed
from ledger import audit
from ledger.models import Entry

LEFT = "leave as printed"  # the ledger's verb: a note of its own, no table of its own
ASKED = "ask claims"  # the ledger's verb too
ORDER = (Claim.Verdict.WRONG, Claim.Verdict.SILENT, Claim.Verdict.MOVED_ON, Claim.Verdict.AGREES)


class CannotLeave(Exception):
    """The claim cannot be left as it is printed. The message says why."""


@dataclass
class Row:
    """A claim with what the desk shows beside it."""

    claim: Claim
    then: str
    today: str
    siblings: list
    draft: Edition | None
    reports: int  # readers' reports of an error in it that wait


def bring_to_today(*, at):
    """This will ask every claim again, unless that was done on the local day of `at`: answers move by the calendar.

    Whoever shows verdicts on the desk calls it first: one query, but for the day's first reader. What readers get is
    rendered again where an answer changed.
    """
    midnight = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    asked = Entry.objects.filter(noun=Claim._meta.label_lower, object_id="", verb=ASKED, at__gte=midnight)
    if asked.exists():
        return
    with transaction.atomic():
        # One reader asks; who comes meanwhile waits here and finds it done.
        held = Claim.objects.filter(edition__approved_at__isnull=False).select_for_update(of=("self",))
        if not list(held.order_by("pk").values_list("pk", flat=True)) or asked.exists():
            return
        changed = ask_again(at=at)
        publishing.render_again(changed)
        audit.note(ASKED, Claim(), by=None, at=at, editions=changed)
        if changed:
            articles_changed.send(sender=Claim, at=at, by=None)


def waiting(at, *, language="", key=""):
    """This will return the claims of the editions in force at `at`; what was left as printed counts as settled.

    A claim that was left comes back when the record says something new of it.
    """
    left = Entry.objects.filter(
        noun=Claim._meta.label_lower, object_id=Cast(OuterRef("pk"), CharField()), verb=LEFT,
        at__gte=OuterRef("asked_at"),
    )  # fmt: skip
    found = Claim.objects.filter(edition__in=Edition.objects.in_force(at).order_by())
    if language:
        found = found.filter(edition__language=language)
    if key:
        found = found.filter(key=key)
    return found.exclude(Q(verdict=Claim.Verdict.MOVED_ON) & Exists(left))


def rows(claims, at, *, language, sees_the_record):
    """This will return a `Row` for each of `claims` (a list): in three queries, however many there are.

    Who does not see the record's own deployments is shown no number of it that is not cleared for the public.
    """
    stories = {claim.edition.article_id for claim in claims}
    printing = defaultdict(list)
    in_force = Edition.objects.in_force(at).filter(article__in=stories).order_by()
    for other in Claim.objects.filter(edition__in=in_force).select_related("edition").order_by("edition__language"):
        if other.edition not in printing[_print(other)]:
            printing[_print(other)].append(other.edition)
    drafts = next_editions(stories)
    reported = Counter(ErrorReport.objects.waiting().filter(claim__in=claims).values_list("claim", flat=True))
    return [
        Row(
            claim,
            shown(claim, claim.value_then, language=language, sees_the_record=sees_the_record),
            shown(claim, claim.value_today, language=language, sees_the_record=sees_the_record),
            [edition for edition in printing[_print(claim)] if edition.pk != claim.edition_id],
            drafts.get((claim.edition.article_id, claim.edition.language)),
            reported[claim.pk],
        )
        for claim in claims
    ]


def next_editions(stories):
    """This will return {(story id, language): the edition that is being written} of these stories: one query."""
    open_drafts = Edition.objects.open().filter(article__in=stories)
    return {(draft.article_id, draft.language): draft for draft in open_drafts.defer("body", "rendered")}


def _print(claim):
    return claim.edition.article_id, claim.key, tuple(sorted(claim.parameters.items())), claim.as_of, claim.value


def shown(claim, value, *, language, sees_the_record):
    """This will return what the desk shows of a number that the record gives for a claim."""
    if not (claim.is_told or sees_the_record):
        return _("not for the public yet")
    return "–" if value is None else printed(value, language)


def leave(claim, *, by, at):
    """This will settle a claim that moved on: it was right for its day and stays as it was printed."""
    with transaction.atomic():
        claim = Claim.objects.select_for_update().get(pk=claim.pk)
        if claim.verdict != Claim.Verdict.MOVED_ON:
            raise CannotLeave(_("Only a figure that was right for its own date can be left as it was printed."))
        audit.note(LEFT, claim, by=by, at=at)
