"""The moment that a public page is of, and its size on the way."""

from django.middleware.gzip import GZipMiddleware
from django.utils import timezone

TEXTS = (
    "text/",
    "application/json",
    "application/xml",
    "application/rss+xml",
    "application/atom+xml",
    "application/feed+json",
    "application/problem+json",
    "image/svg+xml",
)


class TextCompressionMiddleware(GZipMiddleware):
    """Compresses pages, feeds and tables on the way, and leaves pictures alone, which are small as they can be.

    Django adds a random length to each answer, so that its size tells nothing of what stands beside a token.
    """

    def process_response(self, request, response):
        if response.get("Content-Type", "").startswith(TEXTS):
            return super().process_response(request, response)
        return response


class MomentMiddleware:
    """Gives each request its clock: public pages are as of `request.at`.

    `request.known_at` is the moment up to which the record's own history is read, None for "as it stands now".
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.at, request.known_at = timezone.now(), None
        return self.get_response(request)
