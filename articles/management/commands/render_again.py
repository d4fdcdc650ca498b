from django.core.management.base import BaseCommand, no_translations
from django.db import transaction
from django.utils import timezone

from articles import publishing
from articles.models import Edition
from articles.signals import articles_changed

AT_ONCE = 200  # editions in one transaction: nobody waits long for it


class Command(BaseCommand):
    help = "Builds the page of every approved edition anew, as this version of the site sets cards and photos."

    @no_translations
    def handle(self, **options):
        approved = Edition.objects.filter(approved_at__isnull=False).order_by("pk").values_list("pk", flat=True)
        ids = list(approved)
        for start in range(0, len(ids), AT_ONCE):
            with transaction.atomic():
                publishing.render_again(ids[start : start + AT_ONCE])
                articles_changed.send(sender=Edition, at=timezone.now(), by=None)
        self.stdout.write(f"{len(ids)} editions built anew.")
