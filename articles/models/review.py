from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from articles.models.edition import Edition
from ledger.models.parts import PartsIndex


class ReviewLink(models.Model):
    """A link that shows one draft with its claims to a fact-checker without an account, until it expires.

    Only a digest of the token is kept: who reads the database cannot open the link.
    """

    edition = models.ForeignKey(
        Edition, verbose_name=_("edition"), on_delete=models.CASCADE, related_name="review_links"
    )
    reviewer = models.CharField(_("for whom"), max_length=200)
    token_sha256 = models.CharField(_("digest of the token"), max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("created at"))
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT)
    expires_at = models.DateTimeField(_("expires at"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    opened_at = models.DateTimeField(_("last opened at"), null=True, blank=True)

    class Meta:
        verbose_name = _("review link")
        verbose_name_plural = _("review links")
        indexes = [PartsIndex(fields=["reviewer"], name="review_link_parts")]
        constraints = [
            models.CheckConstraint(
                name="review_link_expires_after_it_was_made",
                condition=Q(expires_at__gt=F("created_at")),
                violation_error_message=_("A review link cannot expire before it was made."),
            ),
        ]

    def __str__(self):
        return self.reviewer


class Comment(models.Model):
    """A remark on a draft, by a colleague or by the fact-checker of a review link."""

    edition = models.ForeignKey(Edition, verbose_name=_("edition"), on_delete=models.CASCADE, related_name="comments")
    about = models.CharField(
        pgettext_lazy("what a comment speaks of", "about"),
        max_length=200,
        blank=True,
        help_text=_("The figure or the words meant."),
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, null=True, blank=True
    )
    link = models.ForeignKey(
        ReviewLink, verbose_name=_("review link"), on_delete=models.CASCADE, null=True, blank=True,
        related_name="comments",
    )  # fmt: skip
    text = models.TextField(_("text"))
    at = models.DateTimeField(_("at"))
    settled_at = models.DateTimeField(_("settled at"), null=True, blank=True)

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        indexes = [PartsIndex(fields=["text"], name="comment_parts")]
        constraints = [
            models.CheckConstraint(
                name="comment_is_by_one_hand",
                condition=Q(by__isnull=False, link__isnull=True) | Q(by__isnull=True, link__isnull=False),
                violation_error_message=_("A comment is by a user or by a fact-checker, not by both."),
            ),
        ]

    def __str__(self):
        return self.text[:80]
