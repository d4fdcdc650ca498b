import contextlib
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, no_translations
from django.utils import timezone
from tqdm import tqdm

from peacekeeping.backup import keys, making


class Command(BaseCommand):
    help = (
        "Writes database and files of one moment, of a folder or bucket, into one encrypted file while the site runs."
    )

    def add_arguments(self, parser):
        parser.add_argument("target", help="A new file, or a folder, in which the file's name says the moment.")
        parser.add_argument(
            "--to", action="append", metavar="AGE1...", help="A public key to encrypt to, in place of BACKUP_KEYS."
        )
        parser.add_argument(
            "--keep", type=int, metavar="N", help="Of a folder: delete all but the newest N afterwards."
        )
        parser.add_argument("--rows-only", action="store_true", help="Leave out all files: they are copied otherwise.")
        parser.add_argument("--without-reports", action="store_true", help="Leave out the prepared files of reports.")
        parser.add_argument("--with-renditions", action="store_true", help="Take in what make_renditions makes again.")

    @no_translations
    def handle(self, *, target, **options):
        if options["keep"] is not None and (options["keep"] < 1 or not Path(target).is_dir()):
            raise CommandError("--keep needs a folder and a number of at least 1.")
        with tqdm(unit=" rows", file=self.stderr, disable=None) as bar:
            try:
                made = making.make(
                    target, keys=keys.public(options["to"] or settings.BACKUP_KEYS), at=timezone.now(),
                    with_files=not options["rows_only"], with_reports=not options["without_reports"],
                    with_renditions=options["with_renditions"], tell=bar.update,
                )  # fmt: skip
            except (keys.NoKey, making.CannotBackUp) as error:
                raise CommandError(str(error)) from error
        self.stdout.write(f"{made.path}: {made.rows} rows, {made.files} files, {made.bytes} bytes.")
        for name in made.gone:
            self.stdout.write(f"Deleted while the backup was made, and not in it: {name}")
        if options["keep"]:
            with contextlib.suppress(FileNotFoundError):  # another backup tidies up too
                for path in making.forget_old(target, keep=options["keep"]):
                    self.stdout.write(f"Deleted: {path}")
        for name in made.lost:
            self.stderr.write(f"A row names a file that is not there: {name}")
        if made.lost:
            raise CommandError(f"The backup was made, but {len(made.lost)} files of the site are lost.", returncode=2)
