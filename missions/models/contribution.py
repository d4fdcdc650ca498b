from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from missions.models.country import Country
from missions.models.mission import Mission
from missions.models.vintages import Vintage, corrected_index, vintage_constraint


class PersonnelType(models.TextChoices):
    TROOPS = "troops", _("troops")
    EXPERTS_ON_MISSION = "experts_on_mission", _("experts on mission")
    FORMED_POLICE_UNIT = "formed_police_unit", _("formed police units")
    INDIVIDUAL_POLICE = "individual_police", _("individual police")
    STAFF_OFFICERS = "staff_officers", _("staff officers")
    ALL = "all", _("all uniformed personnel")


class Contribution(Vintage):
    """The UN's figure for one contributor, mission, month and personnel type, in persons.

    `month_end` figures are the strength on the month's last day. `year_mean` figures are rounded means of
    months: another unit, never added to the first.
    """

    class Measure(models.TextChoices):
        MONTH_END = "month_end", _("month-end strength")
        YEAR_MEAN = "year_mean", _("mean of months")

    contributor = models.ForeignKey(
        Country, verbose_name=_("contributor"), on_delete=models.PROTECT, db_constraint=False, db_index=False,
        related_name="+",
    )  # fmt: skip
    mission = models.ForeignKey(
        Mission, verbose_name=_("mission"), on_delete=models.PROTECT, db_constraint=False, db_index=False,
        related_name="+",
    )  # fmt: skip
    month = models.DateField(_("month"), help_text=_("The last day of the month, or 31 December for a year."))
    measure = models.CharField(_("measure"), max_length=10, choices=Measure.choices, default=Measure.MONTH_END)
    personnel_type = models.CharField(_("personnel type"), max_length=20, choices=PersonnelType.choices)
    men = models.PositiveIntegerField(_("men"), null=True)
    women = models.PositiveIntegerField(_("women"), null=True)
    total = models.PositiveIntegerField(_("total"))

    class Meta:
        verbose_name = _("contribution")
        verbose_name_plural = _("contributions")
        constraints = [
            models.UniqueConstraint(
                fields=["contributor", "mission", "month", "personnel_type", "measure"],
                condition=Q(known_until__isnull=True),
                name="contribution_is_known_once",
                violation_error_message=_("The record holds this figure already."),
            ),
            vintage_constraint("contribution"),
            models.CheckConstraint(
                name="contribution_sexes_are_part_of_total",
                # Three means that are each rounded by themselves may differ by one.
                condition=Q(men__isnull=True)
                | Q(women__isnull=True)
                | Q(total=F("men") + F("women"))
                | Q(measure="year_mean", total__range=(F("men") + F("women") - 1, F("men") + F("women") + 1)),
                violation_error_message=_("Men and women together must be the total, or be left out."),
            ),
        ]
        indexes = [
            models.Index(fields=["mission", "month"], name="contribution_of_mission"),
            corrected_index("contribution"),
        ]

    def __str__(self):
        return f"{self.mission} {self.contributor} {self.month:%Y-%m} {self.personnel_type}: {self.total}"
