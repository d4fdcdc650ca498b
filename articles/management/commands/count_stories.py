"""Counts the stories of months and of the sitemap's files again and looks at every translation, or compares."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from articles import following, totals


class Command(BaseCommand):
    help = (
        "Count the stories of each month and of the sitemap's files again, and find the translations whose source "
        "moved on; with --check only compare."
    )

    def add_arguments(self, parser):
        parser.add_argument("--check", action="store_true", help="compare, change nothing, fail where one is wrong")

    def handle(self, **options):
        at = timezone.now()
        if not options["check"]:
            totals.count_again(at=at)
            following.follow_again()
            return
        wrong = [(f"{shelf or 'file'} {number}", kept, true) for shelf, number, kept, true in totals.wrong(at=at)]
        wrong += following.wrong()
        for what, kept, true in wrong:
            self.stdout.write(f"{what}: kept {kept}, true {true}")
        if wrong:
            raise CommandError(f"{len(wrong)} totals are wrong: run count_stories.")
