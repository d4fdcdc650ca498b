import contextlib
import json

from django.core.management.base import BaseCommand, CommandError, no_translations
from django.utils import timezone
from tqdm import tqdm

from ledger.models import User
from missions.models import ImportRun
from missions.un_data import apply, source

UN_FILES = [ImportRun.Kind.MISSIONS, ImportRun.Kind.CONTRIBUTIONS, ImportRun.Kind.FATALITIES]


class Command(BaseCommand):
    help = "Shows what a UN file (CSV, XLSX or JSON) would change in the record; with --apply, changes it."

    def add_arguments(self, parser):
        parser.add_argument("kind", choices=[str(kind) for kind in UN_FILES])
        parser.add_argument("file")
        parser.add_argument("--apply", action="store_true", help="Write the plan and note the import run.")
        parser.add_argument("--json", action="store_true", help="Print the plan as JSON.")
        parser.add_argument(
            "--create-missing",
            action="store_true",
            help="Add missions and countries that the record lacks instead of refusing their rows.",
        )
        parser.add_argument("--by", help="The user name of whoever answers for the import; history and ledger keep it.")
        parser.add_argument("--no-progress", action="store_true", help="Show no progress bar on a terminal.")

    @no_translations
    def handle(self, *, kind, file, **options):
        at = timezone.now()
        by = _person(options["by"])

        def watch(rows, of):
            # Without a terminal on the other side there is nobody to watch: None leaves the bar out then.
            hidden = True if options["no_progress"] else None
            return tqdm(rows, total=of.row_count, unit=" rows", file=self.stderr, disable=hidden)

        try:
            with contextlib.closing(
                apply.make_plan(kind, file, create_missing=options["create_missing"], watch=watch)
            ) as plan:
                # Whoever reads only the first lines (`| head`) still gets the plan applied that was asked for.
                with contextlib.suppress(BrokenPipeError):
                    self.show(plan, options)
                run = apply.apply(plan, by=by, at=at) if options["apply"] else None
        except (source.UnreadableFile, apply.CannotApply) as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            return
        if run:
            outcome = self.style.SUCCESS(f"Applied as import run {run.pk}.")
        elif options["apply"]:
            outcome = "The record says the same already: nothing was written."
        else:
            outcome = "Nothing was written. Add --apply to write this plan."
        with contextlib.suppress(BrokenPipeError):
            self.stdout.write(outcome)

    def show(self, plan, options):
        if options["json"]:
            self.stdout.write(json.dumps(plan.as_json(), ensure_ascii=False, indent=1, default=str))
            return
        for line in plan.as_text():
            self.stdout.write(line)


def _person(name):
    """This will return the user of that name, or None without one; who may not import cannot answer for it."""
    if not name:
        return None
    person = User.objects.filter(username=name, is_active=True).first()
    if person is None or not person.has_perm("missions.add_importrun"):
        raise CommandError(f"--by: there is no user {name} who may import.")
    return person
