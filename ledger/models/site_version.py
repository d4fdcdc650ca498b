from django.db import models


class SiteVersion(models.Model):
    """One row that says which version of the public site holds now.

    Every change that the public could see raises it, as the last statement before commit. A cache that
    remembers a page also remembers this number, and asks.
    """

    number = models.PositiveBigIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="site_version_is_one_row",
                condition=models.Q(pk=1),
                violation_error_message="The site has one version row.",
            ),
        ]

    def __str__(self):
        return str(self.number)
