import os

from django.core.management.base import BaseCommand, CommandError, no_translations
from django.utils import timezone
from tqdm import tqdm

from peacekeeping.backup import making, moving

NEW = "NEW_DATABASE_URL"


class Command(BaseCommand):
    help = (
        f"Moves all rows into the empty database that {NEW} names, of either kind. Stop the site and its worker before."
    )

    @no_translations
    def handle(self, **options):
        address = os.environ.get(NEW)
        if not address:
            raise CommandError(f"Set {NEW} to the address of an empty database, in the form of DATABASE_URL.")
        try:
            with tqdm(unit=" rows", file=self.stderr, disable=None) as bar:
                made = moving.move(address, at=timezone.now(), tell=bar.update)
        except (making.CannotBackUp, moving.CannotMove) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"Moved {made.rows} rows. Set DATABASE_URL to the new address and start the site; its files stay."
        )
