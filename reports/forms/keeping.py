"""The forms with which staff keep a report under a name and have it made each month."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reports.models import SavedReport, Schedule


class SaveForm(forms.ModelForm):
    """The name of a saved report, the format that one click takes, and the role that sees it."""

    class Meta:
        model = SavedReport
        fields = ["name", "format", "shared_with"]
        labels = {
            "name": gettext_lazy("Name"), "format": gettext_lazy("Format"), "shared_with": gettext_lazy("Shared with")
        }  # fmt: skip
        help_texts = {"shared_with": gettext_lazy("Of that role, those see it who may take the report.")}

    def __init__(self, *args, by, **values):
        super().__init__(*args, **values)
        self.fields["shared_with"].queryset = by.groups.order_by("name")
        self.fields["shared_with"].empty_label = gettext_lazy("nobody")
        self.fields["shared_with"].label_from_instance = lambda role: _(role.name)


class ScheduleForm(forms.ModelForm):
    """On which day of each month a saved report is made; for personal data a purpose must be given."""

    class Meta:
        model = Schedule
        fields = ["day_of_month", "begins", "purpose", "wants_letter"]
        labels = {
            "day_of_month": gettext_lazy("Day of the month"), "begins": gettext_lazy("Begins on"),
            "purpose": gettext_lazy("Purpose"), "wants_letter": gettext_lazy("E-mail when it is ready"),
        }  # fmt: skip
        widgets = {
            "begins": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "day_of_month": forms.NumberInput(attrs={"min": 1, "max": 28}),
        }  # fmt: skip

    def __init__(self, *args, is_personal, **values):
        super().__init__(*args, **values)
        self.fields["begins"].input_formats = ["%Y-%m-%d"]
        if is_personal:
            self.fields["purpose"].required = True
        else:
            del self.fields["purpose"]
