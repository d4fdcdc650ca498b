"""The limit: a bare Django view that returns the bytes of a page from memory, without middleware and without database.

It is served beside the site, by the same server. `BARE_PAGES` names a JSON file of [[address, content type, content
encoding, body in base64]]; the encoding is "" or what the page is asked for in. With `BARE_CACHE=on` Django's own cache
middleware stands before the view, and the page lies in its memory cache.
"""

import base64
import json
import os
from pathlib import Path

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import re_path

CACHE = ["django.middleware.cache.UpdateCacheMiddleware", "django.middleware.cache.FetchFromCacheMiddleware"]
PAGES = {
    (address, encoding): (kind, base64.b64decode(body))
    for address, kind, encoding, body in json.loads(Path(os.environ["BARE_PAGES"]).read_text(encoding="utf-8"))
}
settings.configure(
    ROOT_URLCONF=__name__, ALLOWED_HOSTS=["127.0.0.1"], SECRET_KEY="the bare view keeps no secret", USE_I18N=False,
    MIDDLEWARE=CACHE if os.environ.get("BARE_CACHE") == "on" else [],
)  # fmt: skip


def page(request):
    address = request.get_full_path()
    is_zipped = request.headers.get("Accept-Encoding") == "gzip"
    kind, body = PAGES[address, "gzip" if is_zipped else ""]
    headers = {"Content-Length": str(len(body))} | ({"Content-Encoding": "gzip"} if is_zipped else {})
    return HttpResponse(body, content_type=kind, headers=headers)


urlpatterns = [re_path("", page)]
application = get_wsgi_application()
