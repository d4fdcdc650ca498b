"""Makes an archive of the house while it works: rows of one moment first, then the files that these rows name."""

import contextlib
import fcntl
import io
import os
import re
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path

import orjson
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import DatabaseError, connections

from peacekeeping.backup import files, sealing, snapshot, tables
from peacekeeping.backup.members import HEAD, MANIFEST, Member, pack

FORMAT = 1
ENDING = ".tar.gz.age"
NAME = re.compile(r"peacekeeping-\d{8}T\d{6}Z" + re.escape(ENDING))


class CannotBackUp(Exception):
    """Nothing was written: the message says why."""


@dataclass
class Made:
    """What came of it. `gone` were deleted after the moment of the rows; `lost` are named by rows and lie nowhere."""

    path: Path
    rows: int
    files: int
    bytes: int
    gone: list
    lost: list


class Contents:
    """What goes into one archive, and what went."""

    def __init__(self, connection, *, at, with_files, with_reports, with_renditions, tell):
        self.connection, self.at, self.tell = connection, at, tell
        self.with_files, self.with_reports, self.with_renditions = with_files, with_reports, with_renditions
        self.counts, self.next_keys, self.names = {}, {}, {}
        self.reading = files.Reading()

    def members(self):
        """This will yield every member in its order. The database is let go before the first file is read."""
        every = tables.every()
        with snapshot.of_one_moment(self.connection):
            yield _document(HEAD, self._head(every))
            for table in every:
                yield from self._parts(table)
        if self.with_files:
            naming = [table for table in every if table.file_places]
            yield from self.reading.named(self._wanted(), lambda name: self._is_named(naming, name))
            yield from files.waiting(self.reading)
            if self.with_renditions:
                yield from files.renditions(self.reading)
        yield _document(MANIFEST, self._manifest())

    def _head(self, every):
        return {
            "format": FORMAT,
            "made_at": self.at,
            "code_version": settings.CODE_VERSION,
            "engine": self.connection.vendor,
            "migrations": snapshot.migrations(self.connection),
            "tables": {table.label: table.columns for table in every},
        }

    def _parts(self, table):
        label, using = table.label, self.connection.alias
        self.counts[label] = 0

        def note(row):
            # In the order in which rows name them, each once.
            self.names.update(dict.fromkeys(table.files_of(row)))

        for number, (content, rows) in enumerate(
            table.parts(using, note if table.file_places else lambda row: None), 1
        ):
            yield Member(f"tables/{label}/{number:06}.jsonl", len(content), io.BytesIO(content))
            self.counts[label] += rows
            self.tell(rows)
        # After its rows: a key that was given meanwhile is not given again.
        if (key := snapshot.next_key(self.connection, table)) is not None and not table.is_named:
            self.next_keys[label] = key

    def _wanted(self):
        return [name for name in self.names if self.with_reports or not name.startswith(files.REPORTS)]

    def _is_named(self, naming, name):
        return any(table.names_file(name, self.connection.alias) for table in naming)

    def _manifest(self):
        return {
            "rows": self.counts,
            "next_keys": self.next_keys,
            "files": {
                "number": self.reading.number, "bytes": self.reading.bytes, "gone": self.reading.gone,
                "lost": self.reading.lost, "left_out": not self.with_files,
            },
        }  # fmt: skip


def _document(name, told):
    content = orjson.dumps(told, option=orjson.OPT_INDENT_2)
    return Member(name, len(content), io.BytesIO(content))


def make(
    target, *, keys, at, using="default", with_files=True, with_reports=True, with_renditions=False,
    tell=lambda rows: None,
):  # fmt: skip
    """This will write the archive of this moment, encrypted to these public keys, and return what was `Made`.

    `target` is a new file, or a folder, in which its name says the moment. The file has its name only when it is whole.
    Raises `CannotBackUp`, leaving nothing.
    """
    path = Path(target)
    if path.is_dir():
        path /= f"peacekeeping-{at.astimezone(UTC):%Y%m%dT%H%M%SZ}{ENDING}"
    contents = Contents(
        connections[using], at=at, with_files=with_files, with_reports=with_reports, with_renditions=with_renditions,
        tell=tell,
    )  # fmt: skip
    try:
        with _growing(path) as file:
            sealing.seal(pack(contents.members()), keys, file)
            file.flush()
            os.fsync(file.fileno())
            size = file.tell()
    except (DatabaseError, tables.CannotTell, sealing.Damaged, *default_storage.failures) as error:
        raise CannotBackUp(f"{path} was not written: {_why(error)}") from error
    read = contents.reading
    return Made(path, sum(contents.counts.values()), read.number, size, read.gone, read.lost)


def _why(error):
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror}{f' ({error.filename})' if error.filename else ''}."
    return str(error)


@contextlib.contextmanager
def _growing(path):
    """This will yield a file that gets the name `path` where the block ends well, and is removed where it does not.

    Its lock tells a backup that runs from one that was killed, whose file is taken over.
    """
    if path.exists():
        raise CannotBackUp(f"{path} is there already: a backup overwrites nothing.")
    part = path.with_name(f".{path.name}.part")
    file = open(os.open(part, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600), "r+b")
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CannotBackUp(f"Another backup is writing {path}.") from error
        try:
            os.fchmod(file.fileno(), 0o600)
            file.truncate()
            yield file
            _name(part, path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _name(part, path):
    """A link refuses a name that somebody took meanwhile; a file system without links can only be looked at first."""
    try:
        os.link(part, path)
    except FileExistsError as error:
        raise CannotBackUp(f"{path} came into being meanwhile: a backup overwrites nothing.") from error
    except OSError:
        if path.exists():
            raise CannotBackUp(f"{path} came into being meanwhile: a backup overwrites nothing.") from None
        part.rename(path)
    else:
        part.unlink()


def forget_old(folder, *, keep):
    """This will delete all but the newest `keep` archives that a folder got its names from, and return the deleted.

    What a killed backup left unfinished there is deleted too.
    """
    for part in Path(folder).glob(f".peacekeeping-*{ENDING}.part"):
        with part.open("rb") as file, contextlib.suppress(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            part.unlink()
    archives = sorted(path for path in Path(folder).iterdir() if NAME.fullmatch(path.name))
    old = archives[: max(0, len(archives) - keep)]
    for path in old:
        path.unlink()
    return old
