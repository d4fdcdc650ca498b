from django.db import models
from django.db.models import Q

from articles.models.edition import Edition
from ledger.marks import number_of_month
from missions.settled import settled


class StoryTotal(models.Model):
    """How many stories are in force at the moment of `Settled`: of a month in a language, or of a file of the sitemap.

    `shelf` is the language, with the month's number, or "" with the file's. What is stale is counted from the editions,
    see `articles.totals`; everything here can be counted again by `manage.py count_stories`.
    """

    STORIES_PER_FILE = 333  # articles; at most 999 addresses in three languages

    shelf = models.CharField(max_length=2, blank=True)
    number = models.IntegerField()
    stories = models.IntegerField(default=0)
    is_stale = models.BooleanField(default=True)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["shelf", "number"], name="story_total_is_kept_once")]
        indexes = [models.Index(fields=["shelf"], name="story_total_stale", condition=Q(is_stale=True))]

    def __str__(self):
        return f"{self.shelf or 'file'} {self.number}: {self.stories}"

    @classmethod
    def places_of(cls, editions):
        """This will return the (shelf, number) on which these editions count."""
        rows = list(editions.values_list("language", "day", "article_id"))
        months = {(language, number_of_month(day)) for language, day, _article in rows}
        return months | {("", article // cls.STORIES_PER_FILE) for _language, _day, article in rows}


class Settled(models.Model):
    """The moment as of which the stories' totals were counted: one row, or none before the first time."""

    at = models.DateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self):
        return str(self.at)

    @classmethod
    def turned_until(cls, at, since):
        """This will return the editions of the stories of which the clock alone changes something after `since`.

        A withdrawal is none of these: it holds from its own moment on, and a trigger has marked it.
        """
        return Edition.objects.filter(article__in=set(_turned(since=since, at=at)), approved_at__isnull=False)


@settled
def _turned(*, since, at):
    """The stories of which something begins or ends then."""
    turns = [
        Edition.objects.filter(**{f"{moment}__gt": since, f"{moment}__lte": at}).order_by().values("article")
        for moment in ("public_from", "public_until", "suppressed_at")  # each has an index of its own
    ]
    return turns[0].union(*turns[1:]).values_list("article", flat=True)
