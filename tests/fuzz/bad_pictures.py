"""Pictures that are none, or ask for more than they show; each is written into a folder under a name that says what."""

import io
import struct
import zlib
from functools import partial

from PIL import Image

SOI, EOI = b"\xff\xd8", b"\xff\xd9"
LAUGHS = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><x>&b;</x>'
TAKEN = {
    "cmyk.jpg",
    "sixteen-bits.png",
    "palette.png",
    "grey-with-alpha.png",
    "one-bit.tiff",
    "a-png.jpg",
    "garbage.icc.jpg",
}
REFUSED = {
    "zero.jpg", "bomb.png", "bomb.webp", "gif-and-script.gif", "script.svg", "text.png", "a-hundred-megabytes.jpg",
    "empty-segments.jpg", "zeros-after-the-mark.jpg", "empty-chunks.png", "empty-boxes.avif", "a-wide-line.bmp", "a-long-line.png", "a-high-line.png",
}  # fmt: skip


def drawn(mode="RGB", size=(64, 48), kind="PNG", **options):
    made = io.BytesIO()
    Image.new(mode, size).save(made, kind, **options)
    return made.getvalue()


def segment(mark, content):
    return bytes([0xFF, mark]) + struct.pack(">H", len(content) + 2) + content


def chunk(name, content):
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def png(width, height, *chunks, pixels=b""):
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(chunks) + chunk(b"IDAT", zlib.compress(pixels)) + chunk(b"IEND", b"")


def tiff(entries, extra=b""):
    """This will return a TIFF of one directory: (tag, type, count, value or place) each."""
    packed = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    return b"II*\0" + struct.pack("<IH", 8, len(entries)) + packed + struct.pack("<I", 0) + extra


def webp(width, height):
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBP" + b"VP8X" + struct.pack("<I", 10) + b"\x10\0\0\0" + size
    return b"RIFF" + struct.pack("<I", len(body)) + body


def frames(count):
    made = io.BytesIO()
    rest = [Image.new("RGB", (16, 16), (number % 256, number // 256 % 256, 7)) for number in range(1, count)]
    Image.new("RGB", (16, 16)).save(made, "WEBP", save_all=True, append_images=rest, duration=10)
    return made.getvalue()


def all_of(*, is_long=False):
    """This will yield (name, a function that returns the bytes); `is_long` makes the large ones as large as can be."""
    mega = 50 if is_long else 6
    jpeg, plain = drawn(kind="JPEG"), drawn()
    whole = {
        "jpg": jpeg,
        "png": plain,
        "webp": drawn(kind="WEBP"),
        "tiff": drawn(kind="TIFF"),
        "avif": drawn(kind="AVIF"),
    }
    for ending, content in whole.items():
        for tenth in range(1, 10):
            yield f"cut-{tenth}.{ending}", partial(bytes, content[: len(content) * tenth // 10])
        yield f"html-behind.{ending}", partial(bytes, content + b"<html><script>alert(1)</script></html>")
        yield f"zip-behind.{ending}", partial(bytes, content + b"PK\x05\x06" + b"\0" * 18)
    exif = b"Exif\0\0II*\0\x08\0\0\0\xff\xff" + b"\xff" * 4000
    made = {
        "zero.jpg": b"", "text.png": b"not a picture", "script.svg": b"<svg onload='alert(1)'/>",
        "gif-and-script.gif": b"GIF89a/*\x01\0\0\0*/=1;alert(1)//;", "a-png.jpg": plain,
        "bomb.png": png(60_000, 60_000, pixels=b"\0" * 1000), "bomb.webp": webp(16_384, 16_384),
        "a-long-line.png": png(100_000, 1, pixels=b"\0" * 100_001), "a-high-line.png": png(1, 100_000, pixels=b"\0\0" * 100_000),
        "a-wide-line.bmp": drawn(size=(9, 1), kind="BMP"), "cmyk.jpg": drawn("CMYK", kind="JPEG"),
        "sixteen-bits.png": drawn("I;16"), "palette.png": drawn("P", transparency=0),
        "grey-with-alpha.png": drawn("LA"), "one-bit.tiff": drawn("1", kind="TIFF"),
        "garbage.icc.jpg": drawn(kind="JPEG", icc_profile=b"\xff\0garbage" * 4000),
        "garbage.exif.jpg": SOI + segment(0xE1, exif) + jpeg[2:], "garbage.exif.png": png(9, 9, chunk(b"eXIf", exif[6:])),
        "garbage.xmp.jpg": SOI + segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x:" + b"<" * 9000) + jpeg[2:],
        "laughs.xmp.jpg": SOI + segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + LAUGHS) + jpeg[2:],
        "garbage.iptc.jpg": SOI + segment(0xED, b"Photoshop 3.0\0" + b"8BIM\x04\x04\xff" * 900) + jpeg[2:],
        "php.jpg": SOI + segment(0xFE, b"<?php system($_GET[0]); ?>") + jpeg[2:],
        "text-bomb.png": png(9, 9, chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"a" * 50_000_000))),
        "icc-bomb.png": png(9, 9, chunk(b"iCCP", b"x\0\0" + zlib.compress(b"a" * 50_000_000))),
        "many-strips.tiff": tiff(
            [(256, 3, 1, 9), (257, 3, 1, 9), (258, 3, 1, 8), (262, 3, 1, 1), (273, 4, mega * 200_000, 86),
             (279, 4, mega * 200_000, 86)], b"\0" * (mega * 900_000)),
        "no-tags.tiff": tiff([]), "tags-of-nothing.tiff": tiff([(tag, 2, 2**32 - 1, 2**32 - 1) for tag in range(200)]),
        "tags-of-all.tiff": tiff([(tag, 7, 4_000_000, 8) for tag in range(300, 500)], b"\0" * 5_000_000),
        "one-tag-of-no-kind.tiff": tiff([(256, 99, 1, 1), (257, 0, 0, 0)]),
    }  # fmt: skip
    for name, content in made.items():
        yield name, partial(bytes, content)
    yield "many-frames.webp", partial(frames, 10_000 if is_long else 300)
    yield (
        "exif-of-megabytes.jpg",
        lambda: SOI + segment(0xE1, b"Exif\0\0II*\0\x08\0\0\0" + b"\0" * 65_000) * (mega * 15) + jpeg[2:],
    )
    yield "exif-of-megabytes.png", lambda: png(9, 9, chunk(b"eXIf", b"II*\0\x08\0\0\0\xff\xff" + b"\0" * (mega << 20)))
    yield "empty-segments.jpg", lambda: SOI + b"\xff\xe0\0\x02" * (mega << 18) + jpeg[2:]
    yield "zeros-after-the-mark.jpg", lambda: SOI + segment(0xE0, b"JFIF") + b"\0" * (mega << 20) + jpeg[2:]
    yield "empty-chunks.png", lambda: plain[:33] + chunk(b"aaAa", b"") * (mega * 80_000) + plain[33:]
    yield "empty-boxes.avif", lambda: whole["avif"] + b"\0\0\0\x08free" * (mega << 17)
    yield "a-hundred-megabytes.jpg", lambda: jpeg + b"\0" * 100_000_000
    if is_long:
        yield "64-million.png", lambda: png(8_000, 8_000, pixels=b"\0" * 8_001 * 8_000)
