"""The folder of files: what has a name there is whole."""

import errno
import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from ledger import retention, storage


class BreaksOff(ContentFile):
    """A file of which the second piece does not come."""

    def chunks(self, chunk_size=None):
        yield b"half"
        raise OSError(errno.ENOSPC, "No space left on device")


def everything():
    folder = Path(default_storage.location)
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_a_file_that_breaks_off_leaves_nothing_under_any_name():
    with pytest.raises(OSError) as refusal:
        default_storage.save("originals/a.jpg", BreaksOff(b""))
    assert storage.is_full(refusal.value) and everything() == []
    assert not storage.is_full(OSError(errno.EACCES, "Permission denied"))


def test_of_two_files_of_one_name_neither_takes_the_others_place():
    save = default_storage._save  # when both have looked whether the name is free, and neither has written
    names = [save("originals/a.jpg", ContentFile(content)) for content in (b"first", b"second")]
    assert names[0] == "originals/a.jpg" != names[1]
    assert [default_storage.open(name).read() for name in names] == [b"first", b"second"]
    assert everything() == sorted(names)


def test_what_a_killed_process_had_begun_to_write_goes_after_a_day(db):
    now = timezone.now()
    for name, age in (("old", timedelta(days=1, minutes=1)), ("new", timedelta(hours=23))):
        path = default_storage.path(f"{storage.PARTS}/{name}")
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(b"half")
        os.utime(path, times=((now - age).timestamp(),) * 2)
    assert retention.run(at=now)["parts"] == 1
    assert everything() == [f"{storage.PARTS}/new"]
