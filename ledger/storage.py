"""Where files lie, whole or not at all, under names that every disk takes: its 255 bytes may be sixty letters."""

import errno
import os
import secrets
from contextlib import suppress
from datetime import timedelta
from pathlib import Path, PurePath

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import FileSystemStorage, default_storage
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.db import OperationalError
from django.utils._os import safe_makedirs
from django.utils.text import get_valid_filename

from ledger.refusals import code_of

PARTS = "parts"  # the folder in which a file grows
LIFE = timedelta(days=1)  # of one that no longer does: its process was killed
FULL = (13, "53100")  # as SQLite and PostgreSQL say it
MOST_BYTES = 120  # room is left for what a folder, a checksum or the storage put beside it


def name_of(text, *, otherwise="file"):
    """This will return the end of a file's own name, which says its kind, or `otherwise` for none."""
    try:
        name = get_valid_filename(PurePath(text).name)
    except SuspiciousFileOperation:
        return otherwise
    return name.encode()[-MOST_BYTES:].decode(errors="ignore")


def is_full(error):
    """This will say whether `error` came of a disk without room, or of a share of one that is used up.

    Databases sort on disks too, of their own or ours, and say so in words of theirs.
    """
    if isinstance(error, OperationalError):
        return code_of(error) in FULL
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)


class Incoming(TemporaryFileUploadHandler):
    """Takes in a large file on the disk; where that has no room, nothing of the file stays there."""

    def receive_data_chunk(self, raw_data, start):
        try:
            super().receive_data_chunk(raw_data, start)
        except OSError:
            self.file.close()
            raise


class HouseStorage(FileSystemStorage):
    """A folder in which a file has its name when all of it is there: a full disk or a killed process leaves no half."""

    failures = (OSError,)  # what its methods raise where it takes or gives nothing

    def get_valid_name(self, name):
        return name_of(name)

    def _save(self, name, content):
        part = f"{PARTS}/{secrets.token_hex(16)}"
        try:
            super()._save(part, content)
            while True:
                try:
                    safe_makedirs(
                        os.path.dirname(self.path(name)), self.directory_permissions_mode or 0o777, exist_ok=True
                    )
                    os.link(self.path(part), self.path(name))
                except FileExistsError:
                    name = self.get_available_name(name)
                else:
                    return name
        finally:
            self.delete(part)

    def files_under(self, folder):
        """This will yield the name of each file in a folder ("" for all) and in those within it, and of no link."""
        for path, folders, names in os.walk(self.path(folder)):
            folders.sort()
            for file in (Path(path, name) for name in sorted(names)):
                if file.is_file() and not file.is_symlink():
                    yield file.relative_to(self.location).as_posix()

    def forget_parts(self, *, at):
        """This will remove what killed processes have begun to write, and return how many files that were."""
        count = 0
        with suppress(FileNotFoundError):
            for name in self.listdir(PARTS)[1]:
                if at - self.get_modified_time(f"{PARTS}/{name}") > LIFE:
                    self.delete(f"{PARTS}/{name}")
                    count += 1
        return count


def forget_parts(*, at):
    """This will do so where files lie in a folder; a bucket takes no halves."""
    return default_storage.forget_parts(at=at) if isinstance(default_storage, HouseStorage) else 0
