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
    """Fields of one record for the public, each a clearance of its own: the allow-list may be chosen, nothing else."""

    cleared_fields = forms.MultipleChoiceField(
        label=gettext_lazy("fields"),
        widget=forms.CheckboxSelectMultiple,
        choices=[
            (NOUN_LABELS[noun], [(f"{noun}.{name}", clearance.FIELD_LABELS[name]) for name in names])
            for noun, names in clearance.CLEARABLE.items()
        ],
        help_text=gettext_lazy("Shown on the public site at once, or from the moment below."),
    )

    class Meta:
        model = Clearance
        fields = ["person", "tour", "deployment", "cleared_fields", "coarseness", "basis", "since", "until", "source"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "since" in self.fields:  # a clearance that is only looked at has no fields to fill in
            self.fields["since"].required = False
            self.fields["since"].help_text = _("Empty: at once.")

    def clean(self):
        data = super().clean()
        chosen = [text.split(".") for text in data.get("cleared_fields", ())]
        for noun, _name in chosen:
            if not data.get(noun) or any(data.get(other) for other in clearance.CLEARABLE if other != noun):
                self.add_error(noun, _("Name the one record that the fields are of."))
                return data
        data["cleared_fields"] = [name for _noun, name in chosen]
        tour = data.get("tour")
        if "casualty" in data["cleared_fields"] and tour and tour.next_of_kin_told_at is None:
            self.add_error("tour", _("A casualty can be cleared only after the next of kin were told."))
        return data
