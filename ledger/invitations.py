"""Invites people to the desk: an account without a password, and a letter by which they set one themselves."""

from django.db import transaction
from django.utils.translation import gettext as _

from ledger import accounts, audit, letters
from ledger.models import User

TEMPLATE = "ledger/letters/invitation.txt"


class CannotInvite(Exception):
    """The person cannot be invited. The message says why."""


def invite(*, username, email, language, roles, by, at, first_name="", last_name="", is_superuser=False):
    """This will make an account for a person, with `roles` (groups), and write to them how to set a password.

    Nobody else ever knows a password of theirs. Raises `CannotInvite`.
    """
    with transaction.atomic():
        if is_superuser and not by.is_superuser:
            raise CannotInvite(_("Only who is above the table of roles can invite somebody to be so."))
        if not email:
            raise CannotInvite(_("Give an e-mail address: the invitation goes there."))
        if accounts.is_taken(email):
            raise CannotInvite(_("Another account already has this e-mail address."))
        if User.objects.filter(username__iexact=username).exists():
            raise CannotInvite(_("Another account already has this user name."))
        user = User(
            username=username, first_name=first_name, last_name=last_name, email=email, language=language,
            is_staff=True, is_superuser=is_superuser, date_joined=at,
        )  # fmt: skip
        user.set_unusable_password()
        user.save()
        user.groups.set(roles)
        above = {"is_superuser": True} if is_superuser else {}
        audit.note("invite", user, by=by, at=at, roles=sorted(role.pk for role in roles), **above)
        letters.after_commit([accounts.letter(TEMPLATE, user, by=by)])
    return user


def invite_again(user, *, by, at):
    """This will write another invitation to somebody who never signed in; the link of the earlier one ends.

    Raises `CannotInvite`.
    """
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=user.pk)
        if user.is_superuser and not by.is_superuser:
            raise CannotInvite(_("Only who is above the table of roles can invite somebody to be so."))
        if not user.is_active:
            raise CannotInvite(_("This account is not active."))
        if user.last_login is not None:
            raise CannotInvite(_("%(name)s has signed in already.") % {"name": user.full_name})
        if not user.email:
            raise CannotInvite(_("Give an e-mail address: the invitation goes there."))
        if not user.has_usable_password():
            user.set_unusable_password()  # a link rests on what stands there: this ends those that were sent before
            user.save(update_fields=["password"])
        audit.note("invite again", user, by=by, at=at)
        letters.after_commit([accounts.letter(TEMPLATE, user, by=by)])
    return user
