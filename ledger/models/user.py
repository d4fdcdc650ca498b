from django.contrib.auth.models import AbstractUser


class User(AbstractUser):
    """The house's own user. What each may do is the table of roles (`ledger.roles`); a new user may do nothing."""

    @property
    def full_name(self):
        return self.get_full_name() or self.username
