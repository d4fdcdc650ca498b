from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from reports.models.run import ReportRun


class PreparedFile(models.Model):
    """The file of a run that a worker makes, and that is kept for a while to be fetched. It lies in private storage."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waits for a worker")
        WORKING = "working", _("is being made")
        READY = "ready", _("is ready")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("was cancelled")
        EXPIRED = "expired", _("has expired")

    run = models.OneToOneField(ReportRun, verbose_name=_("run"), on_delete=models.PROTECT, related_name="prepared")
    state = models.CharField(
        pgettext_lazy("of a file", "state"), max_length=10, choices=State.choices, default=State.WAITING
    )
    rows_expected = models.PositiveIntegerField(_("rows expected"), null=True, blank=True)
    rows_done = models.PositiveIntegerField(_("rows done"), default=0)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    beat_at = models.DateTimeField(
        _("last sign of life"), null=True, blank=True, help_text=_("Of the worker that makes it.")
    )
    cancel_asked_at = models.DateTimeField(_("cancel asked at"), null=True, blank=True)
    wants_letter = models.BooleanField(_("e-mail when it is ready"), default=False)
    file = models.FileField(_("file"), max_length=200, blank=True)
    bytes = models.PositiveBigIntegerField(_("bytes"), null=True, blank=True)
    file_sha256 = models.CharField(_("SHA-256 of the file"), max_length=64, blank=True)
    ready_at = models.DateTimeField(_("ready at"), null=True, blank=True)
    expires_at = models.DateTimeField(_("expires at"), null=True, blank=True)

    class Meta:
        verbose_name = _("prepared file")
        verbose_name_plural = _("prepared files")
        constraints = [
            models.CheckConstraint(
                name="prepared_file_is_there_when_ready",
                condition=~Q(state="ready") | ~Q(file="") & Q(bytes__isnull=False, expires_at__isnull=False),
                violation_error_message=_("A file that is ready lies in the storage and has an end."),
            ),
        ]
        indexes = [models.Index(fields=["state", "beat_at"], name="prepared_by_state")]

    def __str__(self):
        return f"{self.run_id} {self.state}"


class Download(models.Model):
    """Somebody fetched the prepared file of a run, or its rest from a byte on. Append-only."""

    run = models.ForeignKey(ReportRun, verbose_name=_("run"), on_delete=models.PROTECT, related_name="downloads")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="report_downloads"
    )
    at = models.DateTimeField(_("at"))
    first_byte = models.PositiveBigIntegerField(_("from byte"), default=0)

    class Meta:
        verbose_name = _("download of a report")
        verbose_name_plural = _("downloads of reports")

    def __str__(self):
        return f"{self.run_id} {self.at:%Y-%m-%d %H:%M}"
