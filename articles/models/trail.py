"""What happened to an edition: corrections, transitions, redirects and saved revisions."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Subquery
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from articles.models.article import Article
from articles.models.edition import Edition, Language, State
from articles.models.shelf import HasFirst
from ledger.models.parts import PartsIndex


class CorrectionQuerySet(models.QuerySet):
    def of_story(self, article, language, at):
        """This will return the corrections made by `at` to any edition of the story in its language, newest first.

        `shows_change` tells whether the public may read an edition before the one that set it right.
        """
        earlier = Edition.objects.published(at).filter(
            article=OuterRef("edition__article"), language=OuterRef("edition__language"),
            number__lt=OuterRef("set_right_by__number"),
        )  # fmt: skip
        found = self.public(at).filter(edition__article=article, edition__language=language)
        return found.annotate(shows_change=HasFirst(earlier))

    def of_stories(self, articles, language, at):
        """This will return the corrections made by `at` to any edition of these stories in a language, newest first."""
        return self.public(at).filter(edition__article__in=articles, edition__language=language)

    def public(self, at):
        """This will return the corrections whose correcting edition the public may read at `at`, newest first.

        A story that was withdrawn or suppressed takes its corrections with it.
        """
        published = Edition.objects.published(at).filter(pk=OuterRef("set_right_by"))
        earlier = Edition.objects.published(at).filter(pk=OuterRef("edition"))
        return (
            # Said of its number, since of later editions the database has an index by their hour.
            self.filter(Exists(published), set_right_by__number__gt=1)
            .annotate(earlier_is_public=HasFirst(earlier))
            .select_related("set_right_by", "edition")
            .defer("edition__body", "edition__rendered", "set_right_by__body", "set_right_by__rendered")
            .order_by("-set_right_by__public_from", "-pk")
        )

    def for_page(self, language, at):
        """This will return the public corrections in a language, each with its story's title and address of today."""
        return self.with_story(at).filter(set_right_by__language=language)

    def with_story(self, at):
        """This will return the public corrections, each with its story's title and address of today, newest first.

        Where the newest edition of a story was withdrawn or suppressed the story is gone, its corrections with it.
        """
        newest = (
            Edition.objects.issued(at)
            .filter(article=OuterRef("set_right_by__article"), language=OuterRef("set_right_by__language"))
            .order_by("-number")
        )
        return (
            self.public(at)
            .annotate(
                newest=Subquery(newest.values("pk")[:1]),
                story_title=Subquery(newest.values("title")[:1]),
                story_slug=Subquery(newest.values("slug")[:1]),
            )
            .filter(Exists(Edition.objects.published(at).filter(pk=OuterRef("newest"))))
        )


class Correction(models.Model):
    """A public sentence that says what was wrong. Append-only, bound to the edition that it corrects."""

    edition = models.ForeignKey(
        Edition, verbose_name=_("edition"), on_delete=models.PROTECT, related_name="corrections",
        help_text=_("The edition that was wrong."),
    )  # fmt: skip
    set_right_by = models.ForeignKey(
        Edition, verbose_name=_("set right by"), on_delete=models.PROTECT, related_name="corrects",
        help_text=_("The edition that sets it right. The correction is public from its hour on."),
    )  # fmt: skip
    text = models.TextField(_("what was wrong and what is right"), help_text=_("Shown at the head of the story."))
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT)

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        indexes = [PartsIndex(fields=["text"], name="correction_parts")]
        constraints = [
            models.CheckConstraint(
                name="correction_says_something",
                condition=~models.Q(text=""),
                violation_error_message=_("Say what was wrong."),
            ),
        ]

    def __str__(self):
        return self.text[:80]


class TransitionQuerySet(models.QuerySet):
    def last_sent_back(self, edition):
        """This will return the step by which the draft came back with a reason, or None if it was not the last one."""
        if edition.state != State.DRAFT:
            return None
        return self.filter(edition=edition).exclude(reason="").select_related("by").order_by("-at", "-pk").first()


class Transition(models.Model):
    """Who moved which edition to which state, when and why. Append-only."""

    edition = models.ForeignKey(
        Edition, verbose_name=_("edition"), on_delete=models.PROTECT, related_name="transitions"
    )
    to_state = models.CharField(_("to"), max_length=10, choices=State.choices)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, null=True, blank=True
    )
    reason = models.TextField(_("reason"), blank=True)

    objects = TransitionQuerySet.as_manager()

    class Meta:
        verbose_name = _("transition")
        verbose_name_plural = _("transitions")
        indexes = [PartsIndex(fields=["reason"], name="transition_parts")]

    def __str__(self):
        return f"{self.edition_id} → {self.to_state}"


class Redirect(models.Model):
    """An old address of a story. It leads to the story for ever."""

    article = models.ForeignKey(Article, verbose_name=_("article"), on_delete=models.PROTECT, related_name="redirects")
    language = models.CharField(_("language"), max_length=2, choices=Language.choices)
    slug = models.SlugField(_("old address"), max_length=120)

    class Meta:
        verbose_name = _("redirect")
        verbose_name_plural = _("redirects")
        indexes = [PartsIndex(fields=["slug"], name="redirect_parts")]
        constraints = [
            models.UniqueConstraint(
                fields=["language", "slug"],
                name="redirect_leads_to_one_story",
                violation_error_message=_("This address already leads to a story."),
            ),
        ]

    def __str__(self):
        return f"/{self.language}/{self.slug}"


class Revision(models.Model):
    """The text of a draft as it was when someone saved it under a name, or handed it in.

    A name that the house gave is kept in English, `CALLED`, and read in the language of whoever looks; a person's own
    stays as it was written.
    """

    CALLED = [
        gettext_noop("Handed in"), gettext_noop("Approved"), gettext_noop("Before a colleague's changes"),
        gettext_noop("Before another sitting"), gettext_noop("Before another text was brought back"),
        gettext_noop("Before it was written over"), gettext_noop("Translated"),
    ]  # fmt: skip

    edition = models.ForeignKey(Edition, verbose_name=_("edition"), on_delete=models.CASCADE, related_name="revisions")
    name = models.CharField(_("name"), max_length=120, blank=True)
    title = models.CharField(_("title"), max_length=200)
    standfirst = models.TextField(_("standfirst"), blank=True)
    byline = models.CharField(_("byline"), max_length=200, blank=True)
    body = models.TextField(_("body"), blank=True)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, null=True, blank=True
    )

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        indexes = [PartsIndex(fields=["name"], name="revision_parts")]

    def __str__(self):
        return self.called or str(self.at)

    @property
    def called(self):
        """The revision's name in the reader's language, "" where it has none."""
        return gettext(self.name) if self.name in self.CALLED else self.name
