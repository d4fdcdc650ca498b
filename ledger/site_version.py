"""The site's version: `current` reads it, `raise_version` is the last statement of a change the public could see."""

from django.db.models import F

from ledger.models import SiteVersion


def current():
    """This will return the number of the site's present version."""
    return SiteVersion.objects.values_list("number", flat=True).filter(pk=1).first() or 1


def raise_version():
    """This will raise the version by one, inside the caller's transaction."""
    if not SiteVersion.objects.filter(pk=1).update(number=F("number") + 1):
        SiteVersion.objects.get_or_create(pk=1, defaults={"number": 2})
