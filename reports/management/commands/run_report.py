import contextlib
import os
import sys
import tempfile
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, no_translations
from django.utils import timezone

from ledger.models import User
from reports import looking
from reports import run as runs
from reports.catalogue import REPORTS
from reports.forms import ReportForm, as_typed
from reports.forms.fields import DATES, LISTS
from reports.models import Format, ReportRun
from reports.rows import CannotWrite
from reports.writers import WRITERS

# The fields of the form in which the desk asks what the command takes by another name.
SAID_AS = {
    "person_search": "person", "on": "--on", "on_day": "--on", "known_on": "--known-on", "language": "--language",
    "purpose": "--purpose",
}  # fmt: skip
MEANINGS = {"start": "YYYY-MM-DD", "end": "YYYY-MM-DD", "person": "NUMBER"}


class Command(BaseCommand):
    help = "Takes a report out of the house into a file, with its row in the audit list. --list shows the reports."

    def add_arguments(self, parser):
        parser.add_argument("slug", nargs="?", help="Which report; --list shows them.")
        parser.add_argument("values", nargs="*", metavar="NAME=VALUE", help="Parameters; several values by commas.")
        parser.add_argument("--list", action="store_true", help="Show the reports and their parameters.")
        parser.add_argument("--format", choices=[str(format) for format in WRITERS], default="csv")
        parser.add_argument("--out", help="The file that is written; - for the standard output.")
        parser.add_argument("--on", default="", help="The day that is asked for (YYYY-MM-DD). Today, without it.")
        parser.add_argument("--known-on", default="", help="What was known at the end of that day, or at that moment.")
        parser.add_argument("--language", choices=[code for code, _name in settings.LANGUAGES],
                            default=settings.LANGUAGE_CODE)  # fmt: skip
        parser.add_argument("--purpose", default="", help="What personal data are taken for.")
        parser.add_argument("--by", help="The user name of whoever answers for it, and whose rights it has.")

    @no_translations
    def handle(self, *, slug, values, **options):
        if options["list"]:
            self.show()
            return
        if slug not in REPORTS:
            raise CommandError(
                f"There is no report {slug}; --list shows them." if slug else "Name a report, or --list."
            )
        if not options["out"]:
            raise CommandError("--out: name the file, or - for the standard output.")
        report, at, by = REPORTS[slug], timezone.now(), _person(options.pop("by"))
        form = _form(report, values, at=at, by=by, **options)
        asked_values, on, known_at = form.question()
        out = options["out"]
        if out != "-" and not Path(out).resolve().parent.is_dir():
            raise CommandError(f"--out: there is no folder {Path(out).resolve().parent}.")
        try:
            asked = runs.ask(report, asked_values, by=by, on=on, known_at=known_at, language=options["language"])
            if options["format"] == Format.PDF:
                looking.refuse_what_nobody_reads(report, asked, Format.PDF, looking.counted(report, asked))
            run = runs.open_run(
                report, asked, format=options["format"], by=by, at=at, purpose=options["purpose"],
                channel=ReportRun.Channel.COMMAND,
            )  # fmt: skip
            with contextlib.closing(runs.stream(run)) as chunks:
                _write(chunks, out)
        except (runs.CannotTake, CannotWrite) as refusal:
            raise CommandError(str(refusal)) from refusal
        except OSError as error:
            raise CommandError(f"--out: {error}") from error
        self.stderr.write(f"Run {run.pk}: {run.end.rows} rows, SHA-256 {run.end.sha256}")

    def show(self):
        for report in REPORTS.values():
            personal = " (personal data: --purpose)" if report.is_personal else ""
            self.stdout.write(f"{report.slug}: {report.title}{personal}")
            fields = ReportForm(report=report, at=timezone.now()).fields
            for name in _taken(report):
                choices = [str(key) for key, _label in getattr(fields[name], "choices", ()) if key not in ("", DATES)]
                needed = " (needed)" if name in report.needs else ""
                self.stdout.write(f"  {name}={_some(choices) if choices else MEANINGS.get(name, '...')}{needed}")


def _taken(report):
    """This will return the names of the parameters that the report takes, the words for periods among them."""
    return [*(["period"] if {"start", "end"} & set(report.takes) else []), *report.takes]


def _some(choices):
    return "|".join(choices[:8]) + (f"|... ({len(choices)})" if len(choices) > 8 else "")


def _person(name):
    if not name:
        return None
    person = User.objects.filter(username=name, is_active=True).first()
    if person is None:
        raise CommandError(f"--by: there is no user {name}.")
    return person


def _form(report, values, *, at, by, on, known_on, language, purpose, **others):
    """This will return the report's form, filled in and valid; a `CommandError` names the parameter that is wrong."""
    if by and not by.has_perm(report.permission):
        raise CommandError(f"--by: {by.username} may not take this report.")
    takes = _taken(report)
    kept = {"on": on}
    for text in values:
        name, equals, value = text.partition("=")
        if not equals or name not in takes:
            raise CommandError(f"{name}: the report takes {', '.join(takes) or 'no parameters'} as NAME=VALUE.")
        if name in LISTS:
            kept.setdefault(name, []).extend(value.split(","))
        else:
            kept[name] = value
    typed = {**as_typed(kept), "known_on": known_on, "language": language, "purpose": purpose}
    form = ReportForm(typed, report=report, at=at, by=by)
    if not form.is_valid():
        told = [f"{SAID_AS.get(field, field)}: {' '.join(errors)}" for field, errors in form.errors.items()]
        raise CommandError("\n".join(told))
    return form


def _write(chunks, out):
    """This will write the file whole or not at all: beside its place, and moved there at the end."""
    if out == "-":
        for chunk in chunks:
            sys.stdout.buffer.write(chunk)
        sys.stdout.buffer.flush()
        return
    place = Path(out).resolve()
    file = tempfile.NamedTemporaryFile(dir=place.parent, prefix=f".{place.name}.", delete=False)
    try:
        with file:
            for chunk in chunks:
                file.write(chunk)
        os.replace(file.name, place)
    except BaseException:
        Path(file.name).unlink(missing_ok=True)
        raise
