import json
from dataclasses import asdict

from django.core.management.base import BaseCommand, CommandError, no_translations

from ledger import sealing
from ledger.models.seal import moment_in_utc


class Command(BaseCommand):
    help = "Compare the ledger with its seals, and name what is under no seal yet. 1: something does not fit."

    def add_arguments(self, parser):
        parser.add_argument("--json", action="store_true", help="print JSON")
        parser.add_argument(
            "--expect", action="append", default=[], metavar="HASH",
            help="the hash of a seal, kept elsewhere, that must be in the chain; may be given more than once",
        )  # fmt: skip

    @no_translations
    def handle(self, **options):
        found = sealing.verify(expect=[text.strip().lower() for text in options["expect"]])
        if options["json"]:
            self.stdout.write(json.dumps(_as_json(found), indent=1))
        else:
            for line in _as_text(found):
                self.stdout.write(line)
        if found.breaks:
            raise CommandError(f"{len(found.breaks)} things do not fit.", returncode=1)


def _as_text(found):
    yield from (broken.sentence for broken in found.breaks)
    yield f"{found.entries} entries under {found.seals} seals"
    if newest := found.newest:
        yield f"The newest seal is {newest.number} of {moment_in_utc(newest.at)}, its hash {newest.sha256}"
    if not found.unsealed:
        yield "Nothing is unsealed."
        return
    first = found.first_unsealed
    late = f"; {found.late} of them came after later ones were sealed" if found.late else ""
    yield f"Unsealed: {found.unsealed} entries, from entry {first.pk} of {moment_in_utc(first.at)} on{late}"


def _as_json(found):
    newest, first = found.newest, found.first_unsealed
    return {
        "seals": found.seals,
        "entries": found.entries,
        "newest": newest and {"number": newest.number, "at": moment_in_utc(newest.at), "sha256": newest.sha256},
        "breaks": [asdict(broken) for broken in found.breaks],
        "unsealed": {
            "entries": found.unsealed, "late": found.late,
            "from": first and {"id": first.pk, "at": moment_in_utc(first.at)},
        },
    }  # fmt: skip
