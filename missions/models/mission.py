from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from simple_history.models import HistoricalRecords

from ledger.paths import path
from missions.models.country import Country, Region
from missions.models.kept import KeptQuerySet, as_known
from missions.models.names import NamedInThree, in_language
from missions.models.periods import Period, PeriodQuerySet, period_constraints
from missions.models.source import Source


class MissionQuerySet(PeriodQuerySet):
    def un(self):
        """This will return the missions that count as UN: peacekeeping operations and political missions."""
        return self.filter(kind__in=Mission.UN_KINDS)

    def for_mission_list(self, known_at=None):
        """This will return what the list of missions shows, as known at `known_at`: the latest begun first."""
        missions = as_known(self.model, known_at)
        models.prefetch_related_objects(missions, "host_countries")
        return sorted(missions, key=lambda one: (-(one.start or date.min).toordinal(), one.acronym))

    def for_page(self, slug, known_at=None):
        """This will return the mission of that address as known at `known_at`, with what its page shows, or None."""
        found = as_known(self.model, known_at, joined=["source"], slug=slug)
        models.prefetch_related_objects(found, "host_countries")
        return found[0] if found else None

    def for_choice(self):
        """This will return the missions to choose one from, by acronym."""
        return self.only("acronym", "name_kk", "name_ru", "name_en").order_by("acronym")

    def for_machines(self):
        """This will return the missions with all that a file or the interface for machines tells of them."""
        return self.select_related("source").prefetch_related("host_countries", "aliases")

    def named(self, name):
        """This will return the mission of that acronym, of that other acronym, or with that address."""
        known = Q(acronym=name) | Q(slug=name) | Q(aliases__acronym=name)
        return self.filter(known).order_by("pk").distinct()[:1]


class Mission(NamedInThree, Period):
    """A mission abroad. Only the kinds in `UN_KINDS` ever count as service under the UN."""

    class Kind(models.TextChoices):
        UN_PEACEKEEPING = "un_peacekeeping", _("UN peacekeeping operation")
        UN_POLITICAL = "un_political", _("UN special political mission")
        COALITION = "coalition", _("coalition")
        REGIONAL = "regional", _("regional operation")

    UN_KINDS = (Kind.UN_PEACEKEEPING, Kind.UN_POLITICAL)

    acronym = models.CharField(_("acronym"), max_length=30, unique=True)
    slug = models.SlugField(_("address"), max_length=40, unique=True, help_text=_("Part of the page's address."))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    host_countries = models.ManyToManyField(Country, verbose_name=_("host countries"), blank=True)
    lead_department = models.CharField(_("lead department"), max_length=40, blank=True)
    headquarters = models.CharField(_("headquarters"), max_length=120, blank=True)
    longitude = models.DecimalField(
        _("longitude"), max_digits=8, decimal_places=4, null=True, blank=True,
        validators=[MinValueValidator(-180), MaxValueValidator(180)], help_text=_("Degrees east."),
    )  # fmt: skip
    latitude = models.DecimalField(
        _("latitude"), max_digits=7, decimal_places=4, null=True, blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)], help_text=_("Degrees north."),
    )  # fmt: skip
    mandate_kk = models.TextField(_("mandate in Kazakh"), blank=True)
    mandate_ru = models.TextField(_("mandate in Russian"), blank=True)
    mandate_en = models.TextField(_("mandate in English"), blank=True)
    source = models.ForeignKey(Source, verbose_name=_("source"), on_delete=models.PROTECT, null=True, blank=True)
    history = HistoricalRecords(m2m_fields=[host_countries])

    objects = MissionQuerySet.as_manager()

    class Meta:
        base_manager_name = "objects"
        verbose_name = _("mission")
        verbose_name_plural = _("missions")
        constraints = [
            *period_constraints("mission", _("A mission cannot end before it starts.")),
            models.CheckConstraint(
                name="mission_coordinates_are_on_earth",
                condition=Q(longitude__isnull=True, latitude__isnull=True)
                | Q(longitude__range=(-180, 180), latitude__range=(-90, 90)),
                violation_error_message=_("Give both coordinates, within 180 degrees east and 90 degrees north."),
            ),
        ]

    def __str__(self):
        return self.acronym

    def clean(self):
        super().clean()
        if left := self.deployments_left_outside():
            raise ValidationError({"end": left})

    def deployments_left_outside(self):
        """This will say how many deployments without a source this mission's dates leave outside its life, or ""."""
        bound = self.deployments.filter(source__isnull=True) if self.pk else ()
        count = sum(deployment.certainly_outside(self) for deployment in bound)
        if not count:
            return ""
        return ngettext(
            "%(count)s deployment without a source would lie outside this mission's life.",
            "%(count)s deployments without a source would lie outside this mission's life.",
            count,
        ) % {"count": count}

    def get_absolute_url(self):
        return path("mission", self.slug)

    @property
    def mandate(self):
        return in_language(self, "mandate")

    @property
    def is_un(self):
        return self.kind in self.UN_KINDS

    @property
    def regions(self):
        """The regions of its host countries, in the order of `Region`."""
        hosting = {country.region for country in self.host_countries.all()}
        return [region for region in Region if region in hosting]

    def state(self, day):
        """This will say how it stands on `day`: in_progress, ended, to_come, or undated.

        Of a mission without either day nobody can say that it goes on.
        """
        if self.end and self.end <= day:
            return "ended"
        if self.start and self.start > day:
            return "to_come"
        return "in_progress" if self.start or self.end else "undated"


class MissionAlias(models.Model):
    """Another acronym of the same mission, such as ONUCI for UNOCI."""

    acronym = models.CharField(_("acronym"), max_length=30, unique=True)
    mission = models.ForeignKey(Mission, verbose_name=_("mission"), on_delete=models.CASCADE, related_name="aliases")
    history = HistoricalRecords()

    objects = KeptQuerySet.as_manager()

    class Meta:
        base_manager_name = "objects"
        verbose_name = _("other acronym")
        verbose_name_plural = _("other acronyms")

    def __str__(self):
        return self.acronym
