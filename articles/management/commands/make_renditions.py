from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from articles import photos, renditions
from articles.models import Photo


class Command(BaseCommand):
    help = (
        "Makes the renditions that are missing: of photos that came in while the site was stopped, or after a restore."
    )

    def handle(self, *args, **options):
        made, failed = 0, 0
        for photo in Photo.objects.exclude(original="").order_by("pk").iterator():
            if renditions.are_kept(photo):
                continue
            try:
                renditions.make(photo, at=timezone.now())
                made += 1
            except (photos.CannotTake, OSError) as error:
                failed += 1
                self.stderr.write(f"Photo {photo.pk}: {error}")
        self.stdout.write(f"{made} photos have their renditions now.")
        if failed:
            raise CommandError(f"{failed} photos could not be read.")
