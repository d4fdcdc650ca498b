"""What the house decides where its library for signing in (django-allauth) leaves it to its users."""

import logging
from base64 import urlsafe_b64encode
from hashlib import sha256

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override, pgettext

from ledger import devices, factors, letters
from ledger.counting import network_address
from ledger.models import User

log = logging.getLogger(__name__)

TOO_MANY = gettext_lazy("Too many codes were tried. Wait five minutes.")
WRONG = gettext_lazy("The user name or the password is not right. Both tell capitals from small letters.")


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up; passwords are counted by the desk's own form; letters are the house's own."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": WRONG,
        "incorrect_password": gettext_lazy("The password is not right."),
        "too_many_login_attempts": TOO_MANY,
        "rate_limited": TOO_MANY,
    }

    def is_open_for_signup(self, request):
        return False

    def get_client_ip(self, request):
        return network_address(request)

    def pre_authenticate(self, request, **credentials):
        """The library's count by name alone would let anybody shut out anybody (`ledger.accounts.try_password`)."""

    def respond_user_inactive(self, request, user):
        messages.error(request, WRONG)
        return redirect("account_login")

    def post_login(self, request, user, **kwargs):
        response = super().post_login(request, user, **kwargs)
        devices.remember(response, user)
        return response

    def add_message(self, request, level, message_template=None, message_context=None, extra_tags="", message=None):
        """The desk says what happened in words of its own; what the library says besides is left out."""
        words = message or _said().get(message_template)
        if words:
            messages.add_message(request, level, words, extra_tags=extra_tags)

    def send_notification_mail(self, template_prefix, user, context=None, email=None):
        """A change of how somebody signs in is told to them: it may not have been theirs."""
        change = template_prefix.rpartition("/")[2]
        letters.after_commit([letters.Letter(user, "ledger/letters/factor.txt", {"change": change})])


def _said():
    return {
        "mfa/messages/totp_activated.txt": _("The authenticator app is set up."),
        "mfa/messages/totp_deactivated.txt": _("The authenticator app is removed."),
        "mfa/messages/webauthn_added.txt": _("The key is added."),
        "mfa/messages/webauthn_removed.txt": _("The key is removed."),
        "mfa/messages/recovery_codes_generated.txt": _("New recovery codes are made; the earlier ones open nothing."),
        "usersessions/messages/sessions_logged_out.txt": _("All other sessions are ended."),
    }


class FactorAdapter(DefaultMFAAdapter):
    """Second factors lie encrypted in the database, and who needs one cannot remove the last."""

    error_messages = {
        "cannot_delete_authenticator": gettext_lazy(
            "Your role needs a second factor: set up another one before you remove this one."
        ),
        "cannot_generate_recovery_codes": gettext_lazy("Set up an authenticator app or a key first."),
        "incorrect_code": gettext_lazy("The code or the key is not right."),
    }

    def get_totp_issuer(self):
        with override("en"):  # one word for one account, whatever language the page is in
            return pgettext("name in an authenticator app", "Peacekeeping Record")

    def build_totp_svg(self, url):
        """The picture stands in the page itself, which loads none from an address of data."""
        return super().build_totp_svg(url).partition("?>")[2].strip()

    def get_totp_label(self, user):
        return user.username

    def _get_site_name(self):
        return self.get_totp_issuer()

    def _get_user_identifier(self, user):
        return user.username

    def generate_authenticator_name(self, user, type):
        return _("Key %(number)s") % {"number": Authenticator.objects.filter(user=user, type=type).count() + 1}

    def can_delete_authenticator(self, authenticator):
        others = Authenticator.objects.filter(user=authenticator.user).exclude(pk=authenticator.pk)
        has_another = others.exclude(type=Authenticator.Type.RECOVERY_CODES).exists()
        return has_another or not factors.is_needed_by(authenticator.user)

    def encrypt(self, text):
        return _keys().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text):
        try:
            return _keys().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            # Another SECRET_KEY than the one that wrote it: no code can be right until an administrator helps.
            log.error("A second factor cannot be read: SECRET_KEY has changed. See docs/operations.md.")
            return ""


def _keys():
    """This will return the keys of the site's secret and of those before it, which it can still read."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(urlsafe_b64encode(sha256(f"ledger.factors{one}".encode()).digest())) for one in secrets])


class SingleSignOnAdapter(DefaultSocialAccountAdapter):
    """Whoever the house's own sign-on vouches for is found by their e-mail address. It makes no accounts."""

    def is_open_for_signup(self, request, sociallogin):
        return False

    def pre_social_login(self, request, sociallogin):
        """This will join the sign-on's account to the house's, or turn away whom the house did not invite."""
        if sociallogin.is_existing:
            user = sociallogin.user
        else:
            addresses = {one.email.casefold() for one in sociallogin.email_addresses if one.verified}
            found = [user for address in addresses for user in User.objects.filter(email__iexact=address)]
            user = found[0] if len({one.pk for one in found}) == 1 else None
        if user is None or not (user.is_active and user.is_staff):
            messages.error(request, _("The desk has no account for you: ask an administrator to invite you."))
            raise ImmediateHttpResponse(redirect("account_login"))
        if not sociallogin.is_existing:
            sociallogin.connect(request, user)

    def on_authentication_error(self, request, provider, error=None, exception=None, extra_context=None):
        log.warning("Single sign-on failed: %s", error or type(exception).__name__)
        messages.error(request, _("Single sign-on did not work. Try again, or sign in with your password."))
        raise ImmediateHttpResponse(redirect("account_login"))
