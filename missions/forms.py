"""Forms that are more than their model's fields: of the record's desk, and of readers who narrow a list down."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from ledger.models import Erasure
from missions import clearance, dates
from missions.figures import KIND_LABELS, VOCABULARY, Question
from missions.models import Clearance, ImportRun
from missions.models.country import Region

LARGEST_FILE = 20_000_000  # bytes; what is larger comes in by the command
NOUN_LABELS = {
    "person": gettext_lazy("person"), "tour": gettext_lazy("tour of duty"), "deployment": gettext_lazy("deployment"),
}  # fmt: skip


class ImportForm(forms.Form):
    """A nominal roll or a file of the UN, to be planned."""

    kind = forms.ChoiceField(
        label=gettext_lazy("kind of file"), choices=ImportRun.Kind.choices, initial=ImportRun.Kind.NOMINAL_ROLL
    )
    file = forms.FileField(
        label=gettext_lazy("file"),
        help_text=gettext_lazy("CSV, XLSX or the UN's JSON. Nothing is written before you have applied the plan."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx,.json"}),
    )
    create_missing = forms.BooleanField(
        label=gettext_lazy("add missions and countries that the record lacks"), required=False,
        help_text=gettext_lazy("Otherwise the rows that name them are refused. A nominal roll never adds any."),
    )  # fmt: skip

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            raise forms.ValidationError(_("The file is larger than 20 MB."))
        if not file.name.lower().endswith((".csv", ".xlsx", ".json")):
            raise forms.ValidationError(_("Give a file that ends in .csv, .xlsx or .json."))
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
        if "name" in data["cleared_fields"] and data.get("basis") != Clearance.Basis.CONSENT:
            self.add_error("basis", _("A name can be cleared only with the consent of the person."))
        tour = data.get("tour")
        if "casualty" in data["cleared_fields"] and tour and tour.next_of_kin_told_at is None:
            self.add_error("tour", _("A casualty can be cleared only after the next of kin were told."))
        return data


class MissionFilter(forms.Form):
    """What narrows the list of missions down; every field may stay empty."""

    state = forms.ChoiceField(
        label=gettext_lazy("state"), required=False,
        choices=[
            ("", gettext_lazy("any")), ("in_progress", gettext_lazy("in progress")),
            ("ended", pgettext_lazy("a mission", "ended")),
            ("to_come", gettext_lazy("not begun yet")), ("undated", gettext_lazy("days not known")),
        ],
    )  # fmt: skip
    region = forms.ChoiceField(
        label=gettext_lazy("region"), required=False,
        choices=[("", gettext_lazy("any")), *Region.choices, ("none", gettext_lazy("not recorded"))],
    )  # fmt: skip
    kind = forms.ChoiceField(
        label=gettext_lazy("kind"), required=False,
        choices=[
            ("", gettext_lazy("any")), ("un", gettext_lazy("United Nations")),
            ("other", gettext_lazy("coalitions and regional operations")),
        ],
    )  # fmt: skip
    served = forms.BooleanField(label=gettext_lazy("only where the country has served"), required=False)


class AskForm(forms.Form):
    """The question that a reader puts to the record: which day, which mission, which kind of service.

    `figure` is an entry of the vocabulary, or None for all of them at once; `missions` are (acronym, name) by group.
    """

    on = forms.DateField(
        label=gettext_lazy("Day"), input_formats=["%Y-%m-%d"],
        error_messages={
            "required": gettext_lazy("Give a day."),
            "invalid": gettext_lazy("This is no day. Write it as year-month-day: 2025-10-20."),
        },
    )  # fmt: skip
    mission = forms.ChoiceField(
        label=gettext_lazy("Mission"), required=False,
        error_messages={
            "required": gettext_lazy("Choose a mission: this figure is one of a single mission."),
            "invalid_choice": gettext_lazy("The record has no UN mission “%(value)s”."),
        },
    )  # fmt: skip
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind of service"), required=False,
        choices=[("", gettext_lazy("Contingents and individuals")), *KIND_LABELS.items()],
        error_messages={"invalid_choice": gettext_lazy("There is no kind of service “%(value)s”.")},
    )  # fmt: skip

    def __init__(self, asked, *, missions, first, today, figure=None):
        super().__init__(
            {"on": today.isoformat(), **{name: asked[name] for name in asked}}, auto_id="ask-%s", label_suffix=""
        )
        self.first, self.today = first, today
        day = self.fields["on"]
        # What a browser cannot read as a day it would blot out; the reader sees it again as it was typed.
        is_day = _is_day(self.data["on"])
        limits = {"type": "date", "min": first.isoformat(), "max": today.isoformat()}
        day.widget = forms.DateInput(format="%Y-%m-%d", attrs=limits if is_day else {})
        self.fields["mission"].choices = [("", _("All missions")), *missions]
        if figure and figure.mission == "required":
            self.fields["mission"].required = True
            self.fields["mission"].choices = [("", _("Choose a mission")), *missions]
        if figure and figure.mission == "none":
            del self.fields["mission"]
        if figure and not figure.by_kind:
            del self.fields["kind"]

    def clean_on(self):
        day = self.cleaned_data["on"]
        if day > self.today:
            raise forms.ValidationError(_("This day has not come. The record tells what was, up to today."))
        if day < self.first:
            raise forms.ValidationError(_("The record begins on %(day)s.") % {"day": dates.shown(self.first)})
        return day

    def question(self, key):
        """This will return what a valid form asks of the figure `key`, or None where that needs a mission."""
        known = VOCABULARY[key]
        mission = self.cleaned_data.get("mission") if known.mission != "none" else ""
        kind = self.cleaned_data.get("kind") if known.by_kind else ""
        if known.mission == "required" and not mission:
            return None
        return Question(key, {name: value for name, value in (("mission", mission), ("kind", kind)) if value})


def _is_day(text):
    try:
        return bool(dates.day(text))
    except ValueError:
        return False


class TakeOutForm(forms.Form):
    """For whom everything that is held on a person is taken out, and on which letter."""

    ground = forms.ChoiceField(
        label=gettext_lazy("For whom"),
        choices=[(ground.value, ground.label) for ground in (Erasure.Ground.OWN_REQUEST, Erasure.Ground.AUTHORITY)],
    )
    reference = forms.CharField(
        label=gettext_lazy("Number of the letter or of the file"), max_length=60,
        help_text=gettext_lazy("Kept in the ledger for ever: name nobody here."),
    )  # fmt: skip


class ErasureForm(forms.Form):
    """On what ground a person is to be anonymised or erased, and which stories an editor keeps as they were printed."""

    ground = forms.ChoiceField(
        label=gettext_lazy("On what ground"),
        choices=[(one.value, one.label) for one in Erasure.Ground if one != Erasure.Ground.REPEATED],
        help_text=gettext_lazy(
            "Recorded by mistake: the person and their tours are deleted whole, and figures may change. On every other "
            "ground the tours stay without a name."
        ),
    )
    reference = forms.CharField(
        label=gettext_lazy("Number of the letter or of the file"), max_length=60, required=False,
        help_text=gettext_lazy("Kept in the list of erasures for ever: name nobody here."),
    )  # fmt: skip
    spared = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Stories whose text stays in the archive"), required=False, coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("On an editor's word. They leave the public site all the same."),
    )  # fmt: skip

    def __init__(self, *args, stories=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["spared"].choices = stories
        if not stories:
            del self.fields["spared"]
