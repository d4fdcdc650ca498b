"""What has an end goes by itself: each floor names what it keeps for a time only, and once a day all of it is asked.

The ledger notes each day's round, with how much of what went.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ledger import audit, erasures, storage
from ledger.models import Entry, Erasure

log = logging.getLogger(__name__)
VERB = "forget what is over"
TERMS: dict[str, "Term"] = {}
_last = {}  # the day of the last round that this process knows of


class NotAllWasForgotten(Exception):
    """Something whose time is over could not be removed. The log says why."""


@dataclass(frozen=True)
class Term:
    """Something that is kept for a time: its words, and `forget(at=)`, which removes what is over and counts it.

    What is `alone` is done outside of a transaction.
    """

    name: str
    label: str
    forget: Callable
    alone: bool = False


def register(name, label, forget, *, alone=False):
    TERMS[name] = Term(name, label, forget, alone)


def run(*, at, by=None):
    """This will remove everything whose time is over by `at` and return {name: how many}.

    One that fails keeps none of the others; at the end `NotAllWasForgotten` names it.
    """
    counts, failed = {}, []
    for term in TERMS.values():
        try:
            if term.alone:
                counts[term.name] = term.forget(at=at) or 0
            else:
                with transaction.atomic():
                    counts[term.name] = term.forget(at=at) or 0
        except Exception:
            log.exception("What was over could not be forgotten: %s.", term.name)
            failed.append(term.name)
    told = {name: count for name, count in counts.items() if count}
    audit.note(VERB, Erasure(), by=by, at=at, counts=told, failed=failed)
    if failed:
        raise NotAllWasForgotten(", ".join(failed))
    return counts


def run_once_a_day(*, at):
    """This will do the day's round, unless it was done since local midnight."""
    day = timezone.localdate(at)
    if _last.get("day") == day:
        return
    last = Entry.objects.filter(verb=VERB).order_by("-at").values_list("at", flat=True).first()
    if last is None or timezone.localdate(last) < day:
        run(at=at)
    _last["day"] = day


def _forget_sessions(*, at):
    return Session.objects.filter(expire_date__lt=at).delete()[0]


def _follow_the_list(*, at):
    return erasures.follow_the_list()


register("sessions", _("sessions of the desk that ran out"), _forget_sessions)
register("files", _("files of erased people that were left behind"), erasures.delete_all_leftovers)
register("parts", _("files that were never written to their end"), storage.forget_parts)
register("erased", _("ids for the list of the erased"), _follow_the_list)
register("wiped", _("erasures whose old rows the database forgot"), erasures.wipe, alone=True)
