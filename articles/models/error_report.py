"""What a reader says is wrong with a figure on the site."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from articles.models.claim import AboutFigure, Claim
from articles.models.edition import Language
from ledger.models.parts import PartsIndex


class ErrorReportQuerySet(models.QuerySet):
    def waiting(self):
        """This will return the reports that nobody has settled, the oldest first, each with the edition it is about."""
        waiting = self.filter(settled_at__isnull=True).select_related("claim__edition")
        return waiting.defer("claim__edition__body", "claim__edition__rendered").order_by("at", "pk")

    def for_desk(self, limit=10):
        """This will return the waiting reports that the desk's first page lists."""
        return self.waiting()[:limit]


class ErrorReport(AboutFigure, models.Model):
    """A reader's report of an error in a figure: what stood where, what is wrong with it, and what became of it.

    The e-mail address is the reader's, for an answer: the desk alone sees it, and it is deleted soon after the report
    is settled (`error_reports.forget`).
    """

    LONGEST_WRONG, LONGEST_SOURCE, LONGEST_NOTE = 2000, 500, 1000  # characters

    class Outcome(models.TextChoices):
        RIGHT = "right", _("right as printed")
        CORRECTED = "corrected", _("corrected")
        RECORD_CHANGED = "record_changed", _("record changed")
        UNCLEAR = "unclear", _("not understandable")

    key = models.CharField(_("figure"), max_length=60)
    parameters = models.JSONField(_("parameters"), default=dict, blank=True)
    as_of = models.DateField(_("as of"))
    said = models.CharField(_("shown"), max_length=60, blank=True, help_text=_("What the reader saw printed."))
    page = models.CharField(_("page"), max_length=300, help_text=_("Where the reader saw it."))
    claim = models.ForeignKey(
        Claim, verbose_name=_("claim"), on_delete=models.PROTECT, null=True, blank=True, related_name="error_reports",
        help_text=_("Where it is a story's figure."),
    )  # fmt: skip
    wrong = models.TextField(_("what is wrong"), max_length=LONGEST_WRONG)
    source = models.TextField(_("the reader's source"), max_length=LONGEST_SOURCE, blank=True)
    email = models.EmailField(
        _("e-mail for an answer"), blank=True, help_text=_("Private. Deleted soon after the report is settled.")
    )
    language = models.CharField(_("language"), max_length=2, choices=Language.choices)
    at = models.DateTimeField(_("at"))
    fingerprint = models.CharField(max_length=64, editable=False)  # the same while all that the reader sent is the same

    settled_at = models.DateTimeField(_("settled at"), null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("settled by"), on_delete=models.PROTECT, null=True, blank=True,
        related_name="+",
    )  # fmt: skip
    outcome = models.CharField(_("outcome"), max_length=14, choices=Outcome.choices, blank=True)
    note = models.TextField(_("note"), max_length=LONGEST_NOTE, blank=True)

    objects = ErrorReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("reader's report")
        verbose_name_plural = _("readers' reports")
        constraints = [
            models.CheckConstraint(
                name="error_report_says_what_is_wrong",
                condition=~Q(wrong=""),
                violation_error_message=_("Say what is wrong with the figure."),
            ),
            models.CheckConstraint(
                name="error_report_is_about_a_page_of_this_site",
                condition=Q(page__startswith="/") & ~Q(page__startswith="//"),
                violation_error_message=_("A report is about a page of this site."),
            ),
            models.CheckConstraint(
                name="error_report_is_settled_by_someone",
                condition=Q(settled_at__isnull=True, settled_by__isnull=True, outcome="")
                | Q(settled_at__isnull=False, settled_by__isnull=False) & ~Q(outcome=""),
                violation_error_message=_("A settled report names who settled it, when, and with which outcome."),
            ),
            models.UniqueConstraint(
                fields=["fingerprint"],
                condition=Q(settled_at__isnull=True),
                name="error_report_waits_once",
                violation_error_message=_("The same report waits already."),
            ),
        ]
        indexes = [
            models.Index(fields=["at", "id"], name="error_report_waits", condition=Q(settled_at__isnull=True)),
            PartsIndex(fields=["wrong", "page"], name="error_report_parts"),
        ]

    def __str__(self):
        return f"{self.label} ({self.as_of})"
