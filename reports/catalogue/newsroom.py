"""Reports over what the newsroom printed: which figures, by whom, and what the record says of them."""

from datetime import datetime
from itertools import chain, islice

from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from articles import claims
from articles.models import Article, Claim, Correction, Edition, Section, State, Transition
from ledger.models import Entry
from missions import dates
from missions.models.kept import as_known, known
from missions.models.present import withheld_as_of
from reports.catalogue.moments import in_period
from reports.declared import TAKES, Column, Kind, Report

SEES_THE_DESK = "articles.view_edition"
SEES_THE_RECORD = "missions.view_deployment"
AT_ONCE = 200  # editions that are read together, with what belongs to them, and figures that are asked together


def printed(asked):
    """This will return the editions of the question with what belongs to them as known, in the order of their approval.

    Each has `known_claims`, `known_corrections`, `known_steps` and the name of its `known_section`.
    """
    at = asked.known_at
    editions = Edition.objects.filter(in_period("approved_at", asked) | in_period("withdrawn_at", asked))
    corrections = Correction.objects.filter(at__lte=at).order_by("at", "pk")
    if SEES_THE_DESK in asked.grants:
        editions = editions.filter(approved_at__lte=at)
    else:
        with withheld_as_of(_present(asked)):
            editions = editions.filter(pk__in=Edition.objects.published(at).order_by().values("pk"))
            seen = Edition.objects.published(at).order_by().values("pk")
        corrections = corrections.filter(set_right_by__in=seen)
    steps = Transition.objects.filter(at__lte=at, to_state=State.IN_REVIEW).select_related("by").order_by("at", "pk")
    joined = [
        Prefetch("corrections", corrections, "known_corrections"),
        Prefetch("claims", Claim.objects.order_by("place"), "known_claims"),
        Prefetch("transitions", steps, "known_steps"),
    ]
    found = editions.defer("body", "rendered").select_related("approved_by").prefetch_related(*joined)
    return _with_sections(found.order_by("approved_at", "pk").iterator(chunk_size=AT_ONCE), asked)


def _present(asked):
    """This will return the last moment at which anything was done in the house: a run itself is noted first.

    What was taken back from the public up to then is not shown to it again by asking for an earlier moment.
    """
    newest = Entry.objects.order_by("-at").values_list("at", flat=True).first()
    return max(filter(None, [newest, asked.known_at]))


def _some(rows):
    """This will yield lists of rows that are read together."""
    rows = iter(rows)
    while some := list(islice(rows, AT_ONCE)):
        yield some


def _with_sections(editions, asked):
    """This will yield the editions, each with the name of the section in which its story stood then.

    A story or a section of which the house keeps no such past is called as it stands.
    """
    names = {section.pk: section.name for section in Section.objects.all()}
    names |= {section.pk: section.name for section in as_known(Section, asked.known_at)}
    for some in _some(editions):
        stories = {edition.article_id for edition in some}
        of = dict(Article.objects.filter(pk__in=stories).values_list("pk", "section_id"))
        of |= dict(known(Article, asked.known_at).filter(id__in=stories).values_list("id", "section_id"))
        for edition in some:
            edition.known_section = names.get(of[edition.article_id], "")
            yield edition


def _hours_moved(editions, asked):
    """This will return {edition id: its hour as known, or None where that is not known any more}.

    Of those only whose hour was moved: the ledger keeps each new hour, not the one that it had at first.
    """
    moved = Entry.objects.filter(
        noun=Edition._meta.label_lower, verb="reschedule", object_id__in=[str(edition.pk) for edition in editions]
    )
    hours = {}
    for pk, at, details in moved.order_by("at", "pk").values_list("object_id", "at", "details"):
        hours.setdefault(int(pk), None)
        if at <= asked.known_at:
            hours[int(pk)] = datetime.fromisoformat(details["public_from"])
    return hours


def publishing_activity(asked):
    """This will yield each edition that was approved or withdrawn in the period."""
    for some in _some(printed(asked)):
        moved = _hours_moved(some, asked)
        for edition in some:
            steps = [step for step in edition.known_steps if step.at <= edition.approved_at]
            handed_in_by = steps[-1].by if steps else None
            withdrawn = edition.withdrawn_at
            yield (
                edition.pk, edition.article_id, edition.known_section, edition.language, edition.number, edition.title,
                edition.approved_at, edition.approved_by.full_name, handed_in_by.full_name if handed_in_by else "",
                moved.get(edition.pk, edition.public_from), edition.byline, len(edition.known_claims),
                "; ".join(map(_figure, edition.known_claims)), len(edition.known_corrections),
                _corrections(edition), withdrawn if withdrawn and withdrawn <= asked.known_at else None,
            )  # fmt: skip


