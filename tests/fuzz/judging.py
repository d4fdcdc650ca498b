"""Judges the files of a folder as the house does, in a process of its own, whose memory can be measured.

Run with `pictures`, `documents` or `tables` and the folder. Prints a line of JSON for each file, before and after it, and
at the end by how much the process grew beyond what it needed for an ordinary file.
"""

import json
import os
import resource
import sys
import traceback
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peacekeeping.settings")
import django

django.setup()

from django.core.files import File  # noqa: E402

from articles import attachments, file_properties, imagegenerators, photo_facts, photos  # noqa: E402
from articles.models import Photo  # noqa: E402
from missions.un_data import source  # noqa: E402

ROOM = 6 << 30  # bytes of addresses: what asks for more fails, and not the machine


def picture(file):
    photos.check(file)
    photos.kind_of(file)
    photo_facts.read(file).initial()
    photo_facts.place(file)
    photos.checksum_of(file)
    try:
        made, _size = imagegenerators.decode(file)
    except (OSError, SyntaxError, ValueError, MemoryError) as error:  # as `renditions` takes it
        raise photos.CannotTake(photos.damaged()) from error
    photo = Photo(original="a.jpg", credit="A", licence="B", width=1, height=1, focal_x=50, focal_y=50)
    for size in Photo.SIZES:
        imagegenerators.generate(photo, made, size, "jpg")


def document(file):
    kind = attachments.check(file)
    file_properties.without_maker(file, kind)


def table(file):
    for _row in source.read(file.name, largest=200_000_000).rows():
        pass


WAYS = {"pictures": picture, "documents": document, "tables": table}
REFUSALS = (photos.CannotTake, attachments.CannotAttach, file_properties.NamesItsMaker, source.UnreadableFile)


def judge(way, path):
    with path.open("rb") as opened:
        try:
            WAYS[way](File(opened, name=str(path)))
        except REFUSALS as refusal:
            return {"outcome": "refused", "why": str(refusal)}
        except Exception:
            return {"outcome": "broke", "why": traceback.format_exc()[-1500:]}
    return {"outcome": "taken", "why": ""}


def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (ROOM, ROOM))
    way, folder = sys.argv[1], Path(sys.argv[2])
    judge(way, folder / "ordinary")
    before = peak()
    for path in sorted(folder.iterdir()):
        if path.name != "ordinary":
            print(json.dumps({"begins": path.name}), flush=True)
            base = peak()
            print(json.dumps({"name": path.name, **judge(way, path), "grew": peak() - base}), flush=True)
    print(json.dumps({"grew": peak() - before}), flush=True)
