from django.conf import settings
from django.db import models
from django.db.models import BooleanField, Case, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from articles.models.article import Article, Author
from articles.models.shelf import HasFirst, ShelfQuerySet
from ledger.models.parts import PartsIndex
from ledger.paths import path
from missions.models import Deployment, Person
from missions.models.present import withheld_by


class Language(models.TextChoices):
    KAZAKH = "kk", "Қазақша"
    RUSSIAN = "ru", "Русский"
    ENGLISH = "en", "English"


class State(models.TextChoices):
    DRAFT = "draft", _("draft")
    IN_REVIEW = "in_review", _("in review")
    APPROVED = "approved", _("approved")
    WITHDRAWN = "withdrawn", _("withdrawn")


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


class EditionQuerySet(ShelfQuerySet):
    """Publication is a question put to the clock: every public page asks one of these, with its moment."""

    def held(self, *, with_story=False):
        """This will hold the rows of what is read until the transaction ends: the steps of one text come one by one.

        `with_story` holds its article's row too, for steps that look at the story's other languages. What else is read
        along with it is not held: PostgreSQL refuses to hold a row that may be missing.
        """
        return self.select_for_update(of=("self", "article") if with_story else ("self",))

    def issued(self, at):
        """This will return the editions whose hour had come by `at`: approved by then, and not cancelled before."""
        return self.filter(approved_at__lte=at, public_from__lte=at).exclude(withdrawn_at__lte=F("public_from"))

    def published(self, at):
        """This will return the editions that the public may read at `at`, ended ones at their own address too.

        A suppression is stronger than the past: see `missions.models.present`.
        """
        return self.issued(at).exclude(withdrawn_at__lte=at).exclude(suppressed_at__lte=withheld_by(at))

    def suppressed_for_desk(self, at):
        """This will return the editions that were suppressed and that no later one has followed, latest first."""
        return self.filter(suppressed_at__lte=at).newest().order_by("-suppressed_at", "-pk")[:20]

    def newest(self):
        """This will return the editions that no later one of their story and language follows."""
        later = Edition.objects.filter(number__gt=1).filter(  # of which there is an index, as below
            article=OuterRef("article"), language=OuterRef("language"), number__gt=OuterRef("number")
        )
        return self.filter(~Exists(later.order_by()))

    def in_force(self, at):
        """This will return, for each article and language, the edition that is the story at `at`, if there is one.

        Only the latest issued edition can be it: when that one is withdrawn or has expired, nothing older
        comes back.
        """
        # A later one is a second one at least: of these the database has an index, which is small.
        later = (
            Edition.objects.issued(at)
            .filter(number__gt=1)
            .filter(article=OuterRef("article"), language=OuterRef("language"), number__gt=OuterRef("number"))
            .order_by()
        )
        return self.published(at).exclude(public_until__lte=at).filter(~Exists(later))

    def scheduled_between(self, start, end):
        """This will return the approved editions of which something changes from `start` until `end`."""
        ahead = Q()
        for moment in ("public_from", "public_until", "suppressed_at"):
            ahead |= Q(**{f"{moment}__gte": start, f"{moment}__lt": end})
        return self.filter(ahead, approved_at__isnull=False).defer("body", "rendered")

    def scheduled_before(self, moment, *, article, at):
        """This will return the approved editions of the article whose hour lies ahead of `at` and before `moment`."""
        waiting = self.filter(article=article, state=State.APPROVED, public_from__gt=at, public_from__lt=moment)
        return waiting.defer("body", "rendered").order_by("public_from", "pk")

    def open(self):
        """This will return the editions that are still written: drafts, and texts in review."""
        return self.filter(state__in=Edition.OPEN, approved_at__isnull=True)

    def newest_first(self):
        return self.order_by("-day", "-public_from", "-pk")

    def for_cards(self, language, at):
        """This will return what a list of stories shows, newest first; the long columns stay in the database."""
        return self.filter(language=language).in_force(at).with_what_cards_show().newest_first()

    def for_feed(self, language, at):
        """This will return the stories of a feed, newest first, each `with_first_hour`; the rendered body stays."""
        return (
            self.filter(language=language)
            .in_force(at)
            .with_first_hour(at)
            .select_related("article__section", "lead__photo")
            .defer("body", "rendered")
            .newest_first()
        )

    def latest_issued(self, language, slug, at):
        """This will return the latest issued edition of the story that has, or ever had, this address."""
        issued = self.issued(at).filter(language=language)
        article = issued.filter(slug=slug).order_by("-number").values("article")[:1]
        return issued.filter(article__in=article).order_by("-number").first()

    def in_other_languages(self, slug, at):
        """This will return the editions, in any language, of the stories that use this address in one of them.

        An address whose hour has not come by `at` is told to nobody.
        """
        stories = Edition.objects.issued(at).filter(slug=slug).values("article")
        return self.filter(article__in=stories).order_by("language")

    def newest_of_other_languages(self, edition):
        """This will return the newest edition, open or not, of the same story in each other language."""
        others = self.filter(article=edition.article_id).exclude(language=edition.language)
        newest = {other.language: other for other in others.defer("body", "rendered").order_by("number")}
        return sorted(newest.values(), key=lambda other: other.language)

    def before(self, edition):
        """This will return the editions of the same story and language that came before `edition`, latest first."""
        return self.filter(article=edition.article_id, language=edition.language, number__lt=edition.number).order_by(
            "-number"
        )

    def approved_before(self, edition):
        """This will return those of the editions `before` this one that were approved, latest first."""
        return self.before(edition).filter(approved_at__isnull=False)

    def with_earlier(self, at):
        """This will tell of each edition, as `has_earlier`, whether the public may read one before it at `at`."""
        earlier = Edition.objects.published(at).filter(
            article=OuterRef("article"), language=OuterRef("language"), number__lt=OuterRef("number")
        )
        return self.annotate(has_earlier=HasFirst(earlier))

    def for_machines(self, at):
        """This will return the stories in force at `at` in every language, with what the interface tells of each.

        How many queries it takes does not grow with them; the long columns stay in the database.
        """
        shown = self.in_force(at).with_first_hour(at).select_related("article__section", "lead__photo")
        return shown.defer("body", "rendered").prefetch_related("claims", "article__topics", "article__missions")

    def next_turns(self, at):
        """This will return (the next moments after `at` at which an edition comes, those at which one must be gone)."""

        def following(moment):
            ahead = self.filter(**{f"{moment}__gt": at}).order_by(moment)
            return list(ahead.values_list(moment, flat=True)[:1])

        # A withdrawal is stamped by the clock of whoever made it, which may be ahead of this one's.
        ends = ("public_until", "suppressed_at", "withdrawn_at")
        return following("public_from"), [turn for moment in ends for turn in following(moment)]

    def of_missions(self, missions):
        """This will return the editions of stories about any of the missions, each once."""
        return self.filter(article__in=Article.objects.filter(missions__in=missions))

    def naming(self, people):
        """This will return the editions of stories that name any of the people (ids), each once."""
        return self.filter(article__in=Article.objects.filter(people__in=people))

    def for_desk(self, state, limit=10):
        """This will return the open editions in this state that were written last, without their long columns."""
        return self.open().filter(state=state).defer("body", "rendered").order_by("-created_at", "-pk")[:limit]

    def with_corrected(self):
        """This will tell, as `is_corrected`, whether any edition of the story in its language had to be corrected."""
        corrected = Edition.objects.filter(
            article=OuterRef("article"), language=OuterRef("language"), corrections__isnull=False
        )
        return self.annotate(is_corrected=HasFirst(corrected))

    def with_first_hour(self, at):
        """This will add `first_hour`: when the story first became public in the edition's language."""
        issued = Edition.objects.issued(at).filter(article=OuterRef("article"), language=OuterRef("language"))
        return self.annotate(first_hour=Subquery(issued.order_by("public_from").values("public_from")[:1]))

    def for_news(self, since, at):
        """This will return the stories in force that first became public at `since` or later, newest first."""
        before = Edition.objects.issued(at).filter(
            article=OuterRef("article"), language=OuterRef("language"), public_from__lt=since
        )
        return (
            self.in_force(at)
            .filter(~Exists(before.order_by()), public_from__gte=since)
            .with_first_hour(at)
            .only("language", "slug", "title", "public_from")
            .order_by("-public_from", "-pk")
        )

    def with_source(self):
        """This will tell of each translation, as `source_now`, the edition that its source is by now, and `is_stale`.

        The source is the newest approved edition of that language from the translated one on, or else that one itself,
        as it stands. A translation is stale where the source's text is not what the revision says.
        """
        newest = Edition.objects.filter(
            article=OuterRef("article"), language=OuterRef("translated_from__edition__language"), state=State.APPROVED,
            number__gte=OuterRef("translated_from__edition__number"), suppressed_at__isnull=True,
        ).order_by("-number")  # fmt: skip
        same = Edition.objects.filter(
            pk=OuterRef("source_now"), **{name: OuterRef(f"translated_from__{name}") for name in Edition.TRANSLATED}
        )
        stale = When(Q(translated_from__isnull=False) & ~Exists(same), then=Value(True))
        return self.annotate(
            source_now=Coalesce(Subquery(newest.values("pk")[:1]), F("translated_from__edition"))
        ).annotate(is_stale=Case(stale, default=Value(False), output_field=BooleanField()))

    def stale_translations(self):
        """This will return the stale translations that wait for somebody: the newest edition of each, none withdrawn.

        Without their long columns, the newest first.
        """
        waiting = self.filter(translated_from__isnull=False).exclude(state=State.WITHDRAWN).newest()
        return waiting.with_source().filter(is_stale=True).defer("body", "rendered").order_by("-pk")

    def with_author_kind(self):
        """This will tell whether the story's authors are people (`by_people`), organisations (`by_organisations`)."""
        authors = Author.objects.filter(articles=OuterRef("article"))
        return self.annotate(
            by_people=Exists(authors.filter(is_organisation=False)),
            by_organisations=Exists(authors.filter(is_organisation=True)),
        )

    def for_share_picture(self):
        return self.select_related("article__section", "lead__photo").defer("body", "rendered")

    def for_page(self):
        return self.select_related("article__section", "lead__photo", "approved_by")


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
            models.Index(fields=["-public_from", "-id"], condition=Q(number__gt=1), name="edition_later_of_all"),
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
