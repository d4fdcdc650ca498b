import getpass
import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, no_translations
from django.utils import timezone

from peacekeeping.backup import keys


class Command(BaseCommand):
    help = "Makes a pair of keys for backups: writes the secret one into a new file and prints the public one."

    def add_arguments(self, parser):
        parser.add_argument("file", help="A new file; keep it away from the machine that makes the backups.")
        parser.add_argument("--locked", action="store_true", help="Ask for a passphrase that locks the file.")
        parser.add_argument("--passphrase-file", help="Lock it with the passphrase in this file.")

    @no_translations
    def handle(self, *, file, **options):
        try:
            passphrase = _passphrase(options)
            public = keys.make(file, at=timezone.now(), passphrase=passphrase)
        except (keys.NoKey, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(public)


def _passphrase(options):
    if options["passphrase_file"]:
        given = Path(options["passphrase_file"]).read_text().rstrip("\r\n")
    elif not options["locked"]:
        return ""
    elif not sys.stdin.isatty():
        raise CommandError("There is no terminal to ask for a passphrase: name a --passphrase-file.")
    else:
        given = getpass.getpass("Passphrase: ")
        if given != getpass.getpass("The same once more: "):
            raise CommandError("The two passphrases differ.")
    if not given:
        raise CommandError("An empty passphrase locks nothing.")
    return given
