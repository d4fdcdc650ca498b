"""Finds the one person that a report is about, by name or service number. Only who may take personal data is asked."""

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ledger.typed import LONGEST_WORD, number_of, words_of
from missions.models import Person
from reports import parameters
from reports.declared import TAKES_PERSONAL

SEES_NUMBERS = "missions.view_person"  # as in the columns of the reports: service number and birth
MOST = 20
NAMES = ("family_name", "given_name", "patronymic", "name_latin")


class NobodyMeant(Exception):
    """A text means nobody, or more than one person, whom `found` holds. The message says so."""

    def __init__(self, message, found=()):
        super().__init__(message)
        self.found = list(found)


def person_fields(by):
    """This will return the fields that ask for a person, none where `by` may not see people."""
    if by is not None and not by.has_perm(TAKES_PERSONAL):
        return {}
    return {
        "person_search": forms.CharField(
            label=parameters.PARAMETERS["person"].label, required=False, max_length=200,
            help_text=gettext_lazy("Name or service number."), widget=forms.TextInput(attrs={"autocomplete": "off"}),
        ),
        "person": forms.IntegerField(required=False, widget=forms.HiddenInput),
    }  # fmt: skip


def meant(text, pk, by):
    """This will return ([the people to choose among], the id of the one who is meant or None), for `by` or a command.

    `text` is what was typed, `pk` who was chosen before. Raises `NobodyMeant` where that is not one person.
    """
    if not text:
        found = numbered(pk) if pk else []
        if pk and not found:
            raise NobodyMeant(_("There is no such person."))
        return found, pk
    found = find(text, by)
    if len(found) == 1:
        return found, found[0].pk
    if not found:
        raise NobodyMeant(_("Nobody of that name or service number is in the record."))
    if len(found) > MOST:
        raise NobodyMeant(_("Too many people are meant: add a name, or give the service number."))
    if pk in {person.pk for person in found}:
        return found, pk
    raise NobodyMeant(_("More than one person is meant: choose one."), found)


def find(text, by):
    """This will return the people of that service number, if `by` may see it, or whose names hold each of the words."""
    if _sees_numbers(by) and (found := list(Person.objects.filter(service_number=text.strip()[:LONGEST_WORD]))):
        return found
    people = Person.objects.all()
    for word in words_of(text):
        # SQLite compares Cyrillic letters as they are written.
        spelt = {word, word.capitalize(), word.upper()}
        people = people.filter(Q(*((f"{name}__contains", one) for name in NAMES for one in spelt), _connector=Q.OR))
    return list(people.order_by("family_name", "given_name", "pk")[: MOST + 1])


def numbered(pk):
    """This will return a list of the person of that id, empty without one."""
    return list(Person.objects.filter(pk=number_of(str(pk))))


def told_apart(person, by):
    """This will return a person's name with what tells namesakes apart: service number and year of birth.

    Who may not see these in a report is not told them here: then the person's number in the record has to do.
    """
    if not _sees_numbers(by):
        return f"{person}, № {person.pk}"
    parts = [str(person), person.service_number or "", str(person.born.year) if person.born else ""]
    return ", ".join(part for part in parts if part)


def _sees_numbers(by):
    return by is None or by.has_perm(SEES_NUMBERS)
