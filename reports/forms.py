"""The form of a report: its own parameters, the day, the knowledge, the language."""

from django import forms
from django.utils.translation import gettext_lazy as _


def _day(**values):
    return forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}), **values)


class ReportForm(forms.Form):
    on = _day(label=_("As of"), help_text=_("Empty: today."))
