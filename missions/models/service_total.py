from django.db import models


class Unsettled(models.Model):
    """A person or a deployment whose tours have changed since the totals below were counted; triggers write it."""

    PERSON, DEPLOYMENT = "person", "deployment"

    noun = models.CharField(max_length=10)
    which = models.BigIntegerField()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["noun", "which"], name="unsettled_is_marked_once")]

    def __str__(self):
        return f"{self.noun} {self.which}"


class TourTotal(models.Model):
    """How many tours of a deployment begin on a day: `possible` by their start, `certain` by its latest reading."""

    deployment_id = models.BigIntegerField()
    day = models.DateField()
    certain = models.IntegerField()
    possible = models.IntegerField()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["deployment_id", "day"], name="tour_total_is_kept_once")]

    def __str__(self):
        return f"{self.deployment_id} {self.day}"


class FirstTour(models.Model):
    """When a person's first tour in a UN mission began, in a contingent or as an individual (`kind`)."""

    person_id = models.BigIntegerField()
    mission_id = models.BigIntegerField()
    kind = models.CharField(max_length=10)
    certain = models.DateField()
    possible = models.DateField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["person_id", "mission_id", "kind"], name="first_tour_is_kept_once")
        ]

    def __str__(self):
        return f"{self.person_id} {self.mission_id}"


class PeopleTotal(models.Model):
    """How many people begin their first tour on a day: in a mission (0: in any of the UN), of a kind ("": of any)."""

    mission_id = models.BigIntegerField()
    kind = models.CharField(max_length=10, blank=True)
    day = models.DateField()
    certain = models.IntegerField()
    possible = models.IntegerField()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["mission_id", "kind", "day"], name="people_total_is_kept_once")]

    def __str__(self):
        return f"{self.mission_id} {self.kind} {self.day}"
