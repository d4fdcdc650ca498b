"""What granian serves: `granian --interface wsgi peacekeeping.wsgi:application`."""

import contextlib
import ctypes
import gc
import os
from functools import partial

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from ledger import patience
from peacekeeping import lasting
from peacekeeping.apps import DeskConfig

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peacekeeping.settings")
DeskConfig.waits = True
application = get_wsgi_application()
patience.limit(statement=settings.DATABASE_STATEMENT_TIMEOUT, lock=settings.DATABASE_LOCK_TIMEOUT)

if settings.PAGE_CACHE:
    from peacekeeping.page_cache.front import Front  # it reads models, which are there only now

    front = application = Front(
        application, limit=settings.PAGE_CACHE_MB * 1024 * 1024, stale_for=settings.PAGE_CACHE_STALE
    )  # fmt: skip
    if settings.METRICS_TOKEN:
        from peacekeeping import metrics

        front.watch.after_look = partial(metrics.tell_of, front)

if settings.LOG_ACCESS == "all":
    from peacekeeping.access_log import ReadersLog

    application = ReadersLog(application)

# One heap for all threads: each would keep one of its own, with what it once needed and does not give back. Only one of
# them runs Python at a time. (M_ARENA_MAX of the GNU C library.)
with contextlib.suppress(AttributeError, OSError):
    ctypes.CDLL(None).mallopt(-8, 1)

get_resolver(settings.PUBLIC_URLCONF).url_patterns  # noqa: B018 - it loads the views of readers
lasting.spare()
# A page makes thousands of objects, and next to none that only the collector finds: to look after each 700 of them took
# a twelfth of a page's time.
gc.set_threshold(10_000)
