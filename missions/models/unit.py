from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from missions.models.kept import KeptQuerySet
from missions.models.names import NamedInThree
from missions.models.periods import Precision, coarse_date_is_first_day
from missions.models.source import Source


class Unit(NamedInThree):
    """A formed unit or a training centre, with the date of its own creation."""

    class Kind(models.TextChoices):
        FORMED_UNIT = "formed_unit", _("formed unit")
        TRAINING_CENTRE = "training_centre", _("training centre")

    slug = models.SlugField(_("address"), max_length=60, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    created = models.DateField(_("created on"), null=True, blank=True)
    created_precision = models.CharField(
        _("creation known to the"), max_length=5, choices=Precision.choices, default=Precision.DAY
    )
    source = models.ForeignKey(Source, verbose_name=_("source"), on_delete=models.PROTECT, null=True, blank=True)
    history = HistoricalRecords()

    objects = KeptQuerySet.as_manager()

    class Meta:
        base_manager_name = "objects"
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        constraints = [coarse_date_is_first_day("created", "created_precision", "unit_coarse_creation_is_first_day")]
