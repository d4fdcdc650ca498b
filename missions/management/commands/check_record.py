import json

from django.core.management.base import BaseCommand, no_translations

from missions import checks


class Command(BaseCommand):
    help = "Lists what looks suspicious in the record, with reasons; accepted things are only counted."

    def add_arguments(self, parser):
        parser.add_argument("--json", action="store_true", help="Print JSON, accepted things included.")

    @no_translations
    def handle(self, **options):
        waiting, settled = checks.find()
        if options["json"]:
            found = [_as_json(suspicion) for suspicion in waiting]
            found += [{**_as_json(suspicion), "accepted": acceptance.reason} for suspicion, acceptance in settled]
            self.stdout.write(json.dumps(found, ensure_ascii=False, indent=1))
            return
        for suspicion in waiting:
            self.stdout.write(f"{suspicion.check}: {suspicion.subject}: {suspicion.reason}")
        self.stdout.write(f"{len(waiting)} suspicious, {len(settled)} accepted")


def _as_json(suspicion):
    return {"check": suspicion.check, "subject": str(suspicion.subject), "reason": suspicion.reason}
