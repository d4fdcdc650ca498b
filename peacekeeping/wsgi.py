"""What granian serves: `granian --interface wsgi peacekeeping.wsgi:application`."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peacekeeping.settings")
application = get_wsgi_application()

if settings.PAGE_CACHE:
    from peacekeeping.page_cache.front import Front  # it reads models, which are there only now

    application = Front(
        application, limit=settings.PAGE_CACHE_MB * 1024 * 1024, stale_for=settings.PAGE_CACHE_STALE
    )  # fmt: skip
