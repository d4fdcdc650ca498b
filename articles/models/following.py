from django.db import models
from django.db.models import Q

from articles.models.edition import Edition


class Following(models.Model):
    """Whether a translation still says what its source says, one row for each: what `with_source` would tell of it.

    A trigger keeps it in the transaction of every change of the story's editions (`articles.database_rules`), so that
    nobody compares the texts of the whole archive to find the few that wait.
    """

    edition = models.OneToOneField(Edition, models.CASCADE, primary_key=True, related_name="following")
    is_stale = models.BooleanField()  # the source moved on
    waits = models.BooleanField()  # it did, and this is the newest edition in its language, and not withdrawn

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(fields=["-edition"], name="following_waits", condition=Q(waits=True)),
            models.Index(fields=["-edition"], name="following_stale", condition=Q(is_stale=True)),
        ]

    def __str__(self):
        return f"{self.edition_id}: {'stale' if self.is_stale else 'current'}"
