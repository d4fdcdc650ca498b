"""What readers say is wrong with a figure: taken in, settled by the desk, and their e-mail addresses forgotten."""

import hashlib
import json
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _
from django.utils.translation import override

from articles import claim_queue, notices
from articles.models import Claim, Edition, ErrorReport
from ledger import audit
from ledger.counting import count
from missions import asking, figures

MOST_FROM_PLACE = 10  # reports an hour from one network address
MOST_IN_ALL = 300  # and from everywhere: beyond it somebody floods the desk
KEPT_AFTER = timedelta(days=14)  # an e-mail address, after its report was settled
KEPT_AT_MOST = timedelta(days=180)  # and where nobody settles it


class CannotReport(Exception):
    """The report cannot be taken. The message says why."""


class CannotSettle(Exception):
    """The report cannot be settled so. The message says why."""


@dataclass
class Row:
    """A report with what the desk shows beside it: what the record says now, and who prints the figure.

    `printed_in` are (claim, the next edition that is being written or None) of the editions in force that print it for
    the same day.
    """

    report: ErrorReport
    record: str
    printed_in: list


def claim_at(page, question, on, *, said, at):
    """This will return the claim that the story at the address `page` prints for the figure and day, or None.

    Only of what the public may read at `at`: the edition that is named, or else the one in force. Where it prints the
    figure in several ways, the one is meant that reads as `said`.
    """
    path = page.partition("?")[0]
    language = path.split("/")[1] if path.count("/") > 1 else ""
    if language not in dict(settings.LANGUAGES):
        return None
    with override(language):
        try:
            match = resolve(path)
        except Resolver404:
            return None
    if match.url_name == "edition":
        editions = Edition.objects.published(at).filter(number=match.kwargs["number"])
    elif match.url_name == "article":
        editions = Edition.objects.in_force(at)
    else:
        return None
    editions = editions.filter(language=language, slug=match.kwargs["slug"]).order_by()
    printed = Claim.objects.filter(edition__in=editions, key=question.key, as_of=on).select_related("edition")
    found = [claim for claim in printed.order_by("place") if str(claim.question) == str(question)]
    return min(found, key=lambda claim: claim.printed != said, default=None)


def report(question, *, on, said, page, wrong, language, place, at, claim=None, source="", email=""):
    """This will take a reader's report of an error in the figure that stood on `page` for the day `on`.

    `claim` is the story's figure, if it is one (`claim_at`). `place` is the network address that it came from; it is
    counted and not kept. The same report twice is one: the first is returned. Raises `CannotReport` where too many came
    within the hour.
    """
    if count("error-report", place) > MOST_FROM_PLACE or count("error-reports", "") > MOST_IN_ALL:
        raise CannotReport(
            _("Too many reports came from your network within an hour. Please wait an hour, then send yours.")
        )
    sent = {
        "key": question.key, "parameters": question.parameters, "said": said, "page": page, "wrong": wrong.strip(),
        "source": source.strip(), "email": email,
    }  # fmt: skip
    fingerprint = hashlib.sha256(json.dumps([sent, on.isoformat()], sort_keys=True).encode()).hexdigest()
    try:
        with transaction.atomic():
            made = ErrorReport.objects.create(
                **sent, as_of=on, claim=claim, language=language, at=at,
                fingerprint=fingerprint,
            )  # fmt: skip
            audit.note("report an error", made, by=None, at=at, figure=str(question))
            notices.error_reported(made, at=at)
            forget(at=at)
    except IntegrityError:
        if already := ErrorReport.objects.filter(fingerprint=fingerprint, settled_at__isnull=True).first():
            return already
        raise
    return made


def settle(report, *, by, at, outcome, note=""):
    """This will settle a report with its outcome; it then waits for nobody. Raises `CannotSettle`."""
    with transaction.atomic():
        report = ErrorReport.objects.select_for_update().get(pk=report.pk)
        if report.settled_at:
            raise CannotSettle(_("This report was settled already."))
        if outcome not in ErrorReport.Outcome:
            raise CannotSettle(_("Choose what became of the report."))
        note = note.strip()
        if len(note) > ErrorReport.LONGEST_NOTE:
            raise CannotSettle(_("A note has at most %(most)s characters.") % {"most": ErrorReport.LONGEST_NOTE})
        report.settled_at, report.settled_by, report.outcome, report.note = at, by, outcome, note
        report.save(update_fields=["settled_at", "settled_by", "outcome", "note"])
        audit.note("settle an error report", report, by=by, at=at, outcome=str(outcome))
        notices.error_settled(report, at=at)
        forget(at=at)
    return report


def forget(*, at):
    """This will delete the e-mail addresses whose time has passed, and return how many."""
    kept = ErrorReport.objects.exclude(email="")
    settled = kept.filter(settled_at__lte=at - KEPT_AFTER).update(email="")
    return settled + kept.filter(at__lte=at - KEPT_AT_MOST).update(email="")


def rows(reports, at, *, sees_the_record):
    """This will return a `Row` for each of `reports` (a list), in a number of queries that does not grow with them.

    Who does not see the record's own deployments is shown no number of it that is not cleared for the public.
    """
    asked = [(report.question, report.as_of) for report in reports]
    answers = figures.ask_many(asked) if sees_the_record else asking.ask(asked, at=at)
    keys, days = {report.key for report in reports}, {report.as_of for report in reports}
    printing = Claim.objects.filter(edition__in=Edition.objects.in_force(at).order_by(), key__in=keys, as_of__in=days)
    printing = printing.select_related("edition").defer("edition__body", "edition__rendered")
    by_figure = {}
    for claim in printing.order_by("edition__article", "edition__language", "place"):
        by_figure.setdefault((str(claim.question), claim.as_of), {}).setdefault(claim.edition_id, claim)
    stories = {claim.edition.article_id for claims in by_figure.values() for claim in claims.values()}
    drafts = claim_queue.next_editions(stories)
    return [
        Row(
            report,
            answer.reason if answer.value is None else f"{answer.value} {answer.unit_label}",
            [
                (claim, drafts.get((claim.edition.article_id, claim.edition.language)))
                for claim in by_figure.get((str(report.question), report.as_of), {}).values()
            ],
        )
        for report, answer in zip(reports, answers, strict=True)
    ]
