"""Says in words what the public sees of a story and when, by asking `in_force` at every moment that changes it.

Nothing is reckoned here a second time: a sentence is what the public pages' own question answers at its moment.
"""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from articles.models import Edition, Language

MOMENTS = ("public_from", "public_until", "withdrawn_at", "suppressed_at")
IN_FORCE, EXPIRED, WITHDRAWN, SUPPRESSED, NOTHING = "in_force", "expired", "withdrawn", "suppressed", "nothing"


@dataclass(frozen=True)
class Span:
    """What the public finds at a story's address in one language from `since` on, until `until` (None: for good)."""

    since: object
    until: object
    kind: str
    edition: Edition | None


def local(moment):
    """This will return a moment as people here read it, with its weekday, in the house's own time zone.

    Where the weekday stands is the translators': after “until”, Russian wants it in another case than it has here.
    """
    when = timezone.localtime(moment)
    weekday = date_format(when, "l")
    weekday = weekday if get_language() == "en" else weekday.lower()
    return _("%(weekday)s, %(moment)s") % {"weekday": weekday, "moment": date_format(when, "DATETIME_FORMAT")}


def zone():
    """This will return the name of the time zone that all hours of the desk are in."""
    return timezone.get_current_timezone_name()


def spans(article, *, at):
    """This will return {language: its `Span`s from `at` on}, two questions for each moment at which one changes."""
    stamps = list(Edition.objects.filter(article=article, approved_at__isnull=False).values_list(*MOMENTS))
    moments = [at, *sorted({moment for row in stamps for moment in row if moment and moment > at})]
    seen = {language: [] for language in Language.values}
    for moment in moments:
        answers = _ask(article, moment)
        for language, (kind, edition) in answers.items():
            found = seen[language]
            if not found or (found[-1].kind, found[-1].edition) != (kind, edition):
                found.append(Span(moment, None, kind, edition))
    return {
        language: [
            Span(span.since, found[place + 1].since if place + 1 < len(found) else None, span.kind, span.edition)
            for place, span in enumerate(found)
        ]
        for language, found in seen.items()
    }


def _ask(article, moment):
    """This will return {language: (kind, edition)}: what stands at the story's address at `moment`."""
    story = Edition.objects.filter(article=article).defer("body", "rendered")
    current = {edition.language: edition for edition in story.in_force(moment)}
    latest = {edition.language: edition for edition in story.issued(moment).order_by("number")}
    answers = {}
    for language in Language.values:
        edition = latest.get(language)
        if language in current:
            answers[language] = IN_FORCE, current[language]
        elif edition is None:
            answers[language] = NOTHING, None
        elif edition.suppressed_at and edition.suppressed_at <= moment:
            answers[language] = SUPPRESSED, edition
        elif edition.withdrawn_at and edition.withdrawn_at <= moment:
            answers[language] = WITHDRAWN, edition
        else:
            answers[language] = EXPIRED, edition
    return answers


def in_words(article, *, at):
    """This will return [(name of the language, its sentences)] for the story: what the public sees from `at` on."""
    open_states = dict(Edition.objects.open().filter(article=article).values_list("language", "state"))
    return [
        (Language(language).label, _sentences(found, open_states.get(language)))
        for language, found in spans(article, at=at).items()
    ]


def if_it_were_done(articles, change, *, at):
    """This will try `change()` and return [(story, its words as they would then be)]; nothing of it stays.

    Raises whatever `change` raises.
    """
    with transaction.atomic():
        change()
        words = [(article, in_words(article, at=at)) for article in articles]
        transaction.set_rollback(True)  # with what waits for the commit: no letter tells of a trial
    return words


def _sentences(found, open_state):
    sentences = [_first(found[0])]
    sentences += [_later(span) for span in found[1:]]
    if open_state == "draft":
        sentences.append(_("A draft is open."))
    elif open_state == "in_review":
        sentences.append(_("A text is in review."))
    return sentences


def _first(span):
    edition = span.edition
    if span.kind == IN_FORCE and span.until:
        return _("Until %(until)s the public reads edition %(number)s.") % {
            "until": local(span.until), "number": edition.number,
        }  # fmt: skip
    if span.kind == IN_FORCE:
        return _("The public reads edition %(number)s.") % {"number": edition.number}
    if span.kind == NOTHING and span.until:
        return _("Until %(until)s nothing is public.") % {"until": local(span.until)}
    if span.kind == NOTHING:
        return _("Nothing is public.")
    if span.kind == WITHDRAWN:
        return _("The story was withdrawn on %(when)s; its address answers with the reason.") % {
            "when": local(edition.withdrawn_at)
        }
    if span.kind == SUPPRESSED:
        return _("The story is suppressed since %(when)s, since a clearance ended; its address gives no reason.") % {
            "when": local(edition.suppressed_at)
        }
    return _("Since %(when)s the address leads to edition %(number)s under its own number.") % {
        "when": local(edition.public_until), "number": edition.number,
    }  # fmt: skip


def _later(span):
    words = {"when": local(span.since), "number": span.edition.number if span.edition else ""}
    if span.kind == IN_FORCE and span.until:
        return _("From %(when)s until %(until)s the public reads edition %(number)s.") % {
            **words, "until": local(span.until),
        }  # fmt: skip
    if span.kind == IN_FORCE:
        return _("From %(when)s on the public reads edition %(number)s.") % words
    if span.kind == EXPIRED:
        return _("From %(when)s on the address leads to edition %(number)s under its own number.") % words
    if span.kind == SUPPRESSED:
        return _("From %(when)s on the story is suppressed, since a clearance ends then.") % words
    if span.kind == WITHDRAWN:
        return _("From %(when)s on the address answers that the story was withdrawn.") % words
    return _("From %(when)s on nothing is public.") % words
