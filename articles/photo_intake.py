"""Takes in many pictures at once. Each waits, in private storage, until somebody gives it its credit and licence.

What waits belongs to who brought it and lies in a folder of theirs, so that a closed browser loses nothing. It waits
for `LIFE`; afterwards the next upload of anybody removes it.
"""

import io
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.files.base import File
from django.core.files.storage import default_storage
from PIL import Image, ImageOps

from articles import photo_facts, photos
from ledger import audit
from ledger.models import User
from ledger.storage import name_of

LIFE = timedelta(days=30)
ROOM = "incoming"
KEY = re.compile(r"[0-9a-f]{64}")
PREVIEW = (480, 480)


@dataclass(frozen=True)
class Waiting:
    """A picture that waits: `key` is its SHA-256, `path` where it lies, `name` what its file was called.

    From `until` on it waits no longer.
    """

    key: str
    name: str
    path: str
    until: datetime


def _folder(user):
    return f"{ROOM}/{user.pk}"


def _lying_in(folder):
    """This will return everything in one person's folder, what waits no longer too."""
    try:
        _folders, files = default_storage.listdir(folder)
        paths = {file: f"{folder}/{file}" for file in files if KEY.fullmatch(file[:64])}
        return [
            Waiting(file[:64], file[65:], path, default_storage.get_modified_time(path) + LIFE)
            for file, path in paths.items()
        ]  # fmt: skip
    except FileNotFoundError:
        return []


def waiting(user, *, at):
    """This will return the pictures of `user` that wait at `at`, by the names of their files."""
    found = [row for row in _lying_in(_folder(user)) if row.until > at]
    return sorted(found, key=lambda row: (row.name, row.key))


def find(user, key, *, at):
    """This will return what waits for `user` under that key, or None."""
    return next((row for row in waiting(user, at=at) if row.key == key), None)


def forget_old(*, at):
    """This will remove what nobody has filled in for `LIFE`, whoever brought it, and note for each how much it was.

    It returns how much that was of all.
    """
    try:
        folders, _files = default_storage.listdir(ROOM)
    except FileNotFoundError:
        return 0
    count = 0
    for folder in folders:
        old = [row for row in _lying_in(f"{ROOM}/{folder}") if row.until <= at]
        for row in old:
            discard(row)
        if old:
            audit.note("forget waiting pictures", User(pk=folder), by=None, at=at, count=len(old))
        count += len(old)
    return count


def files_of(user):
    """This will return where everything lies that waits for a person, or waited."""
    return [row.path for row in _lying_in(_folder(user))]


def receive(file, *, by, at):
    """This will check one uploaded file and let it wait. Raises `photos.CannotTake`; what came before it stays."""
    forget_old(at=at)
    checksum = photos.admit(file)
    if find(by, checksum, at=at) is None:
        name = name_of(file.name, otherwise="picture")
        default_storage.save(f"{_folder(by)}/{checksum}-{name}", file)


def facts(row):
    with default_storage.open(row.path) as file:
        return photo_facts.read(file)


def keep(row, photo):
    """This will save `photo`, filled in but for its picture, with the picture that waited.

    Raises `photos.Duplicate` where a colleague has brought the same one meanwhile.
    """
    with default_storage.open(row.path) as file:
        photo.checksum = photos.admit(file)
        photo.original = File(file, name=row.name)
        photo.save()


def discard(row):
    """This will remove a picture that waits."""
    default_storage.delete(row.path)


def preview(row):
    """This will return a small JPEG of what waits, for who brought it: upright and without the file's metadata.

    Raises `photos.CannotTake`.
    """
    with default_storage.open(row.path) as file:
        photos.check(file)
        try:
            picture = Image.open(file, formats=photos.FORMATS)
            picture.draft("RGB", PREVIEW)
            picture.thumbnail(PREVIEW)
            small = ImageOps.exif_transpose(picture).convert("RGB")
        except (OSError, SyntaxError, ValueError, MemoryError) as error:
            raise photos.CannotTake(photos.damaged()) from error
    small.info = {}
    made = io.BytesIO()
    small.save(made, "JPEG", quality=75)
    return made.getvalue()
