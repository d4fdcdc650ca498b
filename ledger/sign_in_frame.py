"""What stands around the pages of the library for signing in."""

from django.conf import settings
from django.contrib import admin
from django.utils.translation import gettext_lazy

from ledger import factors

# Pages of the library for signing in, by the names of their addresses: what stands above them.
HEADINGS = {
    "account_login": gettext_lazy("Sign in"),
    "login": gettext_lazy("Sign in"),
    "account_reauthenticate": gettext_lazy("Is it still you?"),
    "mfa_reauthenticate": gettext_lazy("Is it still you?"),
    "mfa_reauthenticate_webauthn": gettext_lazy("Is it still you?"),
    "mfa_authenticate": gettext_lazy("The second proof"),
    "mfa_index": gettext_lazy("Second factor"),
    "mfa_activate_totp": gettext_lazy("Set up an authenticator app"),
    "mfa_deactivate_totp": gettext_lazy("Remove the authenticator app"),
    "mfa_add_webauthn": gettext_lazy("Add a key or passkey"),
    "mfa_edit_webauthn": gettext_lazy("Rename a key"),
    "mfa_remove_webauthn": gettext_lazy("Remove a key"),
    "mfa_view_recovery_codes": gettext_lazy("Recovery codes"),
    "mfa_generate_recovery_codes": gettext_lazy("Recovery codes"),
    "usersessions_list": gettext_lazy("My sessions"),
}


def frame_of_sign_in(request):
    """A context processor: the desk's frame around the pages of the library for signing in, which knows no desk."""
    place = request.resolver_match
    if place is None or place.url_name not in HEADINGS:
        return {}
    found = {**admin.site.each_context(request), "title": HEADINGS[place.url_name]}
    if place.url_name == "mfa_index":
        found["is_needed"] = factors.is_needed_by(request.user)
        found["is_lacking"] = found["is_needed"] and not factors.are_proved(request)
    if settings.OIDC_SERVER_URL:
        found["sign_on"] = settings.OIDC_NAME
    return found
