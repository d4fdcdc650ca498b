from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from articles.models.edition import Edition
from ledger.models.parts import PartsIndex
from missions import figures


class ClaimQuerySet(models.QuerySet):
    def for_desk(self, at, limit=10):
        """This will return the claims of editions in force at `at` that the record no longer bears out, worst first."""
        # Asked of each claim, since the claims are few: SQLite would find all editions in force first.
        in_force = Edition.objects.in_force(at).filter(pk=models.OuterRef("edition"))
        others = [verdict for verdict in Claim.Verdict if verdict != Claim.Verdict.AGREES]
        # By their keys, which the index of verdicts holds: SQLite takes the few verdicts for as common as agreement.
        disputed = self.filter(models.Exists(in_force), pk__in=self.filter(verdict__in=others).order_by().values("pk"))
        worst_first = models.Case(models.When(verdict=Claim.Verdict.WRONG, then=0), default=1)
        return disputed.select_related("edition").order_by(worst_first, "-as_of", "pk")[:limit]


class AboutFigure:
    """The part of a noun that is about one figure, by its `key` and `parameters`."""

    @property
    def question(self):
        return figures.Question(self.key, self.parameters)

    @property
    def label(self):
        return figures.label_of(self.question)


class Claim(AboutFigure, models.Model):
    """A figure used in an edition: what was printed, as of which day, from which source.

    The first group of fields is frozen with the edition. The second is what the record answers now: it is asked
    again whenever the record changes, and by the first reader of a day (`claim_queue.bring_to_today`).
    """

    class Verdict(models.TextChoices):
        AGREES = "agrees", _("agrees")
        MOVED_ON = "moved_on", _("moved on since")
        WRONG = "wrong", _("wrong for its own date")
        SILENT = "silent", _("the record cannot say")

    class Relation(models.TextChoices):
        """What the printed words say of the number: typed words may claim less than the number itself."""

        EXACTLY = "exactly", _("exactly")
        MORE_THAN = "more_than", _("more than")
        AT_LEAST = "at_least", _("at least")
        LESS_THAN = "less_than", _("less than")
        AT_MOST = "at_most", _("at most")
        ABOUT = "about", pgettext_lazy("more or less so many", "about")

    FROZEN = (
        "edition_id", "place", "key", "parameters", "value", "relation", "unit", "as_of", "sources", "printed",
        "rests_on",
    )  # fmt: skip

    edition = models.ForeignKey(Edition, verbose_name=_("edition"), on_delete=models.PROTECT, related_name="claims")
    place = models.PositiveSmallIntegerField(_("place in the text"))
    key = models.CharField(_("figure"), max_length=60)
    parameters = models.JSONField(_("parameters"), default=dict, blank=True)
    value = models.IntegerField(_("value"))
    relation = models.CharField(_("relation"), max_length=10, choices=Relation.choices, default=Relation.EXACTLY)
    printed = models.CharField(_("printed"), max_length=60)
    unit = models.CharField(pgettext_lazy("what a number counts", "unit"), max_length=40)
    as_of = models.DateField(_("as of"))
    sources = models.JSONField(_("sources"), default=list, help_text=_("Titles and addresses, as printed."))
    rests_on = models.JSONField(
        _("rests on"), default=list, blank=True, help_text=_("Deployments and their fields that had to be cleared.")
    )

    verdict = models.CharField(_("verdict"), max_length=10, choices=Verdict.choices, default=Verdict.AGREES)
    value_then = models.IntegerField(_("the record's value for that day"), null=True, blank=True)
    value_today = models.IntegerField(_("the record's value today"), null=True, blank=True)
    is_told = models.BooleanField(
        _("told to readers"), default=True, help_text=_("Whether what the record says now is cleared for the public.")
    )
    asked_at = models.DateTimeField(_("asked at"))

    objects = ClaimQuerySet.as_manager()

    class Meta:
        verbose_name = _("claim")
        verbose_name_plural = _("claims")
        indexes = [
            PartsIndex(fields=["key"], name="claim_parts"),
            models.Index(fields=["verdict", "-as_of"], name="claim_by_verdict"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "place"],
                name="claim_place_is_used_once",
                violation_error_message=_("This place in the text already holds a figure."),
            ),
        ]

    def __str__(self):
        return f"{self.key} = {self.printed} ({self.as_of})"

    @property
    def told_verdict(self):
        """The verdict as readers get it: none where today's answer is not cleared for them."""
        return self.verdict if self.is_told else ""

    @property
    def unit_label(self):
        return figures.unit_label(self.unit, self.value)
