from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from missions.models.kept import KeptQuerySet
from missions.models.names import NamedInThree


class Region(models.TextChoices):
    """The five regions of the UN's standard M49 (002, 019, 142, 150 and 009)."""

    AFRICA = "africa", _("Africa")
    AMERICAS = "americas", _("Americas")
    ASIA = "asia", _("Asia")
    EUROPE = "europe", _("Europe")
    OCEANIA = "oceania", _("Oceania")


class Country(NamedInThree):
    """A country or area, by its ISO 3166-1 alpha-3 code."""

    iso3 = models.CharField(
        _("ISO code"), max_length=3, unique=True, validators=[RegexValidator(r"^[A-Z]{3}$")],
        help_text=_("Three capital letters (ISO 3166-1 alpha-3), such as KAZ."),
    )  # fmt: skip
    m49 = models.PositiveSmallIntegerField(_("UN M49 code"), null=True, blank=True)
    region = models.CharField(
        _("region"), max_length=8, choices=Region.choices, blank=True,
        help_text=_("By the UN's standard M49. The list of missions can be narrowed down by it."),
    )  # fmt: skip
    history = HistoricalRecords()

    objects = KeptQuerySet.as_manager()

    class Meta:
        base_manager_name = "objects"
        verbose_name = _("country")
        verbose_name_plural = _("countries")
