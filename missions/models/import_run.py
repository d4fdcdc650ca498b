from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from missions.models.source import Source


class ImportRunQuerySet(models.QuerySet):
    def newest_of_each_un_file(self, at):
        """This will return [(kind of file in words, when one was last taken in)] by `at`: one query."""
        kinds = self.filter(kind__in=ImportRun.UN_KINDS, at__lte=at).order_by("kind").values_list("kind")
        return [(ImportRun.Kind(kind).label, newest) for kind, newest in kinds.annotate(newest=models.Max("at"))]


class ImportRun(models.Model):
    """What was imported, from which file, by whom, and what the plan said before it was applied.

    A UN file was published by the UN: its run is also the word on which the rows it wrote are public.
    """

    class Kind(models.TextChoices):
        MISSIONS = "missions", _("missions")
        CONTRIBUTIONS = "contributions", _("contributions")
        FATALITIES = "fatalities", _("fatalities")
        NOMINAL_ROLL = "nominal_roll", _("nominal roll")

    UN_KINDS = (Kind.MISSIONS, Kind.CONTRIBUTIONS, Kind.FATALITIES)

    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    file_name = models.CharField(_("file"), max_length=250)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    source = models.ForeignKey(Source, verbose_name=_("source"), on_delete=models.PROTECT, null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, null=True, blank=True
    )
    at = models.DateTimeField(_("at"))
    plan = models.JSONField(_("plan"), help_text=_("Counts, and every row that was not plain."))

    objects = ImportRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("import run")
        verbose_name_plural = _("import runs")

    def __str__(self):
        return f"{self.get_kind_display()}: {self.file_name}"
