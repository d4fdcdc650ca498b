from django.core.management.base import BaseCommand, CommandError, no_translations
from django.utils import timezone

from peacekeeping.demo import load


class Command(BaseCommand):
    help = "Loads the demonstration into an empty database; refuses one that holds other records."

    @no_translations
    def handle(self, **options):
        try:
            passwords = load.load(at=timezone.now())
        except load.NotOurs as error:
            raise CommandError(str(error)) from error
        if not passwords:
            self.stdout.write("The demonstration is loaded already; nothing was touched.")
        for username, password in passwords.items():
            self.stdout.write(f"{username:8} {password}")
