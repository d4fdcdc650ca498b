"""What pages tell of the record alone stands until the public record changes: it is made once for each of its states.

A chart of thirty years, or a figure over the whole record, is the same for every reader until somebody changes the
record, a clearance begins or ends by the clock, or a day ends. `released.stamp` tells these states apart in one small
question, so each process keeps what it made for the present one, with the page cache and without it (decision 21).
What may be told of a person must not be kept here: that it ends by the clock does not show in the stamp. In which order
people stand is kept with the moment until which it holds (`until_a_turn`), and whoever shows their names asks again. A
feed keeps the text of a story, but asks each time which stories are in force.
"""

from collections import OrderedDict
from datetime import UTC, datetime
from threading import Lock

from django.utils.translation import get_language

from missions import clearance, released

MOST = 500  # things that a process keeps
NEVER = datetime.max.replace(tzinfo=UTC)
_kept, _lock = OrderedDict(), Lock()


class Standing:
    """What is kept for the present state of the public record, in the reader's language. It asks one question.

    `stamp` names that state: see `released.stamp`.
    """

    def __init__(self, at, stamp=""):
        self.stamp = stamp or released.stamp(at=at)
        self._state = self.stamp, get_language()

    def get(self, *key):
        """This will return what was kept for the key in this state of the record, or None."""
        key = self._state + key
        with _lock:
            if key in _kept:
                _kept.move_to_end(key)
            return _kept.get(key)

    def keep(self, made, *key):
        with _lock:
            _kept[self._state + key] = made
            while len(_kept) > MOST:
                _kept.popitem(last=False)


def of(key, make, *, at, known_at=None, stamp=""):
    """This will return what `make()` returns, or what it returned for this key in the present state of the record.

    A past moment is made anew each time. `stamp` is that of the moment, where it was asked for already.
    """
    if known_at is not None:
        return make()
    standing = Standing(at, stamp)
    made = standing.get(*key)
    if made is None:
        made = make()
        standing.keep(made, *key)
    return made


def until_a_turn(key, make, *, at, known_at=None):
    """As `of`, but made anew as well when the clock next lets anything of the record be told, or no more.

    For what hangs on the clearances of persons, of which the stamp says nothing.
    """
    if known_at is not None:
        return make()
    standing = Standing(at)
    made, since, until = standing.get(*key) or (None, NEVER, NEVER)
    if not since <= at < until:
        turns = [turn for some in clearance.next_turns(at) for turn in some]
        made = make()
        standing.keep((made, at, min(turns, default=NEVER)), *key)
    return made
