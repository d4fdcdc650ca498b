from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.models.edition import Edition


class AttachmentQuerySet(models.QuerySet):
    def public(self, at):
        """This will return the files of editions that the public may read at `at`."""
        return self.filter(edition__in=Edition.objects.published(at).order_by())


class Attachment(models.Model):
    """A file that readers of an edition can take with them. It lies in private storage; one view streams it."""

    edition = models.ForeignKey(
        Edition, verbose_name=_("edition"), on_delete=models.CASCADE, related_name="attachments"
    )
    title = models.CharField(_("title"), max_length=200, help_text=_("Shown under the story, in its language."))
    file = models.FileField(_("file"), upload_to="attachments/%Y/", max_length=250)
    kind = models.CharField(_("kind"), max_length=10, editable=False)
    size = models.PositiveBigIntegerField(_("size in bytes"), editable=False)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")

    def __str__(self):
        return self.title
