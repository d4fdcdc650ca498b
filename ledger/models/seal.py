import hashlib
import json
from datetime import UTC

from django.db import models
from django.utils.translation import gettext_lazy as _


def moment_in_utc(at):
    """This will return a moment as text that is the same whatever database it comes from."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


class Seal(models.Model):
    """A batch of entries that is closed for ever: its checksum, chained to the seal before it.

    Which entries it covers is written out as ranges of ids. The ids that a range leaves out belong to nobody: their
    transactions were rolled back, or had not ended yet, and whatever comes of those is under a later, late seal.
    """

    number = models.PositiveBigIntegerField(_("number"), primary_key=True)
    at = models.DateTimeField(_("sealed at"))
    first = models.PositiveBigIntegerField(_("first entry"))
    last = models.PositiveBigIntegerField(_("last entry"))
    count = models.PositiveIntegerField(_("entries"))
    ranges = models.JSONField(_("ids of the entries"), help_text=_("Pairs: the first and the last id of each range."))
    is_late = models.BooleanField(
        _("late"), help_text=_("Its entries were committed after later ones had been sealed already.")
    )
    closed_up_to = models.PositiveBigIntegerField(
        _("closed up to entry"), help_text=_("No entry of the house comes below that id any more.")
    )
    entries_sha256 = models.CharField(_("checksum of the entries"), max_length=64)
    before = models.CharField(_("hash of the seal before"), max_length=64, blank=True, unique=True)
    sha256 = models.CharField(_("hash"), max_length=64, unique=True)

    class Meta:
        verbose_name = _("seal of the ledger")
        verbose_name_plural = _("seals of the ledger")
        constraints = [
            models.CheckConstraint(
                name="seal_covers_something",
                condition=models.Q(count__gte=1, first__lte=models.F("last")),
                violation_error_message=_("A seal covers at least one entry."),
            ),
        ]
        indexes = [models.Index(fields=["is_late", "last"], name="seal_of_entry")]

    def __str__(self):
        return f"{_('seal')} {self.number}"

    def hashed(self):
        """This will return the SHA-256 of everything that the seal says, the hash of the one before it included."""
        said = {
            "number": self.number, "at": moment_in_utc(self.at), "first": self.first, "last": self.last,
            "count": self.count, "ranges": self.ranges, "is_late": self.is_late, "closed_up_to": self.closed_up_to,
            "entries_sha256": self.entries_sha256, "before": self.before,
        }  # fmt: skip
        return hashlib.sha256(json.dumps(said, sort_keys=True, separators=(",", ":")).encode()).hexdigest()

    def is_well_formed(self):
        """This will say whether the ranges are rising pairs of ids that make up first, last and count."""
        ranges = self.ranges
        if not isinstance(ranges, list) or not all(
            isinstance(pair, list) and len(pair) == 2 and all(type(id) is int for id in pair) for pair in ranges
        ):
            return False
        ids = [id for pair in ranges for id in pair]
        return (
            ids == sorted(ids)
            and (ids[:1], ids[-1:]) == ([self.first], [self.last])
            and sum(last - first + 1 for first, last in ranges) == self.count
        )

    def covers(self, id):
        """This will say whether the entry of that id is under this seal."""
        return any(first <= id <= last for first, last in self.ranges)
