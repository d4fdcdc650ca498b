"""Puts the files of an archive where those of the site lie, in its folder or in its bucket: all of them, or none."""

import json
import logging
import os
import shutil
import tempfile
from pathlib import Path

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from ledger.storage import HouseStorage
from peacekeeping.backup import files
from peacekeeping.backup.members import BLOCK
from peacekeeping.backup.sealing import Damaged

NOTE = f"{files.STAGE}/names"
logger = logging.getLogger(__name__)


class InTheWay(Exception):
    """Another file lies where one of the archive belongs."""


def place():
    """This will return what puts files where those of this site lie.

    It is told of each file that it may `expect`; `begin` is called where nobody else restores, `take` with each file,
    `complete` as the last thing before the commit.
    """
    return InFolder() if isinstance(default_storage, HouseStorage) else InBucket()


class InFolder:
    """Files that are written beside their places and moved there together, or not at all."""

    def __init__(self):
        self.root, self.ready, self.moved, self.has_begun = Path(settings.MEDIA_ROOT), {}, [], False

    def __enter__(self):
        return self

    def __exit__(self, error_type, error, trace):
        if error_type:
            for target in self.moved:
                target.unlink(missing_ok=True)
        if self.has_begun:
            self._clear()

    def expect(self, member):
        """One by one, `take` says whether something lies in its way."""

    def begin(self):
        """This will clear what a restore that was killed has left."""
        self.has_begun = True
        self._clear()

    def _clear(self):
        shutil.rmtree(self.root / files.STAGE, ignore_errors=True)

    def take(self, member):
        """This will write the file beside its place. Raises `InTheWay` where another one lies there."""
        target = self.root / files.place_of(member.name)
        if not target.parent.resolve().is_relative_to(self.root.resolve()) or target.is_symlink():
            raise InTheWay(f"A link leads from {target} out of its folder.")
        stage = self.root / files.STAGE / f"{len(self.ready)}"
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

    def complete(self):
        """This will move all of them to their places."""
        for target, stage in self.ready.items():
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not target.exists():
                stage.rename(target)
                self.moved.append(target)


class InBucket:
    """Files that are put into their places at once, and deleted again where the restore breaks off.

    A bucket renames nothing. So a note lies there from before the first file until after the commit and names them all:
    where it is found, a restore was killed, and the next one deletes what it names. What it does not name is somebody
    else's, and nothing is written or deleted then.
    """

    def __init__(self):
        self.names, self.put, self.has_begun = {}, {}, False

    def __enter__(self):
        return self

    def __exit__(self, error_type, error, trace):
        if not self.has_begun:
            return
        try:
            if error_type:
                self._delete(self.put.values())
            default_storage.delete(NOTE)  # last: what could not be deleted is named until it is
        except default_storage.failures as failure:
            still = "what was put into it, which the next restore deletes" if error_type else f"{NOTE}: delete it"
            logger.warning("In the bucket still lies %s (%s).", still, failure)

    def expect(self, member):
        """This will note the name. Raises `InTheWay` at the first one where the bucket is not empty."""
        if not self.names:
            self._left()
        name = str(files.place_of(member.name))
        if name in self.names:
            raise Damaged(f"{member.name} is in the archive twice.")
        self.names[name] = None

    def begin(self):
        """This will delete what a restore that was killed has left, and name there what will be put."""
        if not self.names:
            return  # an archive of rows, whose files lie there already
        self._delete(self._left())
        default_storage.delete(NOTE)
        self.has_begun = True
        default_storage.save(NOTE, ContentFile(json.dumps([*self.names]).encode()))

    def take(self, member):
        """This will put the file into its place. Raises `InTheWay` where another one lies there."""
        name = str(files.place_of(member.name))
        if name not in self.names or name in self.put:
            raise Damaged("The archive changed while it was restored.")
        with tempfile.TemporaryFile() as copy:
            for block in member.blocks():
                copy.write(block)
            self.put[name] = name  # it may lie there although saving it fails
            self.put[name] = default_storage.save(name, copy)
        if self.put[name] != name:
            raise InTheWay(f"Another file came to lie at {name} in the bucket meanwhile.")

    def complete(self):
        """They lie in their places: this will look whether it is all of them, and nothing else."""
        if self.names and {*default_storage.files_under("")} != {NOTE, *self.names}:
            raise InTheWay("Somebody else wrote into the bucket meanwhile, or deleted from it.")

    def _left(self):
        """This will return what a restore that was killed has left. Raises `InTheWay` where there is anything else."""
        try:
            with default_storage.open(NOTE) as note:
                noted = {NOTE, *json.loads(note.read())}
        except FileNotFoundError:
            noted = set()
        left = []
        for name in default_storage.files_under(""):
            if name not in noted:
                raise InTheWay(f"The bucket is not empty: {name} lies in it. Restore into an empty folder of a bucket.")
            left.append(name)
        return left

    def _delete(self, names):
        for name in names:
            if name != NOTE:
                default_storage.delete(name)


def _same(one, other):
    if not other.is_file() or one.stat().st_size != other.stat().st_size:
        return False
    with one.open("rb") as left, other.open("rb") as right:
        while block := left.read(BLOCK):
            if block != right.read(BLOCK):
                return False
    return True
