"""What pages tell of the record alone stands until the public record changes: it is made once for each of its states.

A chart of thirty years, or a figure over the whole record, is the same for every reader until somebody changes the
record, a clearance begins or ends by the clock, or a day ends. `released.stamp` tells these states apart in one small
question, so each process keeps what it made for the present one, with the page cache and without it (decision 21).
Nothing of a person may be kept here: when a name must go does not show in the stamp.
"""

from collections import OrderedDict
from threading import Lock

from django.utils.translation import get_language

from missions import released

MOST = 400  # things that a process keeps
_kept, _lock = OrderedDict(), Lock()


def of(key, make, *, at, known_at=None):
    """This will return what `make()` returns, or what it returned for this key in the present state of the record.

    In the reader's language each. A past moment is made anew each time.
    """
    if known_at is not None:
        return make()
    key = (released.stamp(at=at), get_language(), *key)
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    made = make()
    with _lock:
        _kept[key] = made
        while len(_kept) > MOST:
            _kept.popitem(last=False)
    return made
