"""Whether this process lives, and whether it can serve: for who watches over it, and for a balancer before it."""

import logging

from django.db import Error, connection
from django.http import HttpResponse
from django.views.decorators.cache import never_cache

from ledger import site_version

log = logging.getLogger(__name__)


@never_cache
def live(request):
    return HttpResponse("alive\n", content_type="text/plain")


@never_cache
def ready(request):
    """503 where the database does not answer, whatever pages are served as they were meanwhile."""
    try:
        site_version.current()
    except Error:
        log.warning("Not ready: the database does not answer.", exc_info=True)
        connection.close()
        return HttpResponse("the database does not answer\n", content_type="text/plain", status=503)
    return HttpResponse("ready\n", content_type="text/plain")
