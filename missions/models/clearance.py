from django.conf import settings
from django.db import models
from django.db.models import F, Q, Subquery
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from ledger.models.parts import PartsIndex
from missions.models.deployment import Deployment
from missions.models.kept import KeptQuerySet
from missions.models.person import Person
from missions.models.present import withheld_by
from missions.models.source import Source
from missions.models.tour import Tour


class ClearanceQuerySet(KeptQuerySet):
    def valid(self, at):
        """This will return the clearances that hold at the moment `at`, and still where `present` says so."""
        ended = withheld_by(at)
        return self.filter(Q(until__isnull=True) | Q(until__gt=ended), since__lte=at).exclude(revoked_at__lte=ended)

    def last_turns(self, rows, at):
        """This will tell of `rows` when a deployment's clearance last `began`, `ended` and was `revoked` up to `at`.

        The clock alone brings such a moment; no change of the record tells of it. A revocation is told of, but it bears
        the clock of the node that revokes, which may be ahead of this one's.
        """

        def last(moment):
            turned = self.filter(**{f"{moment}__lte": at}, deployment__isnull=False).order_by(f"-{moment}")
            return Subquery(turned.values(moment)[:1])

        return rows.annotate(began=last("since"), ended=last("until"), revoked=last("revoked_at"))


class Clearance(models.Model):
    """Which field of which record may be public, from when, until when, on whose word, and on what basis."""

    class Basis(models.TextChoices):
        CONSENT = "consent", _("consent of the person, or for the dead of the next of kin")
        OFFICIAL_RELEASE = "official_release", _("official release")
        UN_PUBLICATION = "un_publication", _("publication of the UN")

    class Coarseness(models.TextChoices):
        EXACT = "exact", _("as recorded")
        MONTH = "month", _("month instead of day")
        MISSION = "mission", _("mission instead of place")

    person = models.ForeignKey(
        Person, verbose_name=_("person"), on_delete=models.PROTECT, null=True, blank=True, related_name="clearances"
    )
    tour = models.ForeignKey(
        Tour, verbose_name=_("tour of duty"), on_delete=models.PROTECT, null=True, blank=True,
        related_name="clearances",
    )  # fmt: skip
    deployment = models.ForeignKey(
        Deployment, verbose_name=_("deployment"), on_delete=models.PROTECT, null=True, blank=True,
        related_name="clearances",
    )  # fmt: skip
    field = models.CharField(_("field"), max_length=40, help_text=_("One field of the record above, by its name."))
    coarseness = models.CharField(_("shown"), max_length=10, choices=Coarseness.choices, default=Coarseness.EXACT)
    basis = models.CharField(_("basis"), max_length=20, choices=Basis.choices)
    since = models.DateTimeField(_("from"))
    until = models.DateTimeField(_("until"), null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("on the word of"), on_delete=models.PROTECT, related_name="+"
    )
    second = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("and of"), on_delete=models.PROTECT, null=True, blank=True,
        related_name="+",
    )  # fmt: skip
    seconded_at = models.DateTimeField(_("second word given at"), null=True, blank=True)
    source = models.ForeignKey(Source, verbose_name=_("source"), on_delete=models.PROTECT, null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("revoked by"), on_delete=models.PROTECT, null=True, blank=True,
        related_name="+",
    )  # fmt: skip
    history = HistoricalRecords()

    objects = ClearanceQuerySet.as_manager()

    class Meta:
        base_manager_name = "objects"
        verbose_name = _("clearance")
        verbose_name_plural = _("clearances")
        permissions = [("clear_field", "Can clear a field of the record for the public")]
        constraints = [
            models.CheckConstraint(
                name="clearance_is_of_one_record",
                condition=Q(person__isnull=False, tour__isnull=True, deployment__isnull=True)
                | Q(person__isnull=True, tour__isnull=False, deployment__isnull=True)
                | Q(person__isnull=True, tour__isnull=True, deployment__isnull=False),
                violation_error_message=_("A clearance is of one person, one tour or one deployment."),
            ),
            models.CheckConstraint(
                name="clearance_of_a_name_is_by_consent",
                condition=~Q(field="name") | Q(basis="consent"),
                violation_error_message=_("A name can be cleared only with the consent of the person."),
            ),
            models.CheckConstraint(
                name="clearance_ends_after_it_starts",
                condition=Q(until__isnull=True) | Q(until__gt=F("since")),
                violation_error_message=_("A clearance cannot end before it starts."),
            ),
            models.CheckConstraint(
                name="clearance_is_revoked_by_someone",
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                violation_error_message=_("A revocation names its moment and the person who revoked."),
            ),
            models.CheckConstraint(
                name="clearance_needs_two_people_for_two_words",
                condition=Q(second__isnull=True) | ~Q(second=F("by")),
                violation_error_message=_("The second word must come from another person."),
            ),
        ]
        # The moments at which the clock alone changes what may be told: see `missions.clearance.turns`.
        indexes = [
            models.Index(fields=["since"], name="clearance_by_hour"),
            models.Index(fields=["until"], name="clearance_ending", condition=Q(until__isnull=False)),
            models.Index(fields=["revoked_at"], name="clearance_revoked", condition=Q(revoked_at__isnull=False)),
            PartsIndex(fields=["field"], name="clearance_parts"),
        ]

    def __str__(self):
        return f"{self.field} ({self.get_basis_display()})"

    @property
    def subject(self):
        """The person, tour or deployment whose field this is."""
        return self.person or self.tour or self.deployment
