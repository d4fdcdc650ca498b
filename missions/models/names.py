from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class NamedInThree(models.Model):
    """An abstract noun with a name in each language of the site; English is the one that must be there."""

    name_kk = models.CharField(_("name in Kazakh"), max_length=250, blank=True)
    name_ru = models.CharField(_("name in Russian"), max_length=250, blank=True)
    name_en = models.CharField(_("name in English"), max_length=250)

    class Meta:
        abstract = True

    def __str__(self):
        return self.name

    @property
    def name(self):
        return in_language(self, "name")


def in_language(row, field):
    """This will return `row.<field>_<language>` for the active language, or the first of en, ru, kk that is there."""
    if written := getattr(row, f"{field}_{get_language() or 'en'}", ""):
        return written
    return next((text for language in ("en", "ru", "kk") if (text := getattr(row, f"{field}_{language}", ""))), "")
