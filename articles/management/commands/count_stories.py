"""Counts the stories of months and of the sitemap's files again, or says where what is kept is wrong."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from articles import totals


class Command(BaseCommand):
    help = "Count the stories of each month and of the sitemap's files again; with --check only compare."

    def add_arguments(self, parser):
        parser.add_argument("--check", action="store_true", help="compare, change nothing, fail where one is wrong")

    def handle(self, **options):
        at = timezone.now()
        if not options["check"]:
            totals.count_again(at=at)
            return
        wrong = totals.wrong(at=at)
        for shelf, number, kept, true in wrong:
            self.stdout.write(f"{shelf or 'file'} {number}: kept {kept}, true {true}")
        if wrong:
            raise CommandError(f"{len(wrong)} totals are wrong: run count_stories.")
