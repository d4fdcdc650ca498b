"""Measures the renditions of a photo of 24 megapixels: `DEBUG=on python -m tests.benchmarks.renditions`.

Against one plain decode in Pillow's draft mode, which all sizes and kinds share and nothing else is done for, stand our
own, made through `renditions.make` into a storage, and as many imagekit specs that each decode the original again. Every
turn is a process of its own, and the three take turns. Of each the best time counts, in seconds of the processor, and
the most memory, Django included. The goals: ours take at most 1.2 of the shared decode, in under 200 MB. It needs Linux.
"""

import io
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from PIL import Image, ImageOps

ROUNDS = 3
SIZE = (6000, 4000)
MANNERS = ("shared", "ours", "separate")
GOALS = {"ratio": 1.2, "megabytes": 200}


def draw():
    """This will return a JPEG as a camera's: light and shade of every size, and the grain of a sensor."""
    dice = random.Random(24)
    picture = Image.new("RGB", SIZE, "#808080")
    for cells, weight in ((6, 0.5), (24, 0.4), (120, 0.3), (750, 0.2), (6000, 0.08)):
        size = cells, cells * SIZE[1] // SIZE[0]
        layer = Image.frombytes("RGB", size, dice.randbytes(size[0] * size[1] * 3))
        picture = Image.blend(picture, layer.resize(SIZE, Image.Resampling.BICUBIC), weight)
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=92)
    return file.getvalue()


def shared(photo):
    """One decode in draft mode, then a thumbnail and a file for each size and kind."""
    from articles import imagegenerators

    with photo.original.storage.open(photo.original.name) as file:
        image = Image.open(file)
        image.draft("RGB", (photo.WIDTHS[-1], 1))
        image.load()
    for size in photo.SIZES:
        if size == "share":
            small = ImageOps.fit(image, photo.SHARE)
        else:
            small = image.copy()
            small.thumbnail((int(size), SIZE[1]))
        for file_format, options in imagegenerators.FORMATS.values():
            small.save(io.BytesIO(), file_format, **options)


def ours(photo):
    from articles import renditions

    renditions.make(photo, at=photo.renditions_at)


def separate(photo):
    """Specs as the library's handbook has them: each opens the original."""
    from imagekit import ImageSpec
    from imagekit.processors import ResizeToFill, ResizeToFit

    from articles import imagegenerators

    for size in photo.SIZES:
        fit = ResizeToFill(*photo.SHARE) if size == "share" else ResizeToFit(int(size), upscale=False)
        for file_format, options in imagegenerators.FORMATS.values():
            spec = type("Spec", (ImageSpec,), {"processors": [fit], "format": file_format, "options": options})
            spec(source=photo.original).generate()


def child(manner):
    """This will make the photo's renditions in one manner and print {"seconds", "megabytes"}."""
    import django

    django.setup()

    from articles.models import Photo

    photo = Photo.objects.get()
    began = time.process_time()
    globals()[manner](photo)
    taken = time.process_time() - began
    # The kernel's own mark of this program: what getrusage tells begins with the memory of who started it.
    peak = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())[1]
    print(json.dumps({"seconds": taken, "megabytes": int(peak) / 1024}))


def prepare():
    """This will make the house's one photo."""
    import django

    django.setup()

    from django.core.files.base import ContentFile
    from django.core.management import call_command
    from django.utils import timezone

    from articles.models import Photo

    call_command("migrate", verbosity=0)
    content = ContentFile(draw(), name="camera.jpg")
    Photo.objects.create(credit="Ann", licence="CC0", original=content, renditions_at=timezone.now())


def measure():
    """This will return {"shared", "ours", "separate": {"seconds", "megabytes"}, "ratio", "goals"}, in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            **os.environ, "DJANGO_SETTINGS_MODULE": "peacekeeping.settings", "DEBUG": "on",
            "DATABASE_URL": f"sqlite:///{folder}/house.sqlite3", "MEDIA_ROOT": f"{folder}/media",
        }  # fmt: skip

        def run(*arguments):
            command = [sys.executable, "-m", "tests.benchmarks.renditions", *arguments]
            return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout

        run("prepare")
        turns = [{manner: json.loads(run(manner)) for manner in MANNERS} for _round in range(ROUNDS)]
        best = {
            manner: {
                "seconds": min(turn[manner]["seconds"] for turn in turns),
                "megabytes": max(turn[manner]["megabytes"] for turn in turns),
            }
            for manner in MANNERS
        }
    return {**best, "ratio": best["ours"]["seconds"] / best["shared"]["seconds"], "goals": GOALS}


if __name__ == "__main__":
    if sys.argv[1:2] == ["prepare"]:
        prepare()
    elif sys.argv[1:]:
        child(sys.argv[1])
    else:
        result = measure()
        for manner in MANNERS:
            took = result[manner]
            ratio = took["seconds"] / result["shared"]["seconds"]
            print(f"{manner:9} {took['seconds']:5.2f} s = {ratio:.2f}, {took['megabytes']:4.0f} MB")
        print("Goals: ours at most {ratio} and {megabytes} MB".format(**GOALS))
