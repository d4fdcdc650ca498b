"""Closes the account of somebody who leaves: what they did stays in the ledger under a number, their name goes."""

from datetime import timedelta

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ledger import erasures, factors, retention
from ledger.models import Entry, User
from ledger.signals import account_closed

NEVER_CAME = timedelta(days=90)  # after the last invitation
FORMER = "former-"


def is_closed(user):
    """This will say whether the account was closed and bears nobody's name any more."""
    return not user.is_active and user.username == f"{FORMER}{user.pk}"


def _problem(user, erasure, at):
    if is_closed(user):
        return _("This account was closed already.")
    if erasure.kind == erasures.Kind.ERASE:
        return _("An account is never erased whole: the ledger leads to it. It is closed, and its name is taken off.")
    others = User.objects.filter(is_superuser=True, is_active=True).exclude(pk=user.pk)
    if user.is_superuser and user.is_active and not others.exists():
        return _("Nobody else is above the table of roles: make somebody so first.")
    return ""


def _close(user, erasure, at):
    """This will take the person off the account; the number stays, which ledger and history lead to."""
    files = []
    for _receiver, left in account_closed.send(sender=User, user=user, at=at):
        files += left or ()
    factors.end_sessions(user, at=at)
    for noun in (Authenticator, SocialAccount):
        noun.objects.filter(user=user).delete()
    user.username, user.email, user.first_name, user.last_name = f"{FORMER}{user.pk}", "", "", ""
    user.is_active = user.is_staff = user.is_superuser = False
    user.last_login = None
    user.set_unusable_password()
    user.save()
    user.groups.clear()
    user.user_permissions.clear()
    return {"ledger.user": 1}, files


erasures.register(
    "ledger.user",
    erasures.Way(
        known_since=lambda user: user.date_joined, problem=_problem, do=_close, is_done=is_closed,
    ),
)  # fmt: skip


def close_those_who_never_came(*, at):
    """This will close the accounts of people who were invited, never signed in and are no longer waited for."""
    invited = User.objects.filter(
        last_login__isnull=True, is_active=True, is_superuser=False, date_joined__lt=at - NEVER_CAME
    ).order_by("pk")
    count = 0
    for user in invited:
        letters = Entry.objects.filter(noun="ledger.user", object_id=str(user.pk), verb__in=["invite", "invite again"])
        last = letters.order_by("-at").values_list("at", flat=True).first()
        if user.has_usable_password() or last is None or last >= at - NEVER_CAME:
            continue
        erasures.by_itself(user, ground=erasures.Ground.RETENTION, at=at)
        count += 1
    return count


retention.register("invited", gettext_lazy("accounts of people who never came"), close_those_who_never_came)
