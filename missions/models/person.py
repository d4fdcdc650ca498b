from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from ledger.models.parts import PartsIndex
from missions.models.kept import KeptQuerySet
from missions.models.periods import Precision, coarse_date_is_first_day
from missions.models.source import Source


class Person(models.Model):
    """A soldier, observer or police officer. Everything here is private until it is cleared by name."""

    class Sex(models.TextChoices):
        MALE = "m", _("male")
        FEMALE = "f", _("female")

    family_name = models.CharField(_("family name"), max_length=120)
    given_name = models.CharField(_("given name"), max_length=120)
    patronymic = models.CharField(_("patronymic"), max_length=120, blank=True)
    name_latin = models.CharField(
        _("name in Latin letters"), max_length=250, blank=True, help_text=_("As in the passport; used in English.")
    )
    sex = models.CharField(_("sex"), max_length=1, choices=Sex.choices, blank=True)
    born = models.DateField(_("born on"), null=True, blank=True)
    born_precision = models.CharField(
        _("birth known to the"), max_length=5, choices=Precision.choices, default=Precision.DAY
    )
    service_number = models.CharField(_("service number"), max_length=40, null=True, blank=True, unique=True)
    source = models.ForeignKey(Source, verbose_name=_("source"), on_delete=models.PROTECT, null=True, blank=True)
    note = models.TextField(_("note"), blank=True)
    anonymised_at = models.DateTimeField(_("anonymised at"), null=True, blank=True, editable=False)
    history = HistoricalRecords()

    objects = KeptQuerySet.as_manager()

    class Meta:
        base_manager_name = "objects"
        verbose_name = _("person")
        verbose_name_plural = _("people")
        permissions = [
            ("disclose_person", "Can take out all that is held on a person"),
            ("erase_person", "Can ask for the erasure of a person, and confirm one"),
        ]
        indexes = [
            models.Index(fields=["family_name", "given_name"], name="person_by_name"),
            PartsIndex(fields=["family_name", "given_name", "name_latin", "service_number"], name="person_parts"),
        ]
        constraints = [
            coarse_date_is_first_day("born", "born_precision", "person_coarse_birth_is_first_day"),
            models.CheckConstraint(
                name="person_service_number_is_not_empty",
                condition=models.Q(service_number__isnull=True) | ~models.Q(service_number=""),
                violation_error_message=_("Leave the service number out where it is not known."),
            ),
        ]

    def __str__(self):
        if self.anonymised_at:
            return f"{_('person')} {self.pk}"
        return " ".join(part for part in (self.family_name, self.given_name, self.patronymic) if part)
