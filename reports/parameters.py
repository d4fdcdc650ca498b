"""What may be asked of a report: each parameter's name, how it is kept in a run, and how it is said to people.

A saved report may keep words instead of days, such as "last month": `period` and `day` turn them into days.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from missions import dates
from missions.models import Deployment, Unit
from missions.models.contribution import PersonnelType
from missions.models.periods import month_end

PERIODS = {
    "this_month": gettext_lazy("this month"),
    "last_month": gettext_lazy("last month"),
    "last_three_months": gettext_lazy("the last three whole months"),
    "last_twelve_months": gettext_lazy("the last twelve whole months"),
    "this_year": gettext_lazy("this year"),
    "last_year": gettext_lazy("last year"),
}
DAYS = {
    "today": gettext_lazy("today"),
    "end_of_last_month": gettext_lazy("the end of last month"),
    "end_of_last_year": gettext_lazy("the end of last year"),
}
# The categories in which the UN counts, without the sum of them.
CATEGORIES = [choice for choice in PersonnelType.choices if choice[0] != PersonnelType.ALL]
# The same for the house's own deployments.
CATEGORY_OF_KIND = {
    Deployment.Kind.CONTINGENT: PersonnelType.TROOPS,
    Deployment.Kind.STAFF_OFFICERS: PersonnelType.STAFF_OFFICERS,
    Deployment.Kind.EXPERTS_ON_MISSION: PersonnelType.EXPERTS_ON_MISSION,
    Deployment.Kind.FORMED_POLICE_UNIT: PersonnelType.FORMED_POLICE_UNIT,
    Deployment.Kind.INDIVIDUAL_POLICE: PersonnelType.INDIVIDUAL_POLICE,
}


@dataclass(frozen=True)
class Parameter:
    """`read` makes a value of what a run keeps, a text or a list of texts; `say` makes words of a value."""

    name: str
    label: str
    read: Callable = str
    say: Callable = str


def _listed(values):
    return ", ".join(values)


def _say_units(slugs):
    return _listed(sorted(str(unit) for unit in Unit.objects.filter(slug__in=slugs)))


def _say_categories(values):
    return _listed(str(label) for value, label in CATEGORIES if value in values)


def _say_deployment(pk):
    found = Deployment.objects.select_related("mission").filter(pk=pk).first()
    return str(found) if found else f"№ {pk}"  # deleted since: the runs that asked for it stay


PARAMETERS = {
    parameter.name: parameter
    for parameter in (
        # Both days belong to the period.
        Parameter("start", gettext_lazy("From"), date.fromisoformat, dates.shown),
        Parameter("end", gettext_lazy("To"), date.fromisoformat, dates.shown),
        Parameter("missions", gettext_lazy("Missions"), tuple, _listed),  # acronyms
        Parameter("units", gettext_lazy("Units"), tuple, _say_units),  # slugs
        Parameter("categories", gettext_lazy("Categories"), tuple, _say_categories),  # PersonnelType
        Parameter("deployment", gettext_lazy("Deployment"), int, _say_deployment),
        Parameter("person", gettext_lazy("Person"), int, lambda pk: f"№ {pk}"),  # never a name: runs keep it
    )
}


def kept(values):
    """This will return parameters as a run keeps them: {name: text or list of texts}, without those not given."""
    return {
        name: [str(one) for one in value] if isinstance(value, (list, tuple)) else str(value)
        for name, value in values.items()
        if value not in (None, "", (), [])
    }


def read(kept):
    """This will return the values of what a run keeps."""
    return {name: PARAMETERS[name].read(value) for name, value in kept.items()}


def say(values):
    """This will return [(label, words)] of parameters in the active language, in the order of `PARAMETERS`."""
    return [
        (str(parameter.label), parameter.say(values[name])) for name, parameter in PARAMETERS.items() if name in values
    ]


def period(word, today):
    """This will return (first day, last day) of a period such as "last_month", both belonging to it."""
    this_month = today.replace(day=1)
    before = this_month - timedelta(days=1)
    if word == "this_month":
        return this_month, month_end(today)
    if word == "last_month":
        return before.replace(day=1), before
    if word == "last_three_months":
        return _months_back(this_month, 3), before
    if word == "last_twelve_months":
        return _months_back(this_month, 12), before
    if word == "this_year":
        return date(today.year, 1, 1), date(today.year, 12, 31)
    if word == "last_year":
        return date(today.year - 1, 1, 1), date(today.year - 1, 12, 31)
    raise ValueError(_("There is no period called %(word)s.") % {"word": word})


def _months_back(first, count):
    months = first.year * 12 + first.month - 1 - count
    return date(months // 12, months % 12 + 1, 1)


def day(word, today):
    """This will return the day that a word such as "end_of_last_month" names, or the one that stands in it."""
    if word in ("", "today"):
        return today
    if word == "end_of_last_month":
        return today.replace(day=1) - timedelta(days=1)
    if word == "end_of_last_year":
        return date(today.year - 1, 12, 31)
    return dates.day(word)
