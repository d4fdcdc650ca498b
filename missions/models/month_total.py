from django.db import models


class UnsettledMonth(models.Model):
    """A month of a mission whose contributions have changed since the totals below were counted; triggers write it."""

    mission_id = models.BigIntegerField()
    month = models.DateField()
    measure = models.CharField(max_length=10)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["mission_id", "month", "measure"], name="unsettled_month_is_marked_once")
        ]

    def __str__(self):
        return f"{self.mission_id} {self.month}"


class MonthTotal(models.Model):
    """What the contributions known of a mission's month add up to, of those that one run brought.

    `one` and `other` are the least and the greatest id of their contributors; `unsaid` rows do not tell the women.
    """

    mission_id = models.BigIntegerField()
    month = models.DateField()
    measure = models.CharField(max_length=10)
    run_id = models.BigIntegerField()
    figures = models.IntegerField()
    one = models.BigIntegerField()
    other = models.BigIntegerField()
    whole = models.BigIntegerField()
    whole_women = models.BigIntegerField(null=True)
    unsaid = models.IntegerField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["mission_id", "measure", "month", "run_id"], name="month_total_is_kept_once"
            )
        ]

    def __str__(self):
        return f"{self.mission_id} {self.month}: {self.whole}"


class ContributorTotal(models.Model):
    """What a contributor had in all missions of the UN at the end of a month, as it is known now."""

    month = models.DateField()
    contributor_id = models.BigIntegerField()
    total = models.BigIntegerField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["month", "contributor_id"], name="contributor_total_is_kept_once")
        ]

    def __str__(self):
        return f"{self.contributor_id} {self.month}: {self.total}"
