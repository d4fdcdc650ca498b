"""A page of the stories in force, newest first: of all of them, of a section, of a topic or of some days."""

from datetime import date, datetime

from django.utils.functional import cached_property

from articles.models import Edition
from articles.turning import PER_PAGE, Listed, beyond
from missions.settled import settled

REMEMBERED = 8  # answers to a question of which a process keeps the rows
BY_DAY = [("day", date), ("public_from", datetime), ("pk", int)]  # the order of `newest_first`


class Shelf(Listed):
    """The stories in force at `at`, those `of` a section or a topic that is told `with_size`, or all; of `days` alone,
    (the first, the one after the last).
    """

    def __init__(self, language, at, of=None, days=(None, None)):
        noun = (of._meta.model_name, of.is_large) if of else None
        self._asked = {"at": at, "language": language, "of": noun, "pk": of and of.pk, "first": days[0], "end": days[1]}
        self.keys = BY_DAY

    @cached_property
    def rows(self):
        return _stories(**self._asked)

    def shown(self, slice_):
        return list(slice_.as_cards())

    def newest(self):
        return _newest(**self._asked)

    def older(self, values):
        day, hour, row = values
        return _older(**self._asked, day=day, hour=hour, row=row)


def days_beside(language, at, first, end):
    """This will return (the last day with a story before `first`, the first one from `end` on), None without."""
    earlier, later = _before(at=at, language=language, day=first), _from(at=at, language=language, day=end)
    return next(iter(earlier), None), next(iter(later), None)


def _stories(at, language, of, pk, first, end):
    shelf = Edition.objects.on_shelf(language, at)
    if of is not None:
        shelf = shelf.of(of[0], pk, is_large=of[1])
    return shelf if first is None else shelf.of_days(first, end)


# `of` is (name, is it large?) or None, and `first` and `end` may be None: part of the question, and not values of it.
@settled(remembers=REMEMBERED)
def _newest(*, at, language, of, pk, first, end):
    return _stories(at, language, of, pk, first, end)[: PER_PAGE + 1].as_cards()


@settled(remembers=REMEMBERED)
def _older(*, at, language, of, pk, first, end, day, hour, row):
    older = _stories(at, language, of, pk, first, end).filter(beyond(BY_DAY, (day, hour, row)))
    return older[: PER_PAGE + 1].as_cards()


@settled
def _before(*, at, language, day):
    return Edition.objects.on_shelf(language, at).filter(day__lt=day).values_list("day", flat=True)[:1]


@settled
def _from(*, at, language, day):
    later = Edition.objects.on_shelf(language, at).filter(day__gte=day).order_by("day")
    return later.values_list("day", flat=True)[:1]
