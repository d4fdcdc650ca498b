from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Acceptance(models.Model):
    """A suspicious thing in the record that someone looked at and accepted; it holds until the data change."""

    check_name = models.CharField(_("check"), max_length=60)
    subject = models.CharField(_("subject"), max_length=200)
    fingerprint = models.CharField(_("fingerprint of the data"), max_length=64)
    reason = models.TextField(_("reason"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("acceptance")
        verbose_name_plural = _("acceptances")
        constraints = [
            models.UniqueConstraint(
                fields=["check_name", "subject", "fingerprint"],
                name="acceptance_is_given_once",
                violation_error_message=_("This was accepted already."),
            ),
            models.CheckConstraint(
                name="acceptance_has_a_reason",
                condition=~models.Q(reason=""),
                violation_error_message=_("Say why this is accepted."),
            ),
        ]

    def __str__(self):
        return f"{self.check_name}: {self.subject}"
