"""What people do with their own account: find back in after a lost password, set one, change how the house writes."""

from contextlib import suppress
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.cache import cache
from django.db import transaction
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _

from ledger import audit, letters
from ledger.counting import count, key
from ledger.models import User

MOST_FOR_ADDRESS = 3
MOST_FROM_PLACE = 20  # one house may share one network address
MOST_WRONG_FOR_NAME = 10  # passwords tried for one user name from one place
MOST_WRONG_FROM_PLACE = 60  # and for all names together
MOST_WRONG_OF_STRANGERS = 100  # for one user name, from everywhere but the browsers it signed in from


class CannotAsk(Exception):
    """Too many letters were asked for. The message says to wait, and is the same for known and unknown addresses."""


class CannotSignIn(Exception):
    """Too many passwords were tried. The message says to wait, and is the same for known and unknown user names."""


class CannotChange(Exception):
    """The account cannot be changed so. The message says why."""


def ask_for_letter(email, *, place, at):
    """This will write to the active users with this e-mail address how to set a new password.

    `place` is the network address that asked. Who was invited and never came gets a letter too; who was given no
    password on purpose gets none. Nothing that the asker can see depends on whether the address is known; raises
    `CannotAsk` where too many letters were asked for, whether the address is known or not.
    """
    email = email.strip()
    if count("address", email.casefold()) > MOST_FOR_ADDRESS or count("place", place) > MOST_FROM_PLACE:
        raise CannotAsk(_("Too many letters were asked for. Wait an hour, or ask an administrator of the house."))
    with transaction.atomic():
        known = [
            user
            for user in User.objects.filter(email__iexact=email, is_active=True).order_by("pk")
            if user.has_usable_password() or user.last_login is None
        ]
        for user in known:
            audit.note("ask for a new password", user, by=None, at=at)
        letters.after_commit(letter("ledger/letters/reset.txt", user) for user in known)


def letter(template, user, **context):
    """This will return a letter with a link by which `user` sets a password: once, and for a few days."""
    days = timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT).days
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    return letters.Letter(
        user, template, {**context, "uid": uid, "token": default_token_generator.make_token(user), "days": days}
    )


def try_password(name, *, place, device=""):
    """This will count one more password tried for the user name `name` from the network address `place`.

    A browser from which the name signed in before (`device`, see `ledger.devices`) has a count of its own. So whoever
    guesses at a name, from one place or from a thousand, shuts out no browser of its owner. Raises `CannotSignIn` where
    too many were tried within the hour, before any is looked at.
    """
    tried = [count(kind, of) > most for kind, of, most in _counts(name.casefold(), place, device)]  # under each of them
    if any(tried):
        raise CannotSignIn(_("Too many passwords were tried. Wait an hour, or have a new one sent by e-mail."))


def was_right(name, *, place, device=""):
    """This will forget the passwords that were tried for `name` from `place`, since the last one was right."""
    for kind, of, most in _counts(name.casefold(), place, device):
        if most == MOST_WRONG_FOR_NAME:
            cache.delete(key(kind, of))
        else:
            with suppress(ValueError):  # it ran out
                cache.decr(key(kind, of))


def try_own_password(user):
    """This will count one more password tried by who is signed in as `user`. Raises `CannotSignIn` after too many."""
    if count("present", str(user.pk)) > MOST_WRONG_FOR_NAME:
        raise CannotSignIn(_("Too many passwords were tried. Wait an hour, or have a new one sent by e-mail."))


def own_was_right(user):
    """This will forget the passwords that were tried by who is signed in as `user`."""
    cache.delete(key("present", str(user.pk)))


def _counts(name, place, device):
    """This will return what a password is counted under: kind, of what, and how many are taken within the hour."""
    if device:
        return [("password-device", f"{name} {device}", MOST_WRONG_FOR_NAME)]
    return [
        ("password", f"{name} {place}", MOST_WRONG_FOR_NAME),
        ("password-place", place, MOST_WRONG_FROM_PLACE),
        ("password-name", name, MOST_WRONG_OF_STRANGERS),
    ]


def change(user, *, password, at, **values):
    """This will change the user's own names, e-mail address or language.

    Another e-mail address needs the present password: who gets the house's letters can set a new one. Raises
    `CannotChange`.
    """
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=user.pk)
        changed = sorted(name for name, value in values.items() if getattr(user, name) != value)
        if "email" in changed:
            try:
                try_own_password(user)
            except CannotSignIn as refusal:
                raise CannotChange(str(refusal)) from refusal
            if not user.check_password(password):
                raise CannotChange(_("Give your present password to change the e-mail address."))
            own_was_right(user)
            if is_taken(values["email"], but=user):
                raise CannotChange(_("Another account already has this e-mail address."))
        for name in changed:
            setattr(user, name, values[name])
        if changed:
            user.save(update_fields=changed)
            audit.note("change own account", user, by=user, at=at, fields=changed)
    return user


def is_taken(email, *, but=None):
    """This will say whether an account, other than `but`, has this e-mail address, however it is spelled."""
    return bool(email) and User.objects.filter(email__iexact=email).exclude(pk=but.pk if but else None).exists()
