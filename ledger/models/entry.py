from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from ledger.models.parts import PartsIndex


class Entry(models.Model):
    """One line of the ledger: who did what to which row, and when. It holds ids, never names; nothing changes it."""

    at = models.DateTimeField(_("at"), db_index=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="entries",
        help_text=_("Empty when a command ran without a person's name."),
    )
    verb = models.CharField(_("verb"), max_length=40)
    noun = models.CharField(_("noun"), max_length=60, help_text=_("The model's label, such as articles.edition."))
    object_id = models.CharField(_("object"), max_length=40, blank=True)
    details = models.JSONField(_("details"), default=dict, blank=True)

    class Meta:
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger entries")
        indexes = [
            models.Index(fields=["noun", "object_id", "at"], name="entry_of_object"),
            models.Index(fields=["verb"], name="entry_by_verb"),  # which verbs there are
            PartsIndex(fields=["object_id"], name="entry_parts"),
        ]

    def __str__(self):
        return f"{self.verb} {self.noun} {self.object_id}"
