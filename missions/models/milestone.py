from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from missions.models.kept import KeptQuerySet
from missions.models.mission import Mission
from missions.models.names import in_language
from missions.models.periods import Precision, coarse_date_is_first_day
from missions.models.source import Source


class MilestoneQuerySet(KeptQuerySet):
    def told(self, *, at):
        """This will return those whose day came by `at`: of what is planned the public is told nothing."""
        return self.filter(date__lte=timezone.localdate(at))


class Milestone(models.Model):
    """A dated event for the timeline, with the precision to which its date is known. Shown to the public."""

    date = models.DateField(_("date"))
    precision = models.CharField(_("date known to the"), max_length=5, choices=Precision.choices, default=Precision.DAY)
    title_kk = models.CharField(_("title in Kazakh"), max_length=200, blank=True)
    title_ru = models.CharField(_("title in Russian"), max_length=200, blank=True)
    title_en = models.CharField(_("title in English"), max_length=200)
    text_kk = models.TextField(_("text in Kazakh"), blank=True)
    text_ru = models.TextField(_("text in Russian"), blank=True)
    text_en = models.TextField(_("text in English"), blank=True)
    mission = models.ForeignKey(
        Mission, verbose_name=_("mission"), on_delete=models.PROTECT, null=True, blank=True, related_name="milestones"
    )
    source = models.ForeignKey(Source, verbose_name=_("source"), on_delete=models.PROTECT)
    history = HistoricalRecords()

    objects = MilestoneQuerySet.as_manager()

    class Meta:
        base_manager_name = "objects"
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        constraints = [coarse_date_is_first_day("date", "precision", "milestone_coarse_date_is_first_day")]

    def __str__(self):
        return f"{self.date}: {self.title}"

    @property
    def title(self):
        return in_language(self, "title")

    @property
    def text(self):
        return in_language(self, "text")
