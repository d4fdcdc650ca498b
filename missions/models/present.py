"""What was taken from the public since: somebody who looks at a past moment is not shown it again.

This is the one thing that is asked of the surroundings and not of an argument. Some thirty questions of four rooms lie
between a page's moment and a clearance; one of them that forgot to hand the present on would show a name whose consent
was withdrawn. So the page that is of the past says it once, and whoever asks for a moment within it is held to it.
"""

from contextlib import contextmanager
from contextvars import ContextVar

_present = ContextVar("present", default=None)


@contextmanager
def withheld_as_of(present):
    """This will keep from the public, within the block, what it may not know at `present`, whatever moment is asked."""
    token = _present.set(present)
    try:
        yield
    finally:
        _present.reset(token)


def is_past():
    """This will say whether the surrounding page is of a past moment, so that `withheld_by` tells another one."""
    return _present.get() is not None


def withheld_by(at):
    """This will return the moment up to which endings count for a question about `at`: `at`, or the present."""
    present = _present.get()
    return at if present is None else max(at, present)
