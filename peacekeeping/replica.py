"""Lets what anybody may read be answered by a replica of the database, where it is as new as the page must be.

While such a request is answered, the thread's connection is one to the replica: whatever asks the database asks that,
without knowing it. All else, whoever is signed in, every writer, the worker and every command, has the primary.
"""

import logging
import threading
import time

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, Error, connections
from django.db.utils import ConnectionHandler

from ledger import site_version
from peacekeeping import outages
from peacekeeping.page_cache import kept
from peacekeeping.problems import OPEN

log = logging.getLogger(__name__)
RESPITE = 5  # seconds for which a replica is not asked again after it gave no answer
NAMES = kept.ONE_PAGE | kept.MANY_PAGES | {"news_sitemap", "search"}
replicas = ConnectionHandler({DEFAULT_DB_ALIAS: settings.DATABASE_REPLICA or connections.settings[DEFAULT_DB_ALIAS]})
_away_until = float("-inf")
_own = threading.local()  # of each thread: its connection to the primary, while the replica's is in its place


class ReplicaMiddleware:
    """Stands outside of whatever asks the database."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        try:
            return self.get_response(request)
        finally:
            _give_back()

    def process_view(self, request, view, args, kwargs):
        if _is_for_anybody(request) and time.monotonic() >= _away_until:
            _take(request.META.get(kept.SEEN))

    def process_exception(self, request, error):
        """What the replica broke off, by going away or by what it had to replay, the primary answers."""
        if _give_back() and isinstance(error, Error):
            _note(error)
            found = request.resolver_match
            return found.func(request, *found.args, **found.kwargs)
        return None


def _is_for_anybody(request):
    found = request.resolver_match
    return kept.is_anybodys(request.META) and (found.url_name in NAMES or request.path_info.startswith(OPEN))


def _take(seen):
    """This will put the replica's connection in the place of the thread's own, if it knows what the primary knows.

    `seen` is the generation of the site that a page will be kept under, as the watch saw it on the primary. Without one
    the primary is asked for its version. Changes reach a replica in their order: who has the version has all before it.
    """
    primary, replica = connections[DEFAULT_DB_ALIAS], replicas[DEFAULT_DB_ALIAS]
    wanted = seen.version if seen is not None else site_version.current()
    _own.primary = primary
    primary.health_check_done = False  # it is not this request that says whether it lives
    connections[DEFAULT_DB_ALIAS] = replica
    try:
        replica.close_if_unusable_or_obsolete()
        known = site_version.current()
    except Error as error:
        _give_back()
        _note(error)
        return
    if known < wanted:
        _give_back()


def _give_back():
    """This will return whether the thread had the replica's connection until now."""
    primary = getattr(_own, "primary", None)
    if primary is None:
        return False
    connections[DEFAULT_DB_ALIAS], _own.primary = primary, None
    return True


def _note(error):
    global _away_until
    replicas[DEFAULT_DB_ALIAS].close()
    if outages.is_away(error):
        _away_until = time.monotonic() + RESPITE
    log.warning("The replica does not answer; the primary does in its place: %s", error)
