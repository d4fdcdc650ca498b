from allauth.account.adapter import get_adapter
from allauth.account.forms import LoginForm, ReauthenticateForm
from django import forms
from django.contrib.auth.models import Group
from django.contrib.auth.signals import user_login_failed
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from ledger import accounts, devices
from ledger.counting import network_address
from ledger.models import Erasure, User
from ledger.roles import ROLES


class SignInForm(LoginForm):
    """The desk's door: it takes so many wrong passwords from one place, and then none for a while."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("User name")
        self.fields["login"].max_length = 150
        for name, kind in (("login", "username"), ("password", "current-password")):
            self.fields[name].help_text = ""
            self.fields[name].widget.attrs = {"autocomplete": kind}
        self.fields["login"].widget.attrs["autofocus"] = True

    def clean(self):
        name, place = self.cleaned_data.get("login") or "", network_address(self.request)
        device = devices.known(self.request, name)
        try:
            accounts.try_password(name, place=place, device=device)
        except accounts.CannotSignIn as refusal:
            raise forms.ValidationError(str(refusal), code="too_many") from refusal
        data = super().clean()
        if self.errors:
            return data
        if not self.user.is_staff:  # nobody learns that this is an account all the same
            said = {"username": self.user.get_username()}
            user_login_failed.send(sender=type(self), credentials=said, request=self.request)
            raise get_adapter(self.request).validation_error("username_password_mismatch")
        accounts.was_right(name, place=place, device=device)
        return data


class PasswordAgainForm(ReauthenticateForm):
    """Asks who is signed in already whether it is still them. An open session is no way to guess its password."""

    def clean_password(self):
        try:
            accounts.try_own_password(self.user)
        except accounts.CannotSignIn as refusal:
            raise forms.ValidationError(str(refusal), code="too_many") from refusal
        password = super().clean_password()
        accounts.own_was_right(self.user)
        return password


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


class ClosingForm(forms.Form):
    """On what ground an account is closed."""

    ground = forms.ChoiceField(
        label=_("On what ground"),
        choices=[
            (one.value, one.label)
            for one in (Erasure.Ground.OWN_REQUEST, Erasure.Ground.AUTHORITY, Erasure.Ground.RETENTION)
        ],
    )
    reference = forms.CharField(
        label=_("Number of the letter or of the file"), max_length=60, required=False,
        help_text=_("Kept in the list of erasures for ever: name nobody here."),
    )  # fmt: skip
