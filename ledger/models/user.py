from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """The house's own user. What each may do is the table of roles (`ledger.roles`); a new user may do nothing."""

    language = models.CharField(
        _("language"), max_length=2, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE,
        help_text=_("E-mail from the house comes in this language."),
    )  # fmt: skip

    def has_perm(self, perm, obj=None):
        """This will say whether the person may do what `perm` names. Who is not of the desk any more may do nothing."""
        return self.is_staff and super().has_perm(perm, obj)

    def has_module_perms(self, app_label):
        return self.is_staff and super().has_module_perms(app_label)

    def __str__(self):
        """A person's name, as it stands in every list of who did what."""
        return self.full_name

    @property
    def full_name(self):
        return self.get_full_name() or self.username
