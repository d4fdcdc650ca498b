"""Watches which generation of the public site holds: the version that every change raises, until the clock's next turn.

A thread looks four times a second. Whoever would answer with a page asks `generation` first, and gets none where the
last look was too long ago: then nobody knows whether the page still stands.
"""

import logging
import os
import threading
import time

from django.db import connection
from django.utils import timezone

from ledger import site_version
from peacekeeping.page_cache.turns import next_turns

log = logging.getLogger(__name__)
EVERY = 0.25  # seconds between two looks
FRESH = 0.7  # seconds for which a look counts
PATIENCE = 0.5  # seconds that somebody waits for the next look


class Generation:
    """The public site between two changes: its version, and until when the clock leaves it alone (Unix seconds).

    `until_gone` is the first moment at which something must no longer be shown.
    """

    __slots__ = ("ends", "until_gone", "version")

    def __init__(self, version, ends, until_gone):
        self.version, self.ends, self.until_gone = version, ends, until_gone


def look(known):
    """This will return the generation that holds now: `known`, if it still does. It raises what the database raises."""
    at = timezone.now()
    version = site_version.current()
    if known is not None and known.version == version and at.timestamp() < known.ends:
        return known
    return Generation(version, *(turn.timestamp() for turn in next_turns(at)))


class Watch:
    """Of one process. Its thread begins with the first question, so that a server may fork before."""

    def __init__(self, on_change, *, look=look):
        self.last = None  # the last generation seen
        self.seen_at = float("-inf")  # when the look began that saw it, by the monotonic clock
        self.is_away = self._is_blind = False
        self._on_change, self._look = on_change, look
        self._looked, self._hurry = threading.Condition(), threading.Event()
        self._process = None

    def now(self):
        """This will return the generation if it is certain that it holds, without waiting; else None."""
        last = self.last
        if last is not None and time.monotonic() - self.seen_at < FRESH and time.time() < last.ends:
            return last
        return None

    def generation(self):
        """This will return the generation that holds, or None where the database does not say so in time."""
        found = self.now()
        if found is not None:
            return found
        if self._process != os.getpid():
            self._begin()
        elif self.is_away:  # the thread goes on trying; nobody waits for it
            return None
        self._hurry.set()
        with self._looked:
            self._looked.wait_for(lambda: self.is_away or self.now() is not None, PATIENCE)
        found = self.now()
        self.is_away = found is None
        return found

    def _begin(self):
        with self._looked:
            if self._process == os.getpid():
                return
            self._process, self.is_away = os.getpid(), False
            threading.Thread(target=self._watch, name="site version", daemon=True).start()

    def _watch(self):
        while True:
            self._hurry.clear()
            self.look()
            self._hurry.wait(EVERY)

    def look(self):
        """This will look once, and tell of a change."""
        began = time.monotonic()
        try:
            found = self._look(self.last)
        except Exception:  # whatever it is, the next look may see again
            if not self._is_blind:
                log.warning("The site's version cannot be read: pages are served as they were.", exc_info=True)
            connection.close()
            found = None
        with self._looked:
            self.is_away = self._is_blind = found is None
            if found is not None:
                is_new, self.last, self.seen_at = found is not self.last, found, began
            self._looked.notify_all()
        if found is not None and is_new:
            self._on_change(found)
