"""The files of an archive: those that rows name, those that wait in the house, and which names they may have.

A file of the house is never rewritten in place. So what a row names is read as it was written, whenever that is; a file
that is gone by then was deleted after the moment of the rows, with the row's own name for it, or it was lost before.
"""

import contextlib
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from django.conf import settings
from django.core.files.storage import default_storage

from articles import photo_intake
from missions import waiting_files
from peacekeeping.backup.members import FILE, Member
from peacekeeping.backup.sealing import Damaged

STAGE = ".restoring"  # no file of the house lies in this folder
REPORTS = "reports/"


@dataclass
class Reading:
    """Reads files into members and counts them; `gone` and `lost` hold the names of those that are not there."""

    number: int = 0
    bytes: int = 0
    gone: list = field(default_factory=list)
    lost: list = field(default_factory=list)

    def named(self, names, is_named):
        """This will yield the files with these names. `is_named` says whether a row names one now."""
        return self._members(names, lambda name: (self.lost if is_named(name) else self.gone).append(name))

    def lying(self, folder):
        """This will yield the files in a folder that no row names. Who took one over in this moment has it."""
        return self._members(default_storage.files_under(folder), lambda name: None)

    def _members(self, names, miss):
        for name in names:
            with contextlib.ExitStack() as stack:
                try:
                    file = stack.enter_context(default_storage.open(str(_plain(name))))
                    file.read(0)  # a bucket gives all of a file that is deleted once this has begun
                    size, modified = file.size, default_storage.get_modified_time(name)
                except (FileNotFoundError, NotADirectoryError):
                    miss(name)
                    continue
                self.number += 1
                self.bytes += size
                yield Member(f"media/{name}", size, file, modified=int(modified.timestamp()))


def waiting(reading):
    """This will yield what waits for somebody's next step: pictures without a credit, files to be imported."""
    yield from reading.lying(photo_intake.ROOM)
    yield from reading.lying(waiting_files.ROOM)


def renditions(reading):
    """This will yield what can be made again."""
    yield from reading.lying(settings.IMAGEKIT_CACHEFILE_DIR)


def _plain(name):
    """This will return a relative path that leads nowhere else. Raises `Damaged` for any other name."""
    path = PurePosixPath(name)
    is_plain = name and not path.is_absolute() and "\\" not in name and "\0" not in name
    if not is_plain or str(path) != name or ".." in path.parts or path.parts[0] == STAGE:
        raise Damaged(f"No file of the house has the name {name!r}.")
    return path


def place_of(member_name):
    """This will return the path in the storage of a member that is a file, or None for any other.

    Raises `Damaged` where its name leads out of that folder.
    """
    match = FILE.fullmatch(member_name)
    return match and _plain(match[1])
