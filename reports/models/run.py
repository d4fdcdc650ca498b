from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Format(models.TextChoices):
    CSV = "csv", "CSV"
    XLSX = "xlsx", "XLSX"
    PDF = "pdf", "PDF"
    JSON = "json", "JSON"


class ReportRun(models.Model):
    """Written before the first byte leaves the house: who takes out which report, of what, for what purpose."""

    report = models.SlugField(_("report"), max_length=60)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, null=True, blank=True,
        related_name="report_runs",
    )  # fmt: skip
    at = models.DateTimeField(_("at"))
    parameters = models.JSONField(_("parameters"), default=dict)
    on = models.DateField(_("as of"))
    known_on = models.DateTimeField(_("as known on"), null=True, blank=True)
    language = models.CharField(_("language"), max_length=2)
    format = models.CharField(_("format"), max_length=4, choices=Format.choices)
    columns = models.JSONField(_("columns"))
    purpose = models.CharField(_("purpose"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("report run")
        verbose_name_plural = _("report runs")
        permissions = [("run_reports", "Can take reports out of the house")]

    def __str__(self):
        return f"{self.report} {self.at:%Y-%m-%d %H:%M}"


class ReportRunEnd(models.Model):
    """Written after the last byte: how many rows left, their checksum, or where the download broke off."""

    run = models.OneToOneField(ReportRun, verbose_name=_("run"), on_delete=models.PROTECT, related_name="end")
    at = models.DateTimeField(_("at"))
    rows = models.PositiveIntegerField(_("rows"))
    sha256 = models.CharField(_("SHA-256 of the canonical rows"), max_length=64, blank=True)
    broke_off = models.TextField(_("broke off because"), blank=True)

    class Meta:
        verbose_name = _("end of a report run")
        verbose_name_plural = _("ends of report runs")
        constraints = [
            models.CheckConstraint(
                name="run_end_is_whole_or_broken",
                condition=~Q(sha256="") & Q(broke_off="") | Q(sha256="") & ~Q(broke_off=""),
                violation_error_message=_("A run ends with a checksum or with the reason why it broke off."),
            ),
        ]

    def __str__(self):
        return f"{self.run_id}: {self.rows}"
