"""Knows a browser from which somebody signed in before: wrong passwords from elsewhere cannot shut its owner out.

Whoever guesses at a name from many places uses up the tries of *unknown* browsers alone. The cookie says nothing of who
it belongs to, is no proof of anything, and only chooses which count a password is tried under.
"""

import hashlib
import secrets

from django.conf import settings
from django.core import signing

COOKIE = "__Secure-desk-device" if settings.HTTPS else "desk_device"
AGE = 180 * 24 * 3600  # seconds
SALT = "ledger.devices"


def known(request, name):
    """This will return the mark of the browser if `name` signed in from it before, else ""."""
    try:
        mark, whose = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=AGE)
    except (signing.BadSignature, ValueError):
        return ""
    return mark if whose == _of(name) else ""


def remember(response, user):
    """This will let the browser that gets `response` be known as one from which `user` signed in."""
    response.set_cookie(
        COOKIE, signing.dumps([secrets.token_hex(8), _of(user.username)], salt=SALT), max_age=AGE, path="/admin/",
        secure=settings.HTTPS, httponly=True, samesite="Lax",
    )  # fmt: skip


def _of(name):
    return hashlib.sha256(f"{settings.SECRET_KEY}{name.casefold()}".encode()).hexdigest()[:32]
