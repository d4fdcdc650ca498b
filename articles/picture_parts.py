"""Walks over the parts of a picture's file before a library does, which would hold each of millions of empty ones."""

MOST = {"JPEG": 10_000, "PNG": 100_000, "AVIF": 10_000}  # an ordinary file has some dozens, or a block of each 8 KB
START_OF_SCAN = 0xDA


def kind_of(head):
    """This will return the kind of a file by its first sixteen bytes, as far as its parts are walked over here."""
    if head[:3] == b"\xff\xd8\xff":
        return "JPEG"
    if head[:8] == b"\x89PNG\r\n\x1a\n":
        return "PNG"
    return "AVIF" if head[4:8] == b"ftyp" else ""


def are_bearable(file):
    """This will say whether the parts of a picture follow one another, and are no more than a library can bear.

    Of a JPEG they must lead to its pixels: a library would look for them byte by byte.
    """
    file.seek(0)
    walk = {"JPEG": _jpeg, "PNG": _png, "AVIF": _avif}.get(kind_of(file.read(16)))
    return walk is None or walk(file)


def _jpeg(file):
    file.seek(2)
    for _part in range(MOST["JPEG"]):
        head = file.read(4)
        if len(head) < 4 or head[0] != 0xFF:
            return False
        if head[1] == START_OF_SCAN:
            return True
        file.seek(max(int.from_bytes(head[2:], "big"), 2) - 2, 1)
    return False


def _png(file):
    place = 8
    for _part in range(MOST["PNG"]):
        if place >= file.size:
            return True
        file.seek(place)
        place += 12 + int.from_bytes(file.read(4), "big")
    return False


def _avif(file):
    place = 0
    for _part in range(MOST["AVIF"]):
        if place >= file.size:
            return True
        file.seek(place)
        head = file.read(16)
        length = int.from_bytes(head[:4], "big")
        length = int.from_bytes(head[8:16], "big") if length == 1 else length
        if length < 8:  # to the end of the file, or nonsense
            return True
        place += length
    return False
