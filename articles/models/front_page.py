from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.models.article import Article
from articles.models.edition import Language


class FrontPageQuerySet(models.QuerySet):
    def in_force(self, language, at):
        """This will return the id of the layout that holds in `language` at the moment `at`, if there is one."""
        return self.filter(language=language, since__lte=at).order_by("-since").values("pk")[:1]

    def pinned(self, language, at):
        """This will return the ids of the articles pinned in `language` at the moment `at`, the lead first."""
        return list(
            Pin.objects.filter(front_page__in=self.in_force(language, at))
            .order_by("position")
            .values_list("article", flat=True)
        )


class FrontPage(models.Model):
    """The front page that editors laid out for one language from one moment on; without pins, newest first."""

    language = models.CharField(_("language"), max_length=2, choices=Language.choices)
    since = models.DateTimeField(_("from"), help_text=_("Shown on the public site from this moment on."))
    articles = models.ManyToManyField(Article, through="Pin", verbose_name=_("articles"))

    objects = FrontPageQuerySet.as_manager()

    class Meta:
        verbose_name = _("front page")
        verbose_name_plural = _("front pages")
        constraints = [
            models.UniqueConstraint(
                fields=["language", "since"],
                name="front_page_is_laid_out_once",
                violation_error_message=_("A front page of this language starts at that moment already."),
            ),
        ]

    def __str__(self):
        return f"{self.language} {self.since:%Y-%m-%d %H:%M}"


class Pin(models.Model):
    """A story's place on a front page; position 1 leads."""

    front_page = models.ForeignKey(FrontPage, on_delete=models.CASCADE, related_name="pins")
    article = models.ForeignKey(Article, verbose_name=_("article"), on_delete=models.PROTECT)
    position = models.PositiveSmallIntegerField(_("position"))

    class Meta:
        verbose_name = _("pinned story")
        verbose_name_plural = _("pinned stories")
        constraints = [
            models.UniqueConstraint(
                fields=["front_page", "position"],
                name="pin_position_is_used_once",
                violation_error_message=_("Another story stands in this position."),
            ),
            models.UniqueConstraint(
                fields=["front_page", "article"],
                name="pin_story_is_pinned_once",
                violation_error_message=_("This story is pinned already."),
            ),
        ]

    def __str__(self):
        return f"{self.position}: {self.article}"
