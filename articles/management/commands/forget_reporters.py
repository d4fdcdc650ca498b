from django.core.management.base import BaseCommand, no_translations
from django.utils import timezone

from articles import error_reports


class Command(BaseCommand):
    help = "Deletes the e-mail addresses of readers whose reports were settled long enough ago."

    @no_translations
    def handle(self, **options):
        self.stdout.write(f"{error_reports.forget(at=timezone.now())} addresses deleted.")
