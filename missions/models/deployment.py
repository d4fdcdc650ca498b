from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from simple_history.models import HistoricalRecords

from missions.models.mission import Mission
from missions.models.periods import Period, PeriodQuerySet, period_constraints
from missions.models.source import Source
from missions.models.unit import Unit


class Deployment(Period):
    """What the country sends to one mission over one period: a contingent, staff officers, observers or police."""

    class Kind(models.TextChoices):
        CONTINGENT = "contingent", _("contingent")
        STAFF_OFFICERS = "staff_officers", _("staff officers")
        EXPERTS_ON_MISSION = "experts_on_mission", _("experts on mission")
        FORMED_POLICE_UNIT = "formed_police_unit", _("formed police unit")
        INDIVIDUAL_POLICE = "individual_police", _("individual police")

    mission = models.ForeignKey(
        Mission, verbose_name=_("mission"), on_delete=models.PROTECT, related_name="deployments"
    )
    unit = models.ForeignKey(
        Unit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="deployments", null=True, blank=True
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    rotation = models.PositiveSmallIntegerField(_("rotation"), null=True, blank=True)
    place = models.CharField(
        _("place"), max_length=120, blank=True,
        help_text=_("Private: the public sees the mission only, unless the place is cleared after the deployment."),
    )  # fmt: skip
    authorised_strength = models.PositiveIntegerField(
        _("authorised strength"), null=True, blank=True, help_text=_("The ceiling of the mandate or of parliament.")
    )
    strength = models.PositiveIntegerField(
        _("strength"), null=True, blank=True,
        help_text=_("Persons present, as the source states. Empty: not known, and no figure will guess it."),
    )  # fmt: skip
    women = models.PositiveIntegerField(_("women among them"), null=True, blank=True)
    source = models.ForeignKey(Source, verbose_name=_("source"), on_delete=models.PROTECT, null=True, blank=True)
    history = HistoricalRecords()

    objects = PeriodQuerySet.as_manager()

    class Meta:
        base_manager_name = "objects"
        verbose_name = _("deployment")
        verbose_name_plural = _("deployments")
        constraints = [
            *period_constraints("deployment", _("A deployment cannot end before it starts.")),
            models.CheckConstraint(
                name="deployment_women_are_part_of_strength",
                condition=Q(women__isnull=True) | Q(strength__isnull=True) | Q(women__lte=F("strength")),
                violation_error_message=_("There cannot be more women than persons in a deployment."),
            ),
            models.UniqueConstraint(
                fields=["mission", "kind", "rotation"],
                condition=Q(rotation__isnull=False),
                name="deployment_rotation_is_used_once",
                violation_error_message=_("This mission already has a rotation of that number."),
            ),
        ]

    def __str__(self):
        try:
            acronym = self.mission.acronym
        except Mission.DoesNotExist:  # an earlier state may name a mission that was deleted since
            acronym = str(self.mission_id)
        parts = [acronym, self.get_kind_display(), str(self.rotation or ""), self.start_as_known]
        return " ".join(part for part in parts if part)

    def clean(self):
        super().clean()
        if self.mission_id and not self.source_id and self.certainly_outside(self.mission):
            raise ValidationError(
                {"start": _("A deployment lies within its mission's life, unless a source says otherwise: name it.")}
            )
        if self.pk and self.clearances.filter(revoked_at__isnull=True).exists():
            if Deployment.objects.get(pk=self.pk).mission_id != self.mission_id:
                raise ValidationError(
                    {"mission": _("What is cleared stays with its person and mission: revoke the clearances first.")}
                )
        outside = sum(tour.certainly_outside(self) for tour in self.tours.all()) if self.pk else 0
        if outside:
            raise ValidationError(
                {
                    "end": ngettext(
                        "%(count)s tour of this deployment would lie outside it.",
                        "%(count)s tours of this deployment would lie outside it.",
                        outside,
                    )
                    % {"count": outside}
                }
            )
