"""Forms of the record's desk that are more than their model's fields."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from missions import clearance
from missions.models import Clearance

LARGEST_ROLL = 10_000_000  # bytes
NOUN_LABELS = {
    "person": gettext_lazy("person"), "tour": gettext_lazy("tour of duty"), "deployment": gettext_lazy("deployment"),
}  # fmt: skip


class RollForm(forms.Form):
    """A nominal roll to be planned."""

    file = forms.FileField(
        label=gettext_lazy("nominal roll"),
        help_text=gettext_lazy("CSV or XLSX. Nothing is written before you have seen the plan and applied it."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx"}),
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > LARGEST_ROLL:
            raise forms.ValidationError(_("The file is larger than 10 MB."))
        if not file.name.lower().endswith((".csv", ".xlsx")):
            raise forms.ValidationError(_("Give a file that ends in .csv or .xlsx."))
        return file


class ClearanceForm(forms.ModelForm):
    """One field of one record for the public: what may be chosen is the allow-list and nothing else."""

    field = forms.ChoiceField(
        label=gettext_lazy("field"),
        choices=[
            (NOUN_LABELS[noun], [(f"{noun}.{name}", clearance.FIELD_LABELS[name]) for name in names])
            for noun, names in clearance.CLEARABLE.items()
        ],
        help_text=gettext_lazy("Shown on the public site at once."),
    )

    class Meta:
        model = Clearance
        fields = ["person", "tour", "deployment", "field", "coarseness", "basis", "until", "source"]

    def clean(self):
        data = super().clean()
        noun, _dot, name = data.get("field", "").partition(".")
        if not name:
            return data
        if not data.get(noun) or any(data.get(other) for other in clearance.CLEARABLE if other != noun):
            self.add_error(noun, _("Name the one record that the field is of."))
        data["field"] = name
        tour = data.get("tour")
        if name == "casualty" and tour and tour.next_of_kin_told_at is None:
            self.add_error("tour", _("A casualty can be cleared only after the next of kin were told."))
        return data
