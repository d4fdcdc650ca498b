from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ledger.models.entry import Entry


class ErasureQuerySet(models.QuerySet):
    def waiting(self):
        """This will return what was asked for and neither confirmed nor declined, the oldest first."""
        return self.filter(confirmed_at__isnull=True, declined_at__isnull=True).order_by("asked_at", "pk")

    def done(self):
        return self.filter(confirmed_at__isnull=False).order_by("confirmed_at", "pk")


class Erasure(models.Model):
    """Somebody is to be erased or anonymised: one person asks, another confirms, and it is done at once.

    It holds ids and never names, and stays for ever: a backup knows whom it must not bring back by it.
    """

    class Kind(models.TextChoices):
        ANONYMISE = "anonymise", _("anonymise: dates and missions stay for the figures")
        ERASE = "erase", _("erase: it was recorded by mistake")

    class Ground(models.TextChoices):
        OWN_REQUEST = "own_request", _("the person asked for it")
        AUTHORITY = "authority", _("a court or an authority ordered it")
        RETENTION = "retention", _("its time is over")
        MISTAKE = "mistake", _("it was recorded by mistake")
        REPEATED = "repeated", _("again, after a backup was restored")

    BY_ITSELF = (Ground.RETENTION, Ground.REPEATED)  # without two people's word

    noun = models.CharField(_("noun"), max_length=60, help_text=_("The model's label, such as missions.person."))
    object_id = models.BigIntegerField(_("object"))
    kind = models.CharField(_("what is done"), max_length=10, choices=Kind.choices)
    ground = models.CharField(_("on what ground"), max_length=12, choices=Ground.choices)
    reference = models.CharField(
        _("reference"), max_length=60, blank=True,
        help_text=_("The number of the letter or of the file. It is kept for ever: name nobody here."),
    )  # fmt: skip
    spared = models.JSONField(
        _("stories whose text stays"), default=list, blank=True,
        help_text=_("Ids of stories that an editor keeps in the archive as they were printed, out of public."),
    )  # fmt: skip
    known_since = models.DateTimeField(_("in the house since"), null=True)
    asked_at = models.DateTimeField(_("asked at"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("asked by"), on_delete=models.PROTECT, null=True, blank=True,
        related_name="+",
    )  # fmt: skip
    confirmed_at = models.DateTimeField(_("confirmed and done at"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("confirmed by"), on_delete=models.PROTECT, null=True, blank=True,
        related_name="+",
    )  # fmt: skip
    declined_at = models.DateTimeField(_("declined at"), null=True, blank=True)
    declined_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("declined by"), on_delete=models.PROTECT, null=True, blank=True,
        related_name="+",
    )  # fmt: skip
    changed = models.JSONField(_("rows changed"), default=dict, blank=True, help_text=_("How many of each noun."))
    leftovers = models.JSONField(
        _("files still to be deleted"), default=list, blank=True, help_text=_("They go once the change is committed.")
    )
    wiped_at = models.DateTimeField(_("database wiped at"), null=True, blank=True)

    objects = ErasureQuerySet.as_manager()

    class Meta:
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        constraints = [
            models.CheckConstraint(
                name="erasure_is_the_word_of_two_people",
                condition=Q(ground__in=["retention", "repeated"], asked_by__isnull=True, confirmed_by__isnull=True)
                | Q(asked_by__isnull=False, confirmed_at__isnull=True, confirmed_by__isnull=True)
                | Q(asked_by__isnull=False, confirmed_at__isnull=False, confirmed_by__isnull=False)
                & ~Q(confirmed_by=F("asked_by")),
                violation_error_message=_("One person asks for an erasure, another one confirms it."),
            ),
            models.CheckConstraint(
                name="erasure_is_confirmed_or_declined",
                condition=Q(confirmed_at__isnull=True) | Q(declined_at__isnull=True),
                violation_error_message=_("An erasure is confirmed or declined, not both."),
            ),
            models.CheckConstraint(
                name="erasure_as_a_whole_is_of_a_mistake",
                condition=~Q(kind="erase") | Q(ground__in=["mistake", "repeated"]),
                violation_error_message=_("Only what was recorded by mistake is erased whole."),
            ),
            models.UniqueConstraint(
                fields=["noun", "object_id"],
                condition=Q(confirmed_at__isnull=True, declined_at__isnull=True),
                name="erasure_waits_once",
                violation_error_message=_("This is asked for already."),
            ),
        ]

    def __str__(self):
        return f"{self.kind} {self.noun} {self.object_id}"


class Lifted(models.Model):
    """While this row stands, the rules that yield to an erasure are lifted, for the transaction that wrote it alone.

    No other transaction ever sees it: it bears a key that leads nowhere, so that the database commits no transaction
    in which it still stands.
    """

    NOWHERE = -1

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="+")
    never = models.ForeignKey("self", on_delete=models.DO_NOTHING, default=NOWHERE, related_name="+")

    class Meta:
        default_permissions = ()

    def __str__(self):
        return str(self.entry_id)
