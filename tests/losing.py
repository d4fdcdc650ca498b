"""Ways in which somebody loses what they may do on the desk."""

from ledger.models import User


def lose_the_role(user):
    user.groups.clear()


def leave_the_desk(user):
    User.objects.filter(pk=user.pk).update(is_staff=False)


def lose_the_account(user):
    User.objects.filter(pk=user.pk).update(is_active=False)


LOSSES = [lose_the_role, leave_the_desk, lose_the_account]
