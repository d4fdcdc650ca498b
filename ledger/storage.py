"""Where files lie, under names that every disk takes: of 255 bytes, which may be no more than sixty letters."""

from pathlib import PurePath

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import FileSystemStorage
from django.utils.text import get_valid_filename

MOST_BYTES = 120  # room is left for what a folder, a checksum or the storage put beside it


def name_of(text, *, otherwise="file"):
    """This will return the end of a file's own name, which says its kind, or `otherwise` for none."""
    try:
        name = get_valid_filename(PurePath(text).name)
    except SuspiciousFileOperation:
        return otherwise
    return name.encode()[-MOST_BYTES:].decode(errors="ignore")


class HouseStorage(FileSystemStorage):
    def get_valid_name(self, name):
        return name_of(name)
