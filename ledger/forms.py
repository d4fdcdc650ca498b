from django import forms
from django.contrib.auth.models import Group
from django.utils.translation import gettext_lazy as _

from ledger.models import User


class InvitationForm(forms.ModelForm):
    roles = forms.ModelMultipleChoiceField(
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
