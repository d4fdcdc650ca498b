from django.contrib.postgres.constraints import ExclusionConstraint
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from missions.models.deployment import Deployment
from missions.models.periods import Period, PeriodQuerySet, period_constraints
from missions.models.person import Person
from missions.models.source import Source


class PostgresExclusionConstraint(ExclusionConstraint):
    """An exclusion constraint that exists on PostgreSQL alone; on SQLite a trigger twin holds the same rule.

    Django's own class emits its SQL on every database and so breaks SQLite's migrations.
    """

    def constraint_sql(self, model, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            return super().constraint_sql(model, schema_editor)
        return None

    def create_sql(self, model, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            return super().create_sql(model, schema_editor)
        return None

    def remove_sql(self, model, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            return super().remove_sql(model, schema_editor)
        return None

    def validate(self, model, instance, exclude=None, using="default"):
        """This will leave the check in Python to `Tour.clean`, which asks in the same words on both databases."""


class TourQuerySet(PeriodQuerySet):
    def overlapping(self, tour):
        """This will return the person's other tours that share a day with `tour`."""
        others = self.filter(person_id=tour.person_id).exclude(pk=tour.pk)
        if tour.end:
            others = others.filter(start__lt=tour.end)
        return others.filter(models.Q(end__isnull=True) | models.Q(end__gt=tour.start))

    def perhaps_outside(self):
        """This will return the tours that begin before their deployment or end after it, as their dates are stored.

        No other tour is `certainly_outside`, since none ends before it begins.
        """
        ends_later = Q(end__gt=F("deployment__end")) | Q(end__isnull=True, deployment__end__isnull=False)
        return self.filter(Q(start__lt=F("deployment__start")) | ends_later)


class Tour(Period):
    """A person's tour of duty in a deployment. One person is never on two tours on one day."""

    class Casualty(models.TextChoices):
        FATALITY = "fatality", _("fatality")
        INJURY = "injury", _("injury")
        MISSING = "missing", _("missing")

    person = models.ForeignKey(Person, verbose_name=_("person"), on_delete=models.PROTECT, related_name="tours")
    deployment = models.ForeignKey(
        Deployment, verbose_name=_("deployment"), on_delete=models.PROTECT, related_name="tours"
    )
    start = models.DateField(_("start"), help_text=_("The first day."))
    appointment = models.CharField(_("appointment"), max_length=120, blank=True)
    rank = models.CharField(_("rank held"), max_length=60, blank=True)
    source = models.ForeignKey(Source, verbose_name=_("source"), on_delete=models.PROTECT, null=True, blank=True)
    casualty = models.CharField(_("casualty"), max_length=10, choices=Casualty.choices, blank=True)
    next_of_kin_told_at = models.DateTimeField(
        _("next of kin told at"), null=True, blank=True,
        help_text=_("Nothing of this person is public until 24 hours after, and then only on the word of two people."),
    )  # fmt: skip
    history = HistoricalRecords()

    objects = TourQuerySet.as_manager()

    class Meta:
        base_manager_name = "objects"
        verbose_name = _("tour of duty")
        verbose_name_plural = _("tours of duty")
        indexes = [
            models.Index(fields=["-start", "-id"], name="tour_newest"),
            models.Index(fields=["end"], name="tour_by_end", condition=models.Q(end__isnull=False)),
            models.Index(fields=["person"], name="tour_with_casualty", condition=~models.Q(casualty="")),
            # The moment from which a casualty may be told: see `missions.clearance.turns`.
            models.Index(
                fields=["next_of_kin_told_at"],
                name="tour_kin_told",
                condition=models.Q(next_of_kin_told_at__isnull=False),
            ),
        ]
        constraints = [
            *period_constraints("tour", _("A tour cannot end before it starts.")),
            models.CheckConstraint(
                name="tour_tells_kin_of_a_casualty_only",
                condition=models.Q(next_of_kin_told_at__isnull=True) | ~models.Q(casualty=""),
                violation_error_message=_("Say which casualty the next of kin were told of."),
            ),
            PostgresExclusionConstraint(
                name="tour_of_one_person_never_overlaps",
                expressions=[
                    (F("person"), "="),
                    (Func(F("start"), F("end"), Value("[)"), function="daterange"), "&&"),
                ],
                violation_error_message=_("This person is on another tour on one of these days."),
            ),
        ]

    def __str__(self):
        # Ids, not the name: this text reaches logs and delete pages.
        return f"{_('tour of duty')} {self.pk}"

    def clean(self):
        super().clean()
        if self.person_id and self.start and Tour.objects.overlapping(self).exists():
            raise ValidationError({"start": _("This person is on another tour on one of these days.")})
        if self.deployment_id and self.certainly_outside(self.deployment):
            raise ValidationError({"start": _("A tour lies within its deployment.")})
        before = Tour.objects.filter(pk=self.pk).first() if self.pk else None
        if before is None:
            return
        if self.casualty and before.casualty and self.casualty != before.casualty:
            if self.next_of_kin_told_at and self.next_of_kin_told_at == before.next_of_kin_told_at:
                raise ValidationError(
                    {"next_of_kin_told_at": _("Another casualty is told to the next of kin anew: give the moment.")}
                )
        if (before.person_id, before.deployment_id) != (self.person_id, self.deployment_id):
            if self.clearances.filter(revoked_at__isnull=True).exists():
                raise ValidationError(
                    _("What is cleared stays with its person and mission: revoke the clearances first.")
                )
