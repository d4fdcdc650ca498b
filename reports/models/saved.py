from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from reports.models.run import Format, ReportRun


class SavedReport(models.Model):
    """A report with its parameters, kept under a name; days may be words, such as "last month"."""

    name = models.CharField(_("name"), max_length=120)
    report = models.SlugField(_("report"), max_length=60)
    parameters = models.JSONField(
        _("parameters"), default=dict, blank=True,
        help_text=_("As the report's form keeps them; period, on and known_on may be words."),
    )  # fmt: skip
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE)
    format = models.CharField(_("format"), max_length=4, choices=Format.choices, default=Format.XLSX)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("owner"), on_delete=models.CASCADE, related_name="saved_reports"
    )
    shared_with = models.ForeignKey(
        Group, verbose_name=_("shared with"), on_delete=models.SET_NULL, null=True, blank=True
    )

    class Meta:
        verbose_name = _("saved report")
        verbose_name_plural = _("saved reports")
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "name"],
                name="saved_report_name_is_used_once",
                violation_error_message=_("You have a saved report of that name."),
            ),
        ]

    def __str__(self):
        return self.name


class Schedule(models.Model):
    """A saved report that is produced and stored each month on one day, as its owner would take it."""

    saved_report = models.ForeignKey(
        SavedReport, verbose_name=_("saved report"), on_delete=models.CASCADE, related_name="schedules"
    )
    day_of_month = models.PositiveSmallIntegerField(_("day of the month"))
    purpose = models.CharField(
        _("purpose"), max_length=300, blank=True, help_text=_("What a report with personal data is taken for.")
    )
    wants_letter = models.BooleanField(_("e-mail when it is ready"), default=True)
    paused = models.BooleanField(_("paused"), default=False)
    begins = models.DateField(_("begins on"), help_text=_("No run is made for a day before it."))
    last_due = models.DateField(_("last made for"), null=True, blank=True, editable=False)
    last_run = models.ForeignKey(ReportRun, on_delete=models.SET_NULL, null=True, blank=True, editable=False)
    trouble = models.CharField(
        _("could not be made"), max_length=300, blank=True, editable=False,
        help_text=_("Why the last one was not made."),
    )  # fmt: skip

    class Meta:
        verbose_name = _("schedule")
        verbose_name_plural = _("schedules")
        constraints = [
            models.CheckConstraint(
                name="schedule_day_is_in_every_month",
                condition=Q(day_of_month__range=(1, 28)),
                violation_error_message=_("Choose a day from 1 to 28, which every month has."),
            ),
        ]

    def __str__(self):
        return f"{self.saved_report} ({self.day_of_month})"


class Favourite(models.Model):
    """A report that somebody wants to find first."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="favourite_reports")
    report = models.SlugField(_("report"), max_length=60)

    class Meta:
        verbose_name = _("favourite report")
        verbose_name_plural = _("favourite reports")
        constraints = [models.UniqueConstraint(fields=["user", "report"], name="favourite_is_kept_once")]

    def __str__(self):
        return self.report
