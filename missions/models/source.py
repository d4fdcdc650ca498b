from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from ledger.models.parts import PartsIndex
from missions.models.kept import KeptQuerySet


class SourceQuerySet(KeptQuerySet):
    def newest_read(self):
        """This will return the sources as the page about the data lists them: those that were read last come first."""
        return self.order_by("-retrieved", "publisher", "title", "pk")


class Source(models.Model):
    """A document that a fact rests on: who published it, where, and when this house read it."""

    title = models.CharField(
        _("title"), max_length=300,
        help_text=_("The public reads title, publisher and address beside what rests on them: name no person here."),
    )  # fmt: skip
    publisher = models.CharField(_("publisher"), max_length=200)
    url = models.URLField(_("address"), max_length=500, blank=True)
    published = models.DateField(_("published on"), null=True, blank=True)
    retrieved = models.DateField(_("retrieved on"))
    checksum = models.CharField(_("SHA-256"), max_length=64, blank=True, help_text=_("Of the file that was read."))
    history = HistoricalRecords()

    objects = SourceQuerySet.as_manager()

    class Meta:
        base_manager_name = "objects"
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        indexes = [PartsIndex(fields=["title", "publisher", "url"], name="source_parts")]
        constraints = [
            models.UniqueConstraint(
                fields=["url", "checksum", "title"],
                name="source_is_listed_once",
                violation_error_message=_("This source is listed already."),
            ),
        ]

    def __str__(self):
        return f"{self.publisher}: {self.title}"
