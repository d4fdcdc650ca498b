from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from articles.models.article import Article
from articles.models.issued import EditionQuerySet, State
from ledger.models.parts import PartsIndex
from ledger.paths import path
from missions.models import Deployment, Person
from missions.models.present import withheld_by


class Language(models.TextChoices):
    KAZAKH = "kk", "Қазақша"
    RUSSIAN = "ru", "Русский"
    ENGLISH = "en", "English"


class BundleQuerySet(models.QuerySet):
    def still_open(self):
        """This will return the bundles of which no edition was decided yet, the newest first."""
        decided = Edition.objects.filter(bundle=OuterRef("pk"), state__in=[State.APPROVED, State.WITHDRAWN])
        return self.filter(~Exists(decided)).order_by("-pk")


class Bundle(models.Model):
    """Editions that become public at one moment, or not at all."""

    name = models.CharField(_("name"), max_length=200)
    public_from = models.DateTimeField(_("public from"), null=True, blank=True)

    objects = BundleQuerySet.as_manager()

    class Meta:
        verbose_name = _("bundle")
        verbose_name_plural = _("bundles")

    def __str__(self):
        return self.name


class Edition(models.Model):
    """One issue of the story in one language. Once approved, what it prints never changes: the database refuses."""

    OPEN = (State.DRAFT, State.IN_REVIEW)
    PRINTED = ("title", "slug", "standfirst", "byline", "body")
    TRANSLATED = ("title", "standfirst", "byline", "body")  # what a revision keeps, too
    WRITTEN = (*PRINTED, "day", "change_note", "correction")

    article = models.ForeignKey(Article, verbose_name=_("article"), on_delete=models.PROTECT, related_name="editions")
    language = models.CharField(_("language"), max_length=2, choices=Language.choices)
    number = models.PositiveSmallIntegerField(_("number"), default=1, editable=False)
    title = models.CharField(_("title"), max_length=200)
    slug = models.SlugField(
        _("address"), max_length=120, help_text=_("Part of the story's address; latin letters and hyphens.")
    )
    standfirst = models.TextField(
        _("standfirst"), blank=True, help_text=_("One or two sentences under the title and in every list.")
    )
    byline = models.CharField(_("byline"), max_length=200, blank=True)
    day = models.DateField(_("day"), help_text=_("The day the story bears. Archives sort by it."))
    body = models.TextField(_("body"), blank=True)
    rendered = models.TextField(editable=False, blank=True)  # can always be built again from body and claims
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT, editable=False)
    public_from = models.DateTimeField(_("public from"), null=True, blank=True, editable=False)
    public_until = models.DateTimeField(_("public until"), null=True, blank=True, editable=False)
    change_note = models.CharField(
        _("change note"), max_length=300, blank=True,
        help_text=_("For the desk: what is new in this edition, where nothing was wrong in the one before."),
    )  # fmt: skip
    correction = models.TextField(
        _("correction"), blank=True,
        help_text=_("What was wrong and what is right. Shown to the public at the head of the story, for ever."),
    )  # fmt: skip
    version = models.PositiveIntegerField(_("version of the text"), default=1, editable=False)
    translated_from = models.ForeignKey(
        "articles.Revision", verbose_name=_("translated from"), on_delete=models.SET_NULL, null=True, blank=True,
        editable=False, related_name="translations",
    )  # fmt: skip
    lead = models.ForeignKey(
        "articles.PhotoUse", verbose_name=_("lead photo as printed"), on_delete=models.PROTECT, null=True, blank=True,
        editable=False, related_name="+",
    )  # fmt: skip
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True, editable=False)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("approved by"), on_delete=models.PROTECT, null=True, blank=True,
        editable=False, related_name="+",
    )  # fmt: skip
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True, editable=False)
    withdrawal_reason = models.TextField(_("public reason of the withdrawal"), blank=True, editable=False)
    suppressed_at = models.DateTimeField(_("suppressed at"), null=True, blank=True, editable=False)
    bundle = models.ForeignKey(
        Bundle, verbose_name=_("bundle"), on_delete=models.SET_NULL, null=True, blank=True, related_name="editions"
    )
    named_people = models.ManyToManyField(Person, editable=False, related_name="named_in")
    named_places = models.ManyToManyField(Deployment, editable=False, related_name="placed_in")
    saved_at = models.DateTimeField(_("saved at"), null=True, blank=True, editable=False)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("saved by"), on_delete=models.PROTECT, null=True, blank=True,
        editable=False, related_name="+",
    )  # fmt: skip
    created_at = models.DateTimeField(_("created at"), editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("written by"), on_delete=models.PROTECT, null=True, blank=True,
        editable=False, related_name="+",
    )  # fmt: skip

    objects = EditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        permissions = [
            ("approve_edition", "Can approve an edition for the public"),
            ("withdraw_edition", "Can withdraw an edition from the public"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["article", "language", "number"],
                name="edition_number_is_used_once",
                violation_error_message=_("This story already has an edition of that number in this language."),
            ),
            models.UniqueConstraint(
                fields=["article", "language"],
                condition=Q(state__in=["draft", "in_review"]),
                name="edition_has_one_open_draft",
                violation_error_message=_("This story already has an open draft in this language."),
            ),
            models.CheckConstraint(
                name="edition_approved_names_who_and_when",
                condition=Q(state__in=["draft", "in_review"])
                | Q(approved_at__isnull=False, approved_by__isnull=False, public_from__isnull=False),
                violation_error_message=_("An approved edition names who approved it, when, and from when it shows."),
            ),
            models.CheckConstraint(
                name="edition_draft_is_not_approved",
                condition=Q(state__in=["approved", "withdrawn"]) | Q(approved_at__isnull=True),
                violation_error_message=_("A draft cannot bear an approval."),
            ),
            models.CheckConstraint(
                name="edition_is_public_after_approval",
                condition=Q(approved_at__isnull=True) | Q(public_from__gte=F("approved_at")),
                violation_error_message=_("An edition cannot be public before it was approved."),
            ),
            models.CheckConstraint(
                name="edition_ends_after_it_starts",
                condition=Q(public_until__isnull=True) | Q(public_until__gt=F("public_from")),
                violation_error_message=_("An edition cannot end before it is public."),
            ),
            models.CheckConstraint(
                name="edition_withdrawal_has_a_reason",
                condition=Q(withdrawn_at__isnull=True) & ~Q(state="withdrawn")
                | Q(withdrawn_at__isnull=False, state="withdrawn") & ~Q(withdrawal_reason=""),
                violation_error_message=_("A withdrawal says when and why, and the public reads the reason."),
            ),
        ]
        indexes = [
            models.Index(fields=["language", "slug"], name="edition_by_address"),
            PartsIndex(fields=["title", "slug", "standfirst"], name="edition_parts"),
            # With what `in_force` asks, so that a page walks it without reading a text.
            models.Index(
                fields=[
                    "language",
                    "-day",
                    "-public_from",
                    "-id",
                    "approved_at",
                    "withdrawn_at",
                    "suppressed_at",
                    "public_until",
                    "article",
                    "number",
                ],
                name="edition_in_force_newest_first",
            ),
            models.Index(
                fields=["article", "language", "number"], condition=Q(number__gt=1), name="edition_later_ones"
            ),
            # Corrections are set right by these, and are told by their hour.
            models.Index(
                fields=["language", "-public_from", "-id"], condition=Q(number__gt=1), name="edition_later_newest"
            ),
            # By the hour alone: PostgreSQL holds an index of two columns for less in order than it is, and would walk
            # the stories' first editions too, by `edition_by_hour`.
            models.Index(fields=["-public_from"], condition=Q(number__gt=1), name="edition_later_by_hour"),
            models.Index(fields=["-day", "-public_from", "-id"], name="edition_newest_of_all"),
            # What is still written, for the desk's first page. By a list of states SQLite would not know it.
            models.Index(
                fields=["state", "-created_at", "-id"], condition=Q(approved_at__isnull=True), name="edition_unapproved"
            ),
            models.Index(
                fields=["translated_from"], condition=Q(translated_from__isnull=False), name="edition_translated"
            ),
            # The moments at which the clock alone changes what is public: see `articles.clock`.
            models.Index(fields=["public_from"], name="edition_by_hour"),
            models.Index(fields=["public_until"], name="edition_ending", condition=Q(public_until__isnull=False)),
            models.Index(fields=["suppressed_at"], name="edition_suppressed", condition=Q(suppressed_at__isnull=False)),
            models.Index(fields=["withdrawn_at"], name="edition_withdrawn", condition=Q(withdrawn_at__isnull=False)),
        ]

    def __str__(self):
        return f"{self.title} ({self.language}, {self.number})"

    def get_absolute_url(self):
        return path("article", self.slug)

    @property
    def is_open(self):
        return self.state in self.OPEN

    def is_suppressed(self, at):
        """This will say whether the edition is kept from who looks at the moment `at`, since a clearance ended."""
        return bool(self.suppressed_at and self.suppressed_at <= withheld_by(at))
