"""Watches which generation of the public site holds: the version that every change raises, until the clock's next turn.

A thread looks four times a second. Whoever would answer with a page asks `generation` first, and gets none where the
last look was too long ago: then nobody knows whether the page still stands.
"""

import logging
import threading
import time

from django.db import close_old_connections, connection
from django.utils import timezone

from ledger import site_version
from peacekeeping.page_cache.turns import next_turns

log = logging.getLogger(__name__)
EVERY = 0.25  # seconds between two looks
FRESH = 0.7  # seconds for which a look counts
PATIENCE = 0.5  # seconds that somebody waits for the next look


class Generation:
    """The public site between two changes: its version, from when and until when the clock leaves it alone.

    `until_gone` is the first moment at which something must no longer be shown. All in Unix seconds.
    """

    __slots__ = ("begins", "ends", "until_gone", "version")

    def __init__(self, version, begins, ends, until_gone):
        self.version, self.begins, self.ends, self.until_gone = version, begins, ends, until_gone

    def holds(self, moment):
        """This will say whether the clock leaves it alone at `moment`; a clock that was set back brings another."""
        return self.begins <= moment < self.ends


def look(known):
    """This will return the generation that holds now: `known`, if it still does. It raises what the database raises."""
    at = timezone.now()
    version = site_version.current()
    if known is not None and known.version == version and known.holds(at.timestamp()):
        return known
    return Generation(version, at.timestamp(), *(turn.timestamp() for turn in next_turns(at)))


class Watch:
    """Of one process. Its thread begins with the first question, and anew after a fork or where it died."""

    def __init__(self, on_change, *, look=look):
        self.last = None  # the last generation seen
        self.seen_at = float("-inf")  # when the look began that saw it, by the monotonic clock
        self.is_away = self._is_blind = False
        self.after_look = lambda: None  # what else is to be done four times a second
        self._on_change, self._look = on_change, look
        self._looked, self._hurry = threading.Condition(), threading.Event()
        self._thread = None

    def now(self):
        """This will return the generation if it is certain that it holds, without waiting; else None."""
        last = self.last
        if last is not None and time.monotonic() - self.seen_at < FRESH and last.holds(time.time()):
            return last
        return None

    def generation(self):
        """This will return the generation that holds, or None where the database does not say so in time."""
        found = self.now()
        if found is not None:
            return found
        if self._thread is None or not self._thread.is_alive():
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
            if self._thread is None or not self._thread.is_alive():
                self.is_away = False
                self._thread = threading.Thread(target=self._watch, name="site version", daemon=True)
                self._thread.start()

    def _watch(self):
        while True:
            self._hurry.clear()
            self.look()
            self.after_look()
            close_old_connections()  # a file of SQLite may be another one by the next look
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
