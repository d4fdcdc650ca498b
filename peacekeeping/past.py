"""The site as of a past moment, for staff: which pages follow it, who may ask, and how a moment is written."""

from datetime import datetime, time

from django.conf import settings
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

ASKED = "as_of"  # in an address, and under this key in the session
NOW = "now"
MAY_LOOK_BACK = "articles.view_edition"
SEES_THE_WITHHELD = "missions.view_person"
FILES = ("photos", "attachments")  # what pages print stands at addresses without a language
FIRST_YEAR = 1948  # no site, and no peacekeeping, before it


class NoSuchMoment(Exception):
    """The text names no moment that has passed. The message says why."""


def follows(path):
    """This will say whether what stands at `path` follows the moment that staff look at.

    Pages for readers do, with their pictures and files. The desk does not, nor do feeds, the API and what else machines
    fetch, nor a view that is marked `is_of_now`: it writes, or shows what was never public.
    """
    first = path.removeprefix("/").split("/")[0]  # of "OPTIONS *" too, which begins with none
    if first not in FILES and first not in dict(settings.LANGUAGES):
        return False
    try:
        view = resolve(path).func
    except Resolver404:
        return False
    return not getattr(view, "is_of_now", False)


def may_look_back(user):
    return user.is_staff and user.has_perm(MAY_LOOK_BACK)


def read(text, *, at):
    """This will return the moment that `text` names, which lies before `at`; a day alone means its end.

    Without a zone it is local time. Of today, which has no end yet, it is `at`. Raises `NoSuchMoment`.
    """
    try:
        day = parse_date(text)
        moment = datetime.combine(day, time.max) if day else parse_datetime(text)
        if moment is not None and timezone.is_naive(moment):
            moment = timezone.make_aware(moment)
        if moment is None or moment.year < FIRST_YEAR:
            raise ValueError(text)
        local = timezone.localtime(moment)
    except (ValueError, OverflowError):
        raise NoSuchMoment(
            _("This is no moment: “%(text)s”. Write a day, such as 2025-10-23, or a day and an hour: 2025-10-23T12:00.")
            % {"text": text[:40]}
        ) from None
    if day == timezone.localdate(at):
        return at
    if moment > at:
        raise NoSuchMoment(_("That moment has not come yet. The site can be shown as it was, not as it will be."))
    return local


def kept(text, *, at):
    """This will return the moment that a session keeps, or None where it holds none."""
    try:
        return read(text, at=at) if text else None
    except NoSuchMoment:
        return None
