"""Rows that carry their own history: what this house knew, from when and until when."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from missions.models.import_run import ImportRun


class VintageQuerySet(models.QuerySet):
    def known(self, at=None):
        """This will return the rows as this house knew them at the moment `at`; without it, as it knows them now."""
        if at is None:
            return self.filter(known_until__isnull=True)
        return self.filter(Q(known_until__isnull=True) | Q(known_until__gt=at), known_from__lte=at)

    def close(self, ids, at):
        """This will say of the rows `ids` that they are known no longer from the moment `at`."""
        for start in range(0, len(ids), 500):
            self.filter(pk__in=ids[start : start + 500]).update(known_until=at)


class Vintage(models.Model):
    """An abstract row of a UN file. A correction closes the old row and adds a new one; nothing is overwritten.

    The foreign keys of its children are not constrained in the database (each costs more than the row itself
    in a large import); the plan resolves and locks the parents, and `check_record` looks for orphans.
    """

    run = models.ForeignKey(
        ImportRun, verbose_name=_("import run"), on_delete=models.PROTECT, db_constraint=False, db_index=False,
        related_name="+",
    )  # fmt: skip
    known_from = models.DateTimeField(_("known from"))
    known_until = models.DateTimeField(_("known until"), null=True, blank=True)

    objects = VintageQuerySet.as_manager()

    class Meta:
        abstract = True


def corrected_index(noun):
    """This will return the index of the few rows that were corrected: whether any was since, must be known at once."""
    return models.Index(
        fields=["known_until"], name=f"{noun}_corrected", condition=Q(known_until__isnull=False)
    )  # fmt: skip


def vintage_constraint(noun):
    return models.CheckConstraint(
        name=f"{noun}_is_known_forwards",
        condition=Q(known_until__isnull=True) | Q(known_until__gt=F("known_from")),
        violation_error_message=_("A row cannot be forgotten before it was known."),
    )
