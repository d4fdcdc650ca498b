"""Forms for people without an account: this site's own pages alone send them, and nobody needs a cookie for it."""

from functools import wraps

from django.conf import settings
from django.views.csrf import csrf_failure
from django.views.decorators.csrf import csrf_exempt


def sent_by_own_page(view):
    """This will hand a POST on to the view only where a page of this site sent it, in place of Django's token.

    A token needs a cookie, and readers are given none. Such a form acts in nobody's name: all that another site's page
    could do is to send it from its visitor's network address, and that is what is refused here.
    """

    @csrf_exempt
    @wraps(view)
    def answer(request, *args, **kwargs):
        if request.method == "POST" and not is_of_own_page(request):
            return csrf_failure(request, reason="A page of another site sent this form.")
        return view(request, *args, **kwargs)

    answer.takes_forms = True  # every other public page is read, and nothing else
    return answer


def is_of_own_page(request):
    """This will say whether a page of this site sent the request, as the browser says; no page can make it say another.

    Browsers tell it as Sec-Fetch-Site, older ones as Origin. What says neither is no browser, so that nobody's visit to
    another page can have sent it.
    """
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site is not None:
        return site in ("same-origin", "none")
    own = f"{request.scheme}://{request.get_host()}"
    return origin is None or origin == own or origin in settings.CSRF_TRUSTED_ORIGINS
