"""The second factor: who must have one, what a session has proved, and what an administrator can take away.

Who may see personal data or decide what is public proves twice who they are: by a password and a code of their phone or
a key, or by a passkey alone, which is both. The rest of the desk is offered it.
"""

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.core.exceptions import ImmediateHttpResponse, ReauthenticationRequired
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import SESSION_KEY, logout
from django.contrib.auth.views import redirect_to_login
from django.contrib.sessions.models import Session
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from ledger import audit, letters
from ledger.models import User
from ledger.roles import SENSITIVE


class CannotTakeAway(Exception):
    """The second factor cannot be taken away. The message says why."""


def is_needed_by(user):
    """This will say whether `user` may do anything for which one proof is not enough (`ledger.roles.SENSITIVE`)."""
    if not settings.SECOND_FACTOR_DEMANDED:
        return False
    return user.is_superuser or not SENSITIVE.isdisjoint(user.get_all_permissions())


def are_proved(request):
    """This will say whether the session proved a second factor, or signed in where the house trusts another's."""
    methods = {record["method"] for record in get_authentication_records(request, request.user)}
    return "mfa" in methods or (settings.OIDC_PROVES_TWO_FACTORS and "socialaccount" in methods)


def proved_at(request):
    """This will return the moment of the session's latest proof, in seconds since 1970, or 0."""
    return max((record["at"] for record in get_authentication_records(request, request.user)), default=0)


def demand_fresh(request, *, at):
    """This will raise where the session's latest proof is older than `PERSONAL_DATA_MINUTES`: before personal data.

    The library then asks for the password or the factor, and goes on with what was asked for. Who has neither came in
    by single sign-on, and signs in by it again.
    """
    if abs(at.timestamp() - proved_at(request)) <= settings.PERSONAL_DATA_MINUTES * 60:  # clocks are set back, too
        return
    if get_adapter().get_reauthentication_methods(request.user):
        raise ReauthenticationRequired
    logout(request)
    raise ImmediateHttpResponse(redirect_to_login(request.get_full_path(), reverse("account_login")))


def take_away(user, *, by, at):
    """This will take the second factor of somebody who lost it, end all their sessions, and write to them.

    They sign in with their password and set up another. Raises `CannotTakeAway`.
    """
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=user.pk)
        if user.is_superuser and by is not None and not by.is_superuser:
            raise CannotTakeAway(_("Only who is above the table of roles can do this for somebody who is so."))
        if by is not None and by.pk == user.pk:
            raise CannotTakeAway(_("Nobody takes away their own: set up another one first, or ask a colleague."))
        theirs = Authenticator.objects.filter(user=user)
        if not theirs.exists():
            raise CannotTakeAway(_("%(name)s has no second factor.") % {"name": user.full_name})
        kinds = sorted(theirs.values_list("type", flat=True))
        theirs.delete()
        end_sessions(user, at=at)
        audit.note("take away second factor", user, by=by, at=at, kinds=kinds)
        letters.after_commit([letters.Letter(user, "ledger/letters/factor.txt", {"change": "taken"})])


def end_sessions(user, *, at):
    """This will end every session of `user` that still lasts, on every device, whether the library noted it or not."""
    for session in Session.objects.filter(expire_date__gte=at):
        if session.get_decoded().get(SESSION_KEY) == str(user.pk):
            session.delete()
    UserSession.objects.filter(user=user).delete()
