from django.core.management.base import BaseCommand, no_translations

from peacekeeping import described
from peacekeeping.api import operations


class Command(BaseCommand):
    help = "Writes down what the page of the data says of the interface for programs, after the interface has changed."

    @no_translations
    def handle(self, **options):
        described.write(operations())
