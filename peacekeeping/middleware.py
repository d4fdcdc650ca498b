"""The moment that a public page is of."""

from django.utils import timezone


class MomentMiddleware:
    """Gives each request its clock: public pages are as of `request.at`.

    `request.known_at` is the moment up to which the record's own history is read, None for "as it stands now".
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.at, request.known_at = timezone.now(), None
        return self.get_response(request)
