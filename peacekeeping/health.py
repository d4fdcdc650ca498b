"""Whether this process lives, and whether it can serve: for who watches over it, and for a balancer before it."""

import logging
import threading

from django.conf import settings
from django.db import connection
from django.http import HttpResponse
from django.views.decorators.cache import never_cache

from ledger import site_version

log = logging.getLogger(__name__)
PATIENCE = 1.5  # seconds within which the database must answer: a balancer waits two


class Question:
    """Asks the database from a thread and a connection of its own, so that one that hangs keeps nobody waiting.

    No timeout of the driver or of the server is certain: neither ends a wait for a server that was stopped, nor for a
    disk. Whoever asks while a question is open shares its answer, so that one thread hangs at the most.
    """

    def __init__(self):
        self._is_over, self.error = threading.Event(), None
        threading.Thread(target=self._ask, name="readiness", daemon=True).start()

    def _ask(self):
        try:
            site_version.current()
        except Exception as error:  # whatever it is, the database gave no answer
            self.error = error
        finally:
            connection.close()
            self._is_over.set()

    @property
    def is_over(self):
        return self._is_over.is_set()

    def answer(self):
        """This will return None where the database answered, else why not."""
        if not self._is_over.wait(PATIENCE):
            return TimeoutError(f"no answer within {PATIENCE} seconds")
        return self.error


_open, _lock = None, threading.Lock()


def _ask_the_database():
    global _open
    with _lock:
        if _open is None or _open.is_over:
            _open = Question()
        question = _open
    return question.answer()


@never_cache
def live(request):
    return _said("alive")


@never_cache
def ready(request):
    """503 where this node is to get no readers: where the database does not answer in time, or the node is leaving.

    Whatever pages are served as they were meanwhile.
    """
    if settings.LEAVING_FILE and settings.LEAVING_FILE.exists():
        return _said("this node is leaving", status=503)
    if (why := _ask_the_database()) is not None:
        log.warning("Not ready: the database does not answer: %s", why)
        return _said("the database does not answer", status=503)
    return _said("ready")


def _said(words, status=200):
    response = HttpResponse(f"{words}\n", content_type="text/plain", status=status)
    response._has_been_logged = True  # Django would call it an error of ours, every few seconds
    return response
