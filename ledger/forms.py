from django import forms
from django.conf import settings
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.models import Group
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from ledger import accounts
from ledger.models import User
from ledger.roles import ROLES


def network_address(request):
    """This will return the network address that a request came from, as the proxy before us saw it.

    Only the last entry of the header is the proxy's own; those before it are whatever the client wrote.
    """
    seen = request.headers.get("x-forwarded-for", "").split(",")[-1].strip() if settings.HTTPS else ""
    return seen or request.META.get("REMOTE_ADDR", "")


class SignInForm(AdminAuthenticationForm):
    """The desk's door: it takes so many wrong passwords from one place, and then none for a while."""

    def clean(self):
        name, place = self.cleaned_data.get("username") or "", network_address(self.request)
        try:
            accounts.try_password(name, place=place)
        except accounts.CannotSignIn as refusal:
            raise forms.ValidationError(str(refusal), code="too_many") from refusal
        data = super().clean()
        accounts.was_right(name, place=place)
        return data


class RolesField(forms.ModelMultipleChoiceField):
    """The roles by their names in the reader's language."""

    def label_from_instance(self, role):
        return capfirst(_(role.name))


class InvitationForm(forms.ModelForm):
    roles = RolesField(
        Group.objects.filter(name__in=ROLES).order_by("name"), label=_("Roles"), widget=forms.CheckboxSelectMultiple,
        help_text=_("What each role may do stands in the table of roles."),
    )  # fmt: skip

    class Meta:
        model = User
        fields = ["username", "first_name", "last_name", "email", "language", "is_superuser"]

    field_order = ["username", "first_name", "last_name", "email", "language", "roles", "is_superuser"]

    def __init__(self, *args, by, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["email"].required = True
        self.fields["email"].help_text = _("The invitation goes there: a link to set a password, for a few days.")
        if not by.is_superuser:
            del self.fields["is_superuser"]


class AccountForm(forms.ModelForm):
    password = forms.CharField(
        label=_("Present password"), required=False, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        help_text=_("Only needed to change the e-mail address."),
    )  # fmt: skip

    class Meta:
        model = User
        fields = ["first_name", "last_name", "email", "language"]


class LetterForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail address"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
