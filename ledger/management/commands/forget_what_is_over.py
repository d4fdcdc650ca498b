from django.core.management.base import BaseCommand, CommandError, no_translations
from django.utils import timezone

from ledger import retention


class Command(BaseCommand):
    help = "Removes whatever is kept for a time only and whose time is over, and says how much of what that was."

    @no_translations
    def handle(self, **options):
        try:
            counts = retention.run(at=timezone.now())
        except retention.NotAllWasForgotten as failure:
            raise CommandError(f"Not all was forgotten, the log says why: {failure}.") from failure
        for name, count in counts.items():
            self.stdout.write(f"{count:>6}  {retention.TERMS[name].label}")
