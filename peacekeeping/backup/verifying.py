"""Judges an archive without writing anything: whether it is whole, what is in it, whether this code can restore it."""

from collections import Counter
from dataclasses import dataclass, field

import orjson

from peacekeeping.backup import files, loading, sealing, snapshot, tables
from peacekeeping.backup.making import FORMAT
from peacekeeping.backup.members import HEAD, MANIFEST, PART, unpack
from peacekeeping.backup.sealing import Damaged


class OtherVersion(Exception):
    """The archive is of other code than this. The message says what to do."""


@dataclass
class Archive:
    """What an archive says of itself and was found to hold."""

    head: dict
    manifest: dict = field(default_factory=dict)
    rows: Counter = field(default_factory=Counter)
    files: int = 0
    bytes: int = 0


def read(path, keys, *, on_head=lambda archive: None, on_part, on_file):
    """This will go through an archive in its order and return it, checked against its sums and its manifest.

    `on_part(table's label, member's name, content)` returns the number of its rows; `on_file(member)` may read it.
    Raises `Damaged`, `WrongKey` or `OtherVersion`.
    """
    archive = None
    with sealing.opened(path, keys) as stream:
        for member in unpack(stream):
            if archive is None:
                archive = Archive(_document(member, HEAD))
                _check_format(archive.head)
                on_head(archive)
            elif archive.manifest:
                raise Damaged(f"{member.name} follows the manifest.")
            elif part := PART.fullmatch(member.name):
                if archive.files or part[1] not in archive.head["tables"]:
                    raise Damaged(f"{member.name} stands in a wrong place.")
                archive.rows[part[1]] += on_part(part[1], member.name, member.whole())
            elif files.place_of(member.name):
                archive.files += 1
                archive.bytes += member.size
                on_file(member)
            else:
                archive.manifest = _document(member, MANIFEST)
    _check_manifest(archive)
    return archive


def _document(member, name):
    if member.name != name:
        raise Damaged(f"{member.name} stands where {name} belongs.")
    try:
        found = orjson.loads(member.whole())
    except orjson.JSONDecodeError as error:
        raise Damaged(f"{name} cannot be read: {error}.") from error
    if not isinstance(found, dict) or not found:
        raise Damaged(f"{name} says nothing.")
    return found


def _check_format(head):
    if head.get("format") != FORMAT:
        raise OtherVersion(
            f"The archive has the format {head.get('format')}, and this code reads {FORMAT}. {_code(head)}"
        )
    wanted = {"made_at": str, "code_version": str, "engine": str, "migrations": list, "tables": dict}
    for name, kind in wanted.items():
        if not isinstance(head.get(name), kind):
            raise Damaged(f"{HEAD} does not say what its {name} is.")


def _check_manifest(archive):
    told = archive.manifest
    try:
        rows, number, size = told["rows"], told["files"]["number"], told["files"]["bytes"]
        lists = (told["files"]["gone"], told["files"]["lost"], told["next_keys"].items())
    except (KeyError, TypeError, AttributeError) as error:
        raise Damaged(f"{MANIFEST} is missing or incomplete.") from error
    if lists is None or rows.keys() != archive.head["tables"].keys():
        raise Damaged(f"{MANIFEST} names other tables than {HEAD}.")
    for label, expected in rows.items():
        if archive.rows[label] != expected:
            raise Damaged(f"{label} has {archive.rows[label]} rows in place of {expected}.")
    if (archive.files, archive.bytes) != (number, size):
        raise Damaged(f"There are {archive.files} files in place of {number}.")


def _pass(member):
    """What is not read is passed over, and summed up on the way."""


def verify(path, keys, *, on_file=_pass, tell=lambda rows: None):
    """This will read all of an archive, down to each row, and return what it found. Nothing is written anywhere."""

    def look(label, name, content):
        columns, rows = loading.read(name, content)
        if columns != archive_head["tables"][label]:
            raise Damaged(f"{name} has other columns than {HEAD} says.")
        number = sum(1 for _row in rows)
        tell(number)
        return number

    archive_head = {}
    return read(path, keys, on_head=lambda archive: archive_head.update(archive.head), on_part=look, on_file=on_file)


def check_fits(archive, connection):
    """This will say whether the archive is of the migrations that this database has. Raises `OtherVersion`."""
    theirs, ours = set(archive.head["migrations"]), set(snapshot.migrations(connection))
    here = {table.label: table.columns for table in tables.every()}
    if theirs == ours and archive.head["tables"] == here:
        return
    differences = [f"{name} is missing here" for name in sorted(theirs - ours)]
    differences += [f"{name} is missing in the archive" for name in sorted(ours - theirs)]
    if not differences:
        told = archive.head["tables"]
        labels = sorted(label for label in here.keys() | told.keys() if here.get(label) != told.get(label))
        differences = [f"{label} has other columns" for label in labels]
    more = f", and {len(differences) - 3} more" if len(differences) > 3 else ""
    raise OtherVersion(f"The archive is of other migrations: {', '.join(differences[:3])}{more}. {_code(archive.head)}")


def _code(head):
    version = head.get("code_version") or "that made it"
    return f"Check out the code version {version}, restore there into an empty database, then update and migrate."
