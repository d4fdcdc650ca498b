from django.core.management.base import BaseCommand, no_translations
from django.utils import timezone

from ledger import sealing
from ledger.models import Seal


class Command(BaseCommand):
    help = "Seal the entries of the ledger that are under no seal yet, and print the hash of the newest seal."

    @no_translations
    def handle(self, **options):
        for made in sealing.seal(at=timezone.now()):
            late = ", late" if made.is_late else ""
            self.stdout.write(f"seal {made.number}: {made.count} entries, {made.first} to {made.last}{late}")
        newest = Seal.objects.order_by("-number").first()
        if newest is None:
            self.stdout.write("The ledger has no entry.")
        else:
            self.stdout.write(f"The newest seal is {newest.number}, its hash {newest.sha256}")
