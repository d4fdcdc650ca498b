"""Counts what is asked of the house from outside, so that nobody asks too often. No name and no address is kept."""

import hashlib

from django.conf import settings
from django.core.cache import cache

WITHIN = 3600  # seconds in which requests are counted


def network_address(request):
    """This will return the network address that a request came from, as the proxy before us saw it.

    Only the last entry of the header is the proxy's own; those before it are whatever the client wrote.
    """
    seen = request.headers.get("x-forwarded-for", "").split(",")[-1].strip() if settings.HTTPS else ""
    return seen or request.META.get("REMOTE_ADDR", "")


def count(kind, of):
    """This will count one more request of that `kind` for `of` within the hour and return how many there were."""
    place = key(kind, of)
    cache.add(place, 0, WITHIN)
    try:
        return cache.incr(place)
    except ValueError:  # it ran out between the two lines
        return 1


def key(kind, of):
    """This will return the cache's key of such a count; nobody reads `of` from it."""
    return f"asked:{kind}:{hashlib.sha256(of.encode()).hexdigest()}"
