"""Takes in many pictures at once. Each waits, in private storage, until somebody gives it its credit and licence.

What waits belongs to who brought it and lies in a folder of theirs, so that a closed browser loses nothing.
"""

import io
import re
from dataclasses import dataclass
from pathlib import PurePath

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.utils.text import get_valid_filename
from PIL import Image, ImageOps

from articles import photo_facts, photos

KEY = re.compile(r"[0-9a-f]{64}")
PREVIEW = (480, 480)


@dataclass(frozen=True)
class Waiting:
    """A picture that waits: `key` is its SHA-256, `path` where it lies, `name` what its file was called."""

    key: str
    name: str
    path: str


def _folder(user):
    return f"incoming/{user.pk}"


def waiting(user):
    """This will return the pictures of `user` that wait, by the names of their files."""
    try:
        _folders, files = default_storage.listdir(_folder(user))
    except FileNotFoundError:
        return []
    found = [Waiting(file[:64], file[65:], f"{_folder(user)}/{file}") for file in files if KEY.fullmatch(file[:64])]
    return sorted(found, key=lambda row: (row.name, row.key))


def find(user, key):
    """This will return what waits for `user` under that key, or None."""
    return next((row for row in waiting(user) if row.key == key), None)


def receive(file, *, by):
    """This will check one uploaded file and let it wait. Raises `photos.CannotTake`; what came before it stays."""
    checksum = photos.admit(file)
    if find(by, checksum) is None:
        name = get_valid_filename(PurePath(file.name).name)[-100:]
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
    """This will return a small JPEG of what waits, for who brought it: upright and without the file's metadata."""
    with default_storage.open(row.path) as file:
        photos.check(file)
        picture = Image.open(file, formats=photos.FORMATS)
        picture.draft("RGB", PREVIEW)
        picture.thumbnail(PREVIEW)
        small = ImageOps.exif_transpose(picture).convert("RGB")
    small.info = {}
    made = io.BytesIO()
    small.save(made, "JPEG", quality=75)
    return made.getvalue()
