import json

from django.core.management.base import BaseCommand, CommandError, no_translations
from django.utils import timezone

from missions.models import ImportRun
from missions.un_data import apply, source


class Command(BaseCommand):
    help = "Shows what a UN file would change in the record; with --apply, changes it."

    def add_arguments(self, parser):
        parser.add_argument("kind", choices=ImportRun.Kind.values)
        parser.add_argument("file")
        parser.add_argument("--apply", action="store_true", help="Write the plan and note the import run.")
        parser.add_argument("--json", action="store_true", help="Print the plan as JSON.")
        parser.add_argument(
            "--create-missing", action="store_true", help="Add missions that the record lacks instead of refusing."
        )

    @no_translations
    def handle(self, *, kind, file, **options):
        at = timezone.now()
        try:
            plan = apply.make_plan(kind, file, create_missing=options["create_missing"])
            run = apply.apply(plan, by=None, at=at) if options["apply"] else None
        except (source.UnreadableFile, apply.CannotApply) as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps(plan.as_json(), ensure_ascii=False, indent=1))
            return
        for line in plan.as_text():
            self.stdout.write(line)
        if run:
            self.stdout.write(self.style.SUCCESS(f"Applied as import run {run.pk}."))
        elif options["apply"]:
            self.stdout.write("The record says the same already: nothing was written.")
        else:
            self.stdout.write("Nothing was written. Add --apply to write this plan.")
