from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from ledger import factors
from ledger.models import User


class Command(BaseCommand):
    help = "Takes the second factor of somebody who lost it, and ends their sessions. They set up another one."

    def add_arguments(self, parser):
        parser.add_argument("username")

    def handle(self, *, username, **options):
        user = User.objects.filter(username=username).first()
        if user is None:
            raise CommandError(f"There is no user {username}.")
        try:
            factors.take_away(user, by=None, at=timezone.now())
        except factors.CannotTakeAway as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{username} sets up another second factor at the next sign-in.")
