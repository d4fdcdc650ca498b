"""The limit: a bare Django view that returns the bytes of a page from memory, without middleware and without database.

It is served beside the site, by the same server. `BARE_PAGES` names a JSON file of {address: [content type, text]}. With
`BARE_CACHE=on` Django's own cache middleware stands before the view, and the page lies in its memory cache.
"""

import json
import os
from pathlib import Path

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import re_path

CACHE = ["django.middleware.cache.UpdateCacheMiddleware", "django.middleware.cache.FetchFromCacheMiddleware"]
PAGES = {
    address: (kind, text.encode())
    for address, (kind, text) in json.loads(Path(os.environ["BARE_PAGES"]).read_text(encoding="utf-8")).items()
}
settings.configure(
    ROOT_URLCONF=__name__, ALLOWED_HOSTS=["127.0.0.1"], SECRET_KEY="the bare view keeps no secret", USE_I18N=False,
    MIDDLEWARE=CACHE if os.environ.get("BARE_CACHE") == "on" else [],
)  # fmt: skip


def page(request):
    kind, body = PAGES[request.get_full_path()]
    return HttpResponse(body, content_type=kind, headers={"Content-Length": str(len(body))})


urlpatterns = [re_path("", page)]
application = get_wsgi_application()
