"""A page of the stories in force, newest first: of all of them, of a section or of a topic."""

from datetime import date, datetime

from django.utils.functional import cached_property

from articles.models import Edition
from articles.turning import PER_PAGE, Listed, beyond
from missions.settled import settled

REMEMBERED = 8  # answers to a question of which a process keeps the rows
BY_DAY = [("day", date), ("public_from", datetime), ("pk", int)]  # the order of `newest_first`


class Stories(Listed):
    """Any of the stories in force, by day."""

    def __init__(self, rows):
        super().__init__(rows, BY_DAY)

    def shown(self, slice_):
        return list(slice_.as_cards())


class Shelf(Stories):
    """The stories in force at `at`, those `of` a section or a topic that is told `with_size`, or all."""

    def __init__(self, language, at, of=None):
        noun = (of._meta.model_name, of.is_large) if of else None
        self._asked = {"at": at, "language": language, "of": noun, "pk": of and of.pk}
        self.keys = BY_DAY

    @cached_property
    def rows(self):
        return _stories(**self._asked)

    def newest(self):
        return _newest(**self._asked)

    def older(self, values):
        day, hour, row = values
        return _older(**self._asked, day=day, hour=hour, row=row)


def _stories(at, language, of, pk):
    shelf = Edition.objects.on_shelf(language, at)
    return shelf if of is None else shelf.of(of[0], pk, is_large=of[1])


# `of` is (name, is it large?) or None: part of the question, and not a value of it.
@settled(remembers=REMEMBERED)
def _newest(*, at, language, of, pk):
    return _stories(at, language, of, pk)[: PER_PAGE + 1].as_cards()


@settled(remembers=REMEMBERED)
def _older(*, at, language, of, pk, day, hour, row):
    older = _stories(at, language, of, pk).filter(beyond(BY_DAY, (day, hour, row)))
    return older[: PER_PAGE + 1].as_cards()
