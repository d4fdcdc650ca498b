from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from reports.models.run import ReportRun


class Verification(models.Model):
    """Somebody asked a run again, and what came of it. Append-only; which rows differ is asked when it is shown."""

    class Outcome(models.TextChoices):
        SAME = "same", _("the same")
        DIFFERS = "differs", _("differs")

    run = models.ForeignKey(ReportRun, verbose_name=_("run"), on_delete=models.PROTECT, related_name="verifications")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, null=True, blank=True,
        related_name="+",
    )  # fmt: skip
    at = models.DateTimeField(_("at"))
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices)
    rows = models.PositiveIntegerField(_("rows"))
    sha256 = models.CharField("SHA-256", max_length=64)
    code_version = models.CharField(_("code version"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("verification")
        verbose_name_plural = _("verifications")

    def __str__(self):
        return f"{self.run_id} {self.outcome}"


class Recall(models.Model):
    """The record says something else of what a run told: its taker is told, once for each correction."""

    run = models.ForeignKey(ReportRun, verbose_name=_("run"), on_delete=models.PROTECT, related_name="recalls")
    at = models.DateTimeField(_("at"))
    rows = models.PositiveIntegerField(_("rows that differ"))
    sha256 = models.CharField(_("SHA-256 as the record stands"), max_length=64)
    seen_at = models.DateTimeField(_("seen at"), null=True, blank=True)

    class Meta:
        verbose_name = _("recall")
        verbose_name_plural = _("recalls")
        constraints = [
            models.UniqueConstraint(
                fields=["run", "sha256"],
                name="recall_is_told_once",
                violation_error_message=_("This recall was told already."),
            ),
        ]
        indexes = [models.Index(fields=["run", "at"], name="recall_unseen", condition=Q(seen_at__isnull=True))]

    def __str__(self):
        return f"{self.run_id} {self.at:%Y-%m-%d}"
