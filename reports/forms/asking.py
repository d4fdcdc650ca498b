"""The form of a report: its own parameters, the day, the knowledge and the language, for the desk and for the command.

Words such as "last month" stay words in what is kept; what is asked at once is resolved by `saving.resolve`.
"""

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from missions import dates
from reports import parameters, saving
from reports.forms import people
from reports.forms.fields import DATES, FIELDS, LISTS, time_fields
from reports.models import Format, ReportRun

LONGEST_PURPOSE = ReportRun._meta.get_field("purpose").max_length


def as_typed(kept):
    """This will return {name: text or list of texts} as the form gets it, of what a saved report or a run keeps."""
    typed = dict(kept)
    if typed.get("start") or typed.get("end"):
        typed["period"] = DATES
    on = typed.get("on", "")
    if on and on not in parameters.DAYS:
        typed["on"], typed["on_day"] = DATES, on
    known_on = typed.get("known_on", "")
    if len(known_on) > 10:
        moment = timezone.localtime(dates.moment(known_on))
        typed["known_on"], typed["known_time"] = moment.date().isoformat(), moment.time().isoformat()
    return typed


class ReportForm(forms.Form):
    """What is asked of `report` at the moment `at`. Without `by` a command asks.

    `asks_purpose` demands a purpose where the report is personal: for looking and taking, not for saving.
    """

    def __init__(self, data=None, *, report, at, by=None, asks_purpose=True, **values):
        super().__init__(data, **values)
        self.report, self.at, self.today, self.found_people = report, at, timezone.localdate(at), []
        self._by = by
        for name in dict.fromkeys("period" if name in ("start", "end") else name for name in report.takes):
            self.fields.update(FIELDS[name](by))
        if report.without_period and "period" in self.fields:
            self.fields["period"].choices = [("", report.without_period), *self.fields["period"].choices[1:]]
        for name in set(report.needs) & {"missions", "units", "categories", "deployment"}:
            self.fields[name].required = True
        self._own = list(self.fields)
        self.fields.update(time_fields())
        self.fields["language"] = forms.ChoiceField(
            label=gettext_lazy("Language of the file"), required=False, choices=settings.LANGUAGES,
            initial=get_language() or settings.LANGUAGE_CODE,
        )  # fmt: skip
        if report.is_personal and asks_purpose:
            self.fields["purpose"] = forms.CharField(
                label=gettext_lazy("Purpose"), max_length=LONGEST_PURPOSE,
                help_text=gettext_lazy("Kept with what you look at and take out, for ever. Name nobody in it."),
                error_messages={"required": gettext_lazy("This report holds personal data: say what you need it for.")},
            )  # fmt: skip

    @property
    def offered_people(self):
        """The people to choose among, as (id, words that tell namesakes apart, whether chosen).

        Without a purpose nobody is named: who was chosen before is a number.
        """
        chosen = getattr(self, "cleaned_data", {}).get("person") if self.is_bound else self.initial.get("person")
        if not self._may_name():
            return [(one.pk, f"№ {one.pk}", True) for one in people.numbered(chosen)] if chosen else []
        return [(one.pk, people.told_apart(one, self._by), one.pk == chosen) for one in self.found_people]

    def _may_name(self):
        return not self.report.is_personal or bool(getattr(self, "cleaned_data", {}).get("purpose"))

    @property
    def own_fields(self):
        """The fields of the report's own parameters, as the page shows them."""
        return [self[name] for name in self._own if not self[name].is_hidden]

    @property
    def common_fields(self):
        """The fields that every report has."""
        return [self[name] for name in self.fields if name not in self._own]

    def clean_language(self):
        return self.cleaned_data["language"] or get_language() or settings.LANGUAGE_CODE

    def clean(self):
        if "period" in self.fields:
            self._clean_period()
        self._clean_day()
        self._clean_known_on()
        if "person" in self.fields:
            self._clean_person()

    def _clean_period(self):
        word, start, end = (self.cleaned_data.get(name) for name in ("period", "start", "end"))
        if word not in (None, "", DATES) and (start or end):
            self.add_error("period", _("Choose either these words or days, not both."))
        elif word == DATES and not (start or end) and not self.has_error("start") and not self.has_error("end"):
            self.add_error("start", _("Give the first day, the last day or both."))
        elif start and end and end < start:
            self.add_error("end", _("The period cannot end before it begins."))
        elif {"start", "end"} & set(self.report.needs) and not (word or start or end):
            self.add_error("period", _("Choose a period."))

    def _clean_day(self):
        word, given = self.cleaned_data.get("on"), self.cleaned_data.get("on_day")
        if given and word not in (None, "", "today", DATES):
            self.add_error("on", _("Choose either these words or a day, not both."))
        elif word == DATES and not given and not self.has_error("on_day"):
            self.add_error("on_day", _("Give the day."))

    def _clean_known_on(self):
        """A day means its end, and today what is known now; a text may be a moment of its own."""
        text, time = self.cleaned_data.get("known_on"), self.cleaned_data.get("known_time")
        if not text:
            if time:
                self.add_error("known_on", _("Give the day, too."))
            return
        try:
            moment = dates.moment(f"{text}T{time}" if time else text)
        except ValueError:
            self.add_error("known_on", _("This is no day, or no time of a day."))
            return
        if moment > self.at and (time or text != self.today.isoformat()):
            self.add_error("known_on", _("What will be known then nobody knows yet."))
        elif time:
            self.cleaned_data["known_on"] = moment.isoformat()

    def _clean_person(self):
        text, pk = self.cleaned_data.get("person_search"), self.cleaned_data.get("person")
        if not self._may_name():
            if "purpose" in self.fields:
                return  # its purpose is asked for first: nobody is looked for until then
            text = ""
        try:
            self.found_people, self.cleaned_data["person"] = people.meant(text, pk, self._by)
        except people.NobodyMeant as refusal:
            self.found_people, self.cleaned_data["person"] = refusal.found, None
            self.add_error("person_search", str(refusal))
            return
        if "person" in self.report.needs and not self.cleaned_data["person"]:
            self.add_error("person_search", _("Say whom the report is about."))

    def kept(self):
        """This will return the answers as a saved report keeps them. Words stay words."""
        said, kept = self.cleaned_data, {}
        for name in (*LISTS, "deployment", "person"):
            if said.get(name):
                kept[name] = [str(one) for one in said[name]] if name in LISTS else str(said[name])
        if said.get("period") not in (None, "", DATES):
            kept["period"] = said["period"]
        for name in ("start", "end"):
            if said.get(name):
                kept[name] = said[name].isoformat()
        if said.get("on_day"):
            kept["on"] = said["on_day"].isoformat()
        elif said.get("on") not in (None, "", "today", DATES):
            kept["on"] = said["on"]
        if said.get("known_on"):
            kept["known_on"] = said["known_on"]
        return kept

    def question(self):
        """This will return (parameters, the day, the moment whose knowledge answers) of what is asked now."""
        return saving.resolve(self.kept(), today=self.today, at=self.at)

    def hidden(self):
        """This will return [(name, text)] with which this form can be sent again as it is, its purpose too."""
        typed = {**as_typed(self.kept()), "language": self.cleaned_data["language"]}
        if self.cleaned_data.get("purpose"):
            typed["purpose"] = self.cleaned_data["purpose"]
        return [(name, one) for name, value in typed.items() for one in (value if isinstance(value, list) else [value])]


class TakeForm(forms.Form):
    """In which format; and what for, where the report itself does not ask it."""

    format = forms.ChoiceField(choices=Format.choices, error_messages={"required": gettext_lazy("Choose a format.")})
    purpose = forms.CharField(
        label=gettext_lazy("Purpose"), required=False, max_length=LONGEST_PURPOSE,
        help_text=gettext_lazy("Kept with what you take out, for ever. It may stay empty."),
    )  # fmt: skip
    wants_letter = forms.BooleanField(
        label=gettext_lazy("If the file is large and takes a while: send me an e-mail when it is ready"), required=False
    )