def _figure(claim):
    """This will return a printed figure in words: "strength, UNDOF: 139 persons (23 October 2025)"."""
    return f"{claim.label}: {claim.printed} {claim.unit_label} ({dates.shown(claim.as_of)})"


def _corrections(edition):
    """This will return what was said to be wrong in the edition, each with its day."""
    return "; ".join(
        f"{dates.shown(timezone.localdate(correction.at))}: {correction.text}"
        for correction in edition.known_corrections
    )


def claims_and_corrections(asked):
    """This will yield each printed figure of the period's editions, held against the record as known."""
    figures = chain.from_iterable(((edition, claim) for claim in edition.known_claims) for edition in printed(asked))
    sees_the_record = SEES_THE_RECORD in asked.grants
    # What is cleared today would tell, asked for a day to come, who leaves by then: no future movements.
    day = asked.on if sees_the_record else min(asked.on, timezone.localdate(asked.known_at))
    for some in _some(figures):
        with withheld_as_of(_present(asked)):
            answers = claims.compare(
                [claim for _edition, claim in some], at=asked.known_at, known_at=asked.known_at, on=day
            )
        for (edition, _claim), (claim, then, today, is_told) in zip(some, answers, strict=True):
            if is_told or sees_the_record:
                verdict = str(Claim.Verdict(claims.verdict(claim, then, today)).label)
                found = then.value, today.value, verdict
            else:
                found = None, None, gettext("not for the public yet")
            yield (
                edition.pk, edition.article_id, edition.known_section, edition.language, edition.number, edition.title,
                claim.place, claim.label, str(Claim.Relation(claim.relation).label), claim.printed, claim.value,
                claim.unit_label, claim.as_of, *found, len(edition.known_corrections), _corrections(edition),
            )  # fmt: skip


STORY = (
    Column("edition", _("Edition"), Kind.INTEGER),
    Column("story", _("Story"), Kind.INTEGER),
    Column("section", _("Section")),
    Column("language", _("Language")),
    Column("number", _("Number"), Kind.INTEGER),
    Column("title", _("Title")),
)
CORRECTED = (
    Column("corrections", _("Corrections"), Kind.INTEGER),
    Column("corrections_text", _("What was wrong and what is right")),
)
READS = (
    "articles.edition", "articles.article", "articles.section", "articles.claim", "articles.correction",
    "articles.transition",
)  # fmt: skip

REPORTS = [
    Report(
        slug="publishing-activity",
        title=_("Publishing activity"),
        description=_(
            "The editions that were approved or withdrawn in the period: who wrote and approved them, which figures "
            "they print, and how they were corrected."
        ),
        group="newsroom",
        permission=TAKES,
        columns=(
            *STORY,
            Column("approved_at", _("Approved at"), Kind.MOMENT),
            Column("approved_by", _("Approved by")),
            Column("handed_in_by", _("Handed in by")),
            Column("public_from", _("Public from"), Kind.MOMENT),
            Column("byline", _("Byline")),
            Column("figures", _("Figures"), Kind.INTEGER),
            Column("figures_text", _("Figures as printed")),
            *CORRECTED,
            Column("withdrawn_at", _("Withdrawn at"), Kind.MOMENT),
        ),
        rows=publishing_activity,
        takes=("start", "end"),
        reads=READS,
        key=("edition",),
        widened_by=(SEES_THE_DESK,),
    ),
    Report(
        slug="claims-and-corrections",
        title=_("Printed figures and corrections"),
        description=_(
            "Each figure that an edition of the period prints, and what the record says of it: for the figure's own "
            "day and for the day of the report."
        ),
        group="newsroom",
        permission=TAKES,
        columns=(
            *STORY,
            Column("place", _("Place in the text"), Kind.INTEGER),
            Column("figure", _("Figure")),
            Column("relation", _("Said to be")),
            Column("printed", _("Printed")),
            Column("value", _("Value"), Kind.INTEGER),
            Column("unit", pgettext_lazy("what a number counts", "Unit")),
            Column("as_of", _("As of"), Kind.DATE),
            Column("value_then", _("The record's value for that day"), Kind.INTEGER),
            Column("value_today", _("The record's value for the day of the report"), Kind.INTEGER),
            Column("verdict", _("Verdict")),
            *CORRECTED,
        ),
        rows=claims_and_corrections,
        takes=("start", "end"),
        reads=(
            *READS, "missions.deployment", "missions.tour", "missions.mission", "missions.contribution",
            "missions.casualty", "missions.clearance",
        ),
        key=("edition", "place"),
        widened_by=(SEES_THE_DESK, SEES_THE_RECORD),
    ),
]  # fmt: skip
