from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ledger.models.parts import PartsIndex


class Format(models.TextChoices):
    CSV = "csv", "CSV"
    XLSX = "xlsx", "XLSX"
    PDF = "pdf", "PDF"
    JSON = "json", "JSON"


class ReportRun(models.Model):
    """Written before the first byte leaves the house: who takes out which report, of what, for what purpose."""

    class Channel(models.TextChoices):
        DESK = "desk", _("desk")
        COMMAND = "command", _("command")
        SCHEDULE = "schedule", _("schedule")

    report = models.SlugField(_("report"), max_length=60)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, null=True, blank=True,
        related_name="report_runs",
    )  # fmt: skip
    channel = models.CharField(_("way"), max_length=10, choices=Channel.choices, default=Channel.DESK)
    at = models.DateTimeField(_("at"))
    parameters = models.JSONField(_("parameters"), default=dict)
    grants = models.JSONField(
        _("grants"), default=list, help_text=_("The permissions of the taker that widened the report.")
    )
    on = models.DateField(_("as of"))
    known_on = models.DateTimeField(_("as known on"))
    language = models.CharField(_("language"), max_length=2)
    format = models.CharField(_("format"), max_length=4, choices=Format.choices)
    columns = models.JSONField(_("columns"))
    purpose = models.CharField(_("purpose"), max_length=300, blank=True)
    code_version = models.CharField(_("code version"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("report run")
        verbose_name_plural = _("report runs")
        permissions = [
            ("run_reports", "Can take reports out of the house"),
            ("take_personal_data", "Can take reports with personal data out of the house"),
        ]
        indexes = [
            models.Index(fields=["report", "-at"], name="run_of_report"),
            PartsIndex(fields=["report", "purpose"], name="run_parts"),
        ]

    def __str__(self):
        return f"№ {self.pk}: {self.report}, {timezone.localtime(self.at):%Y-%m-%d %H:%M}"

    @property
    def file_name(self):
        return f"{self.report}-{self.on.isoformat()}.{self.format}"


class ReportRunEnd(models.Model):
    """Written after the last byte: how many rows left, their checksum, or where the download broke off."""

    run = models.OneToOneField(ReportRun, verbose_name=_("run"), on_delete=models.PROTECT, related_name="end")
    at = models.DateTimeField(_("at"))
    rows = models.PositiveIntegerField(_("rows"))
    sha256 = models.CharField(
        "SHA-256", max_length=64, blank=True,
        help_text=_("Of the file, if it is CSV or JSON; of the canonical rows, if it is XLSX or PDF."),
    )  # fmt: skip
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
