"""Counts again the totals of tours, people and the UN's months, or says where what is kept is wrong."""

from django.core.management.base import BaseCommand, CommandError

from missions import month_totals, service_totals


class Command(BaseCommand):
    help = "Count the record's totals again (tours, people, months); with --check only compare."

    def add_arguments(self, parser):
        parser.add_argument("--check", action="store_true", help="compare, change nothing, fail where one is wrong")

    def handle(self, **options):
        if not options["check"]:
            service_totals.count_again()
            month_totals.count_again()
            return
        wrong = [*service_totals.wrong(), *month_totals.wrong()]
        for total in wrong:
            self.stdout.write(total)
        if wrong:
            raise CommandError(f"{len(wrong)} totals are wrong: run count_record.")
