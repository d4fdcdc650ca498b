from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from missions.models.country import Country
from missions.models.mission import Mission
from missions.models.vintages import Vintage, corrected_index, vintage_constraint


class Casualty(Vintage):
    """One fatality as the UN published it: never a name.

    The UN's file uses some casualty ids twice, under two nationalities; `occurrence` tells them apart and stays
    with its row.
    """

    class Incident(models.TextChoices):
        MALICIOUS_ACT = "malicious_act", _("malicious act")
        ACCIDENT = "accident", _("accident")
        ILLNESS = "illness", _("illness")
        SELF_INFLICTED = "self_inflicted", _("self-inflicted")
        TO_BE_DETERMINED = "to_be_determined", _("to be determined")
        UNKNOWN = "unknown", _("unknown")

    casualty_id = models.CharField(_("casualty id"), max_length=60)
    occurrence = models.PositiveSmallIntegerField(_("occurrence"), default=1)
    date = models.DateField(_("date of the incident"))
    mission = models.ForeignKey(
        Mission, verbose_name=_("mission"), on_delete=models.PROTECT, db_constraint=False, db_index=False,
        related_name="+",
    )  # fmt: skip
    nationality = models.ForeignKey(
        Country, verbose_name=_("nationality"), on_delete=models.PROTECT, db_constraint=False, db_index=False,
        null=True, blank=True, related_name="+",
    )  # fmt: skip
    sex = models.CharField(_("sex"), max_length=1, blank=True)
    personnel_type = models.CharField(_("personnel type"), max_length=60)
    incident_type = models.CharField(_("type of incident"), max_length=20, choices=Incident.choices)

    class Meta:
        verbose_name = _("casualty")
        verbose_name_plural = _("casualties")
        constraints = [
            models.UniqueConstraint(
                fields=["casualty_id", "occurrence"],
                condition=Q(known_until__isnull=True),
                name="casualty_is_known_once",
                violation_error_message=_("The record holds this casualty already."),
            ),
            vintage_constraint("casualty"),
        ]
        indexes = [models.Index(fields=["mission", "date"], name="casualty_of_mission"), corrected_index("casualty")]

    def __str__(self):
        return self.casualty_id
