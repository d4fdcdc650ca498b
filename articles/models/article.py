from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from ledger.models.parts import PartsIndex
from ledger.paths import path
from missions.models import Deployment, Mission, Person
from missions.models.names import NamedInThree


class Section(NamedInThree):
    """A part of the paper, such as Missions or People. Every story stands in one."""

    slug = models.SlugField(_("address"), max_length=40, unique=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")

    def get_absolute_url(self):
        return path("section", self.slug)


class Topic(NamedInThree):
    """A subject that stories of any section share."""

    slug = models.SlugField(_("address"), max_length=60, unique=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")

    def get_absolute_url(self):
        return path("topic", self.slug)


class Author(NamedInThree):
    """Who may stand in a byline: a person, or an agency or office that signs with its name."""

    slug = models.SlugField(_("address"), max_length=60, unique=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, verbose_name=_("user"), on_delete=models.SET_NULL, null=True, blank=True
    )
    is_organisation = models.BooleanField(
        _("is an organisation"), default=False,
        help_text=_("An agency, a service or a press office: search engines are told so of the byline."),
    )  # fmt: skip
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("author")
        verbose_name_plural = _("authors")


class Article(models.Model):
    """The story, whatever its language. What is printed stands in its editions."""

    working_title = models.CharField(
        _("working title"), max_length=200, help_text=_("For the desk only; the public reads the editions' titles.")
    )
    section = models.ForeignKey(Section, verbose_name=_("section"), on_delete=models.PROTECT, related_name="articles")
    topics = models.ManyToManyField(Topic, verbose_name=_("topics"), blank=True, related_name="articles")
    authors = models.ManyToManyField(
        Author, verbose_name=_("authors"), blank=True, related_name="articles",
        help_text=_("Whom the byline names. They tell search engines whether it is people or an organisation."),
    )  # fmt: skip
    missions = models.ManyToManyField(
        Mission, verbose_name=_("missions"), blank=True, related_name="articles",
        help_text=_("The story is listed on these missions' pages."),
    )  # fmt: skip
    people = models.ManyToManyField(
        Person, verbose_name=_("people"), blank=True, related_name="articles",
        help_text=_("People of the record whom the story names. Each must be cleared before an edition is approved."),
    )  # fmt: skip
    namesakes = models.ManyToManyField(
        Person, verbose_name=_("namesakes"), blank=True, editable=False, related_name="namesake_in",
        help_text=_("People of the record whose name stands in the text, while somebody else is meant."),
    )  # fmt: skip
    lead_photo = models.ForeignKey(
        "articles.Photo", verbose_name=_("lead photo"), on_delete=models.PROTECT, null=True, blank=True,
        related_name="leads", help_text=_("Printed with every edition that is approved from now on."),
    )  # fmt: skip
    embargo_until = models.DateTimeField(
        _("embargo until"), null=True, blank=True,
        help_text=_("No edition of the story can become public before this moment."),
    )  # fmt: skip
    imported_from = models.CharField(_("imported from"), max_length=250, blank=True, editable=False)
    import_checksum = models.CharField(
        _("SHA-256 of the imported file"), max_length=64, null=True, blank=True, unique=True, editable=False
    )
    history = HistoricalRecords(m2m_fields=[missions, people, topics])

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        indexes = [
            PartsIndex(fields=["working_title"], name="article_parts"),
            models.Index(
                fields=["embargo_until"], condition=models.Q(embargo_until__isnull=False), name="article_embargoed"
            ),
        ]

    def __str__(self):
        return self.working_title


class OtherPlace(models.Model):
    """Words of a story that are the name of a deployment's place in the record, while another place is meant.

    It holds as long as these words name the deployment's place: when that moves, the question is asked again.
    """

    article = models.ForeignKey(
        Article, verbose_name=_("article"), on_delete=models.CASCADE, related_name="other_places"
    )
    deployment = models.ForeignKey(Deployment, on_delete=models.CASCADE, related_name="+")
    words = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["article", "deployment", "words"], name="other_place_is_noted_once")
        ]

    def __str__(self):
        return self.words
