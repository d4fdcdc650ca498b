"""The fields with which the parameters of reports are asked, each by its name."""

from django import forms
from django.utils.translation import gettext_lazy, pgettext_lazy

from missions.models import Deployment, Mission, Unit
from reports import parameters
from reports.forms.people import person_fields

LISTS = ("missions", "units", "categories")
DATES = "dates"  # the choice of a day, or of two, in the place of a word
NO_DAY = gettext_lazy("This is no day. Write it as year-month-day: 2025-10-20.")


class DayField(forms.DateField):
    """A day, as browsers and people write it."""

    def __init__(self, **values):
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(
            required=False, input_formats=["%Y-%m-%d"], widget=widget, error_messages={"invalid": NO_DAY}, **values
        )


def _period(by):
    return {
        "period": forms.ChoiceField(
            label=gettext_lazy("Period"), required=False,
            choices=[
                ("", gettext_lazy("all that is recorded")), *parameters.PERIODS.items(),
                (DATES, pgettext_lazy("a choice", "certain days")),
            ],
        ),
        "start": DayField(label=parameters.PARAMETERS["start"].label),
        "end": DayField(
            label=parameters.PARAMETERS["end"].label, help_text=gettext_lazy("This day belongs to the period.")
        ),
    }  # fmt: skip


def _some(name, choices):
    def fields(by):
        return {
            name: forms.MultipleChoiceField(
                label=parameters.PARAMETERS[name].label, required=False, choices=choices,
                widget=forms.CheckboxSelectMultiple, help_text=gettext_lazy("None ticked: all of them."),
                error_messages={"invalid_choice": gettext_lazy("%(value)s is not one of the choices.")},
            )
        }  # fmt: skip

    return fields


def _missions():
    return [(one.acronym, f"{one.acronym} – {one.name}") for one in Mission.objects.for_choice()]


def _units():
    return [(unit.slug, str(unit)) for unit in sorted(Unit.objects.all(), key=str)]


def _deployments():
    found = Deployment.objects.select_related("mission").order_by("mission__acronym", "start", "pk")
    return [("", gettext_lazy("all of them")), *((str(one.pk), str(one)) for one in found)]


def _deployment(by):
    return {
        "deployment": forms.ChoiceField(
            label=parameters.PARAMETERS["deployment"].label, required=False, choices=_deployments,
            error_messages={"invalid_choice": gettext_lazy("There is no such deployment.")},
        )
    }  # fmt: skip


# Each returns {name: field}, for `by` to fill in; without `by` a command asks.
FIELDS = {
    "period": _period,
    "missions": _some("missions", _missions),
    "units": _some("units", _units),
    "categories": _some("categories", parameters.CATEGORIES),
    "deployment": _deployment,
    "person": person_fields,
}


def time_fields():
    """This will return the fields of the day that a report is true for, and of the knowledge that answers."""
    return {
        "on": forms.ChoiceField(
            label=gettext_lazy("As of"), required=False,
            choices=[*parameters.DAYS.items(), (DATES, pgettext_lazy("a choice", "a certain day"))],
        ),
        "on_day": DayField(label=pgettext_lazy("as of", "Day")),
        "known_on": forms.CharField(
            label=gettext_lazy("As known on"), required=False, widget=forms.DateInput(attrs={"type": "date"}),
            help_text=gettext_lazy("Empty: what the record knows now. Otherwise what it knew on that day."),
        ),
        "known_time": forms.CharField(
            label=gettext_lazy("At what time"), required=False,
            widget=forms.TextInput(attrs={"type": "time", "step": "any"}),
            help_text=gettext_lazy("Empty: at the end of that day."),
        ),
    }  # fmt: skip
