from django.core.management.base import BaseCommand, no_translations
from django.utils import timezone

from ledger import erasures


class Command(BaseCommand):
    help = (
        "After a backup was restored: erases again whom the list of the erased names and the backup brought back. "
        "Run it before the site is opened."
    )

    def add_arguments(self, parser):
        parser.add_argument("list", nargs="?", help="the list, if not the one that ERASED_LIST names")

    @no_translations
    def handle(self, *, list=None, **options):
        at = timezone.now()
        done, left = erasures.again(at=at, path=list)
        for erasure in done:
            self.stdout.write(f"{erasure.kind}: {erasure.noun} {erasure.object_id}")
        for line in left:
            self.stdout.write(f"left alone: {line['noun']} {line['id']} is somebody else by now")
        erasures.wipe(at=at)
        self.stdout.write(f"{len(done)} erased again.")
