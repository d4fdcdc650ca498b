from django import forms
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.models import Group
from django.contrib.auth.signals import user_login_failed
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from ledger import accounts
from ledger.counting import network_address
from ledger.models import User


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

    def confirm_login_allowed(self, user):
        """Who has the right password and is not of the desk has failed to sign in like any other."""
        try:
            super().confirm_login_allowed(user)
        except forms.ValidationError:
            said = {"username": user.get_username()}
            user_login_failed.send(sender=type(self), credentials=said, request=self.request)
            raise


class RolesField(forms.ModelMultipleChoiceField):
    """The roles by their names in the reader's language."""

    def label_from_instance(self, role):
        return capfirst(_(role.name))


class InvitationForm(forms.ModelForm):
    roles = RolesField(
        Group.objects.order_by("name"), label=_("Roles"), widget=forms.CheckboxSelectMultiple,
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
