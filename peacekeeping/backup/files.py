"""The files of an archive: those that rows name, those that wait in the house, and where each comes to lie again.

A file of the house is never rewritten in place. So what a row names is read as it was written, whenever that is; a file
that is gone by then was deleted after the moment of the rows, with the row's own name for it, or it was lost before.
"""

import os
import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from django.conf import settings

from articles import photo_intake
from missions import waiting_files
from peacekeeping.backup.members import BLOCK, FILE, Member
from peacekeeping.backup.sealing import Damaged

STAGE = ".restoring"
REPORTS = "reports/"


class InTheWay(Exception):
    """Another file lies where one of the archive belongs."""


def root():
    """This will return the folder in which the files of an archive lie."""
    return Path(settings.MEDIA_ROOT)


@dataclass
class Reading:
    """Reads files into members and counts them; `gone` and `lost` hold the names of those that are not there."""

    number: int = 0
    bytes: int = 0
    gone: list = field(default_factory=list)
    lost: list = field(default_factory=list)

    def named(self, names, is_named):
        """This will yield the files with these names in MEDIA_ROOT. `is_named` says whether a row names one now."""
        for name in names:
            try:
                file = (root() / _plain(name)).open("rb")
            except (FileNotFoundError, NotADirectoryError):
                (self.lost if is_named(name) else self.gone).append(name)
                continue
            with file:
                yield self._member(f"media/{name}", file, file)

    def lying(self, folder):
        """This will yield the files in a folder that no row names. One may grow meanwhile: a copy is taken first."""
        for path in sorted(path for path in (root() / folder).rglob("*") if path.is_file() and not path.is_symlink()):
            name = path.relative_to(root())
            if STAGE in name.parts:
                continue
            with tempfile.TemporaryFile() as copy:
                try:
                    with path.open("rb") as file:
                        shutil.copyfileobj(file, copy)
                        times = os.fstat(file.fileno())
                except FileNotFoundError:
                    continue  # taken over by somebody in this moment
                copy.seek(0)
                yield self._member(f"media/{name.as_posix()}", copy, copy, times)

    def _member(self, name, file, sized, times=None):
        size = os.fstat(sized.fileno()).st_size
        times = times or os.fstat(file.fileno())
        self.number += 1
        self.bytes += size
        return Member(name, size, file, modified=int(times.st_mtime))


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
    """This will return the path in MEDIA_ROOT of a member that is a file, or None for any other.

    Raises `Damaged` where its name leads out of that folder.
    """
    match = FILE.fullmatch(member_name)
    return match and _plain(match[1])


class Staged:
    """Files that are written beside their places and moved there together, or not at all."""

    def __init__(self):
        self.root, self.ready, self.moved = root(), {}, []

    def __enter__(self):
        self._clear()  # left by a restore that was killed
        return self

    def __exit__(self, error_type, error, trace):
        if error_type:
            for target in self.moved:
                target.unlink(missing_ok=True)
        self._clear()

    def _clear(self):
        shutil.rmtree(self.root / STAGE, ignore_errors=True)

    def take(self, member):
        """This will write the file beside its place. Raises `InTheWay` where another one lies there."""
        if settings.MEDIA_STORAGE:
            raise InTheWay("The files of this site lie in a bucket. Restore into a MEDIA_ROOT, and move them there.")
        target = self.root / place_of(member.name)
        if not target.parent.resolve().is_relative_to(self.root.resolve()) or target.is_symlink():
            raise InTheWay(f"A link leads from {target} out of its folder.")
        stage = self.root / STAGE / f"{len(self.ready)}"
        stage.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with stage.open("xb") as file:
            os.fchmod(file.fileno(), 0o600)
            for block in member.blocks():
                file.write(block)
            file.flush()
            os.fsync(file.fileno())
        os.utime(stage, (member.modified, member.modified))
        if target.exists() and not _same(stage, target):
            raise InTheWay(f"Another file lies at {target}. Restore into an empty MEDIA_ROOT.")
        if target in self.ready:
            raise Damaged(f"{member.name} is in the archive twice.")
        self.ready[target] = stage

    def move(self):
        """This will move all of them to their places."""
        for target, stage in self.ready.items():
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not target.exists():
                stage.rename(target)
                self.moved.append(target)


def _same(one, other):
    if not other.is_file() or one.stat().st_size != other.stat().st_size:
        return False
    with one.open("rb") as left, other.open("rb") as right:
        while block := left.read(BLOCK):
            if block != right.read(BLOCK):
                return False
    return True
