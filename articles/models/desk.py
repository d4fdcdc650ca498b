"""Who is at which text, and what waits in whose inbox."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from articles.models.edition import Edition
from articles.models.error_report import ErrorReport


class Presence(models.Model):
    """A colleague has the writing screen of an edition open. Overwritten every few seconds, and soon meaningless."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="presences")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["edition", "user"], name="presence_is_noted_once")]

    def __str__(self):
        return f"{self.user} {self.edition_id}"


class Notice(models.Model):
    """A line in somebody's inbox: what happened to a text that concerns them, or what a reader reported."""

    class Kind(models.TextChoices):
        FOR_REVIEW = "for_review", _("waits for your review")
        SENT_BACK = "sent_back", _("was sent back")
        APPROVED = "approved", _("was approved")
        WITHDRAWN = "withdrawn", _("was withdrawn")
        SUPPRESSED = "suppressed", _("was suppressed")
        SUPPRESSION_AHEAD = "suppression_ahead", _("rests on a clearance that ends")
        COMMENT = "comment", _("has a comment")
        SOURCE_MOVED = "source_moved", _("is a translation of a text that moved on")
        ERROR_REPORTED = "error_reported", _("was called wrong by a reader")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("for"), on_delete=models.CASCADE, related_name="notices"
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    edition = models.ForeignKey(
        Edition, verbose_name=_("edition"), on_delete=models.CASCADE, null=True, blank=True, related_name="notices"
    )
    error_report = models.ForeignKey(
        ErrorReport, verbose_name=_("reader's report"), on_delete=models.CASCADE, null=True, blank=True,
        related_name="notices",
    )  # fmt: skip
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, null=True, blank=True,
        related_name="+",
    )  # fmt: skip
    text = models.TextField(_("text"), blank=True)
    at = models.DateTimeField(_("at"))
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = [
            models.CheckConstraint(
                name="notice_is_about_one_thing",
                condition=Q(edition__isnull=False, error_report__isnull=True)
                | Q(edition__isnull=True, error_report__isnull=False),
                violation_error_message=_("A notice is about a text or about a reader's report."),
            ),
        ]
        indexes = [models.Index(fields=["user", "-at"], name="notice_unread", condition=Q(read_at__isnull=True))]

    def __str__(self):
        return f"{self.edition or self.error_report} {self.get_kind_display()}"
