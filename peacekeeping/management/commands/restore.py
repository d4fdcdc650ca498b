import getpass
import sys
from pathlib import Path

from django.core.files.storage import default_storage
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, no_translations
from django.db import DatabaseError, connection
from tqdm import tqdm

from peacekeeping.backup import keys, loading, placing, restoring, sealing, verifying

REFUSALS = (
    keys.NoKey, sealing.Damaged, sealing.WrongKey, verifying.OtherVersion, placing.InTheWay, loading.CannotLoad,
    restoring.CannotRestore, DatabaseError,
)  # fmt: skip


class Command(BaseCommand):
    help = (
        "Fills an empty site, its database and its folder or bucket of files, from a backup that is verified to its "
        "end first; with --verify-only writes nothing."
    )

    def add_arguments(self, parser):
        parser.add_argument("file")
        parser.add_argument(
            "--key", required=True, help="The file with the secret key; - reads it from standard input."
        )
        parser.add_argument(
            "--passphrase-file", help="The file with the passphrase of a locked key; else it is asked for."
        )
        parser.add_argument(
            "--verify-only", action="store_true", help="Say whether the backup is whole, and write nothing."
        )

    @no_translations
    def handle(self, *, file, key, **options):
        try:
            secrets = _secrets(key, options["passphrase_file"])
            with tqdm(unit=" rows", file=self.stderr, disable=None) as bar:
                if options["verify_only"]:
                    archive = verifying.verify(file, secrets, tell=bar.update)
                else:
                    archive = restoring.restore(file, secrets, tell=bar.update)
        except REFUSALS as error:
            raise CommandError(str(error)) from error
        except default_storage.failures as error:
            said, place = getattr(error, "strerror", None) or error, getattr(error, "filename", None) or ""
            raise CommandError(f"Nothing was restored: {said} {place}".strip()) from error
        self._tell(archive)
        if options["verify_only"]:
            try:
                verifying.check_fits(archive, connection)
            except verifying.OtherVersion as error:
                self.stdout.write(f"It is whole, but not for this code. {error}")
            return
        self._check()

    def _tell(self, archive):
        head = archive.head
        self.stdout.write(
            f"Whole: {sum(archive.rows.values())} rows and {archive.files} files of {head['made_at']}, "
            f"from {head['engine']}, code version {head['code_version'] or 'unknown'}."
        )
        for name in archive.manifest["files"]["lost"]:
            self.stdout.write(f"Lost already when the backup was made: {name}")
        for name in archive.manifest["files"]["gone"]:
            self.stdout.write(f"Deleted while the backup was made: {name}")

    def _check(self):
        """What was restored is what was backed up, with its faults: they are named, and nothing is taken back."""
        call_command("check", databases=["default"], stdout=self.stdout, stderr=self.stderr)
        for command in ("count_stories", "count_record"):
            try:
                call_command(command, check=True, stdout=self.stdout)
            except CommandError as error:
                self.stderr.write(f"{error} It was so when the backup was made.")
        self.stdout.write("Restored. Now run make_renditions, and restart the site's processes and its worker.")


def _secrets(key, passphrase_file):
    content = sys.stdin.buffer.read() if key == "-" else Path(key).read_bytes()
    if passphrase_file:
        return keys.secret(content, Path(passphrase_file).read_text().rstrip("\r\n"))
    try:
        return keys.secret(content)
    except keys.Locked:
        if not sys.stdin.isatty():
            raise
        return keys.secret(content, getpass.getpass("Passphrase of the key: "))
