"""What may come in as a picture: checked by its content, before a pixel is decoded."""

import hashlib

from django.utils.translation import gettext as _
from PIL import Image

from articles import naming, picture_parts
from articles.models import Photo
from missions import clearance

FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "TIFF")
LARGEST = 60 * 1024 * 1024  # bytes
MOST_PIXELS = 64_000_000  # a full-frame camera has up to 61 million; decoded they take 192 MB
MOST_TO_ONE = 8  # sides of a longer line could not be made smaller, nor fit into WebP
ORIENTATION = 0x0112  # EXIF: 5 to 8 lie on their side
STRIPS = ((273, 279), (324, 325))  # TIFF: where the pixels lie and how many bytes they are

TEXTS = ("caption", "alt")


class CannotTake(Exception):
    """The file is no picture that this house takes. The message says why."""


class Duplicate(CannotTake):
    """The library has this picture already: it is `photo`."""

    def __init__(self, photo):
        self.photo = photo
        super().__init__(_("The library has this picture already: %(photo)s") % {"photo": photo})


def damaged():
    return _("The picture is damaged or cut off.")


def check(file):
    """This will refuse, with `CannotTake`, a file that is no picture of the allowed kinds, too large, or cut off.

    Only headings are read, so that a small file that unpacks to gigabytes costs nothing.
    """
    if file.size > LARGEST:
        raise CannotTake(_("The file is larger than %(limit)s MB.") % {"limit": LARGEST // 1024 // 1024})
    _refuse_large(*(_webp_size(file) or (0, 0)))  # opening a WebP would set memory aside for all its pixels
    if not picture_parts.are_bearable(file):
        raise CannotTake(damaged())
    file.seek(0)
    try:
        picture = Image.open(file, formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise CannotTake(_("The picture has too many pixels.")) from error
    except Exception as error:
        raise CannotTake(_("This is not a JPEG, PNG, WebP, AVIF or TIFF picture.")) from error
    _refuse_large(*picture.size)
    if max(picture.size) > MOST_TO_ONE * min(picture.size):
        raise CannotTake(
            _("The picture is too long and narrow: one side is more than %(most)s times the other.")
            % {"most": MOST_TO_ONE}
        )
    try:
        whole = WHOLE[picture.format](picture, file)
        picture.verify()
    except Exception as error:
        raise CannotTake(damaged()) from error
    if not whole:
        raise CannotTake(damaged())
    file.seek(0)


def kind_of(file):
    """This will return (content type, ending of a file's name) of a picture that `check` has let in."""
    file.seek(0)
    picture = Image.open(file, formats=FORMATS)
    kind = "JPEG" if picture.format == "MPO" else picture.format  # a camera's JPEG with a preview behind it
    file.seek(0)
    return Image.MIME[kind], "jpg" if kind == "JPEG" else kind.lower()


def _refuse_large(width, height):
    if width * height > MOST_PIXELS:
        raise CannotTake(
            _("The picture has %(width)s × %(height)s pixels; at most %(most)s million are taken.")
            % {"width": width, "height": height, "most": MOST_PIXELS // 1_000_000}
        )


def _webp_size(file):
    """This will return the width and height in the heading of a WebP picture, or None if it is none."""
    file.seek(0)
    head = file.read(30)
    if head[:4] != b"RIFF" or head[8:12] != b"WEBP" or len(head) < 30:
        return None
    if head[12:16] == b"VP8X":
        return int.from_bytes(head[24:27], "little") + 1, int.from_bytes(head[27:30], "little") + 1
    if head[12:16] == b"VP8L":
        bits = int.from_bytes(head[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    return int.from_bytes(head[26:28], "little") & 0x3FFF, int.from_bytes(head[28:30], "little") & 0x3FFF


def _jpeg_is_whole(picture, file):
    """This will look for the end mark behind the start of the pixels; an embedded preview has its own, before it."""
    file.seek(2)
    while (head := file.read(4))[:1] == b"\xff" and len(head) == 4:
        length = int.from_bytes(head[2:], "big")
        file.seek(length - 2, 1)
        if head[1] == 0xDA:  # start of scan: within it the two bytes of the end mark never follow each other
            return _holds(file, b"\xff\xd9")
    return False


def _holds(file, mark):
    last = b""
    while block := file.read(1 << 20):
        if mark in last + block:
            return True
        last = block[-1:]
    return False


def _png_is_whole(picture, file):
    """This will walk over the blocks to the last one; `verify` reads each with its checksum."""
    place = 8
    while place < file.size:
        file.seek(place)
        head = file.read(8)
        place += 12 + int.from_bytes(head[:4], "big")
        if head[4:] == b"IEND":
            return place <= file.size
    return False


def _webp_is_whole(picture, file):
    file.seek(4)
    return int.from_bytes(file.read(4), "little") + 8 <= file.size


def _avif_is_whole(picture, file):
    """This will walk over the boxes of the container, which must fill the file."""
    place = 0
    while place < file.size:
        file.seek(place)
        head = file.read(16)
        length = int.from_bytes(head[:4], "big")
        if length == 1:
            length = int.from_bytes(head[8:16], "big")
        if length == 0:  # to the end of the file
            return True
        if length < 8:
            return False
        place += length
    return place == file.size


def _tiff_is_whole(picture, file):
    tags = picture.tag_v2
    for places, lengths in STRIPS:
        if places in tags:
            pairs = zip(_numbers(tags[places]), _numbers(tags[lengths]), strict=True)
            return all(place + length <= file.size for place, length in pairs)
    return False


def _numbers(value):
    return value if isinstance(value, tuple) else (value,)


WHOLE = {
    "JPEG": _jpeg_is_whole, "MPO": _jpeg_is_whole, "PNG": _png_is_whole, "WEBP": _webp_is_whole, "AVIF": _avif_is_whole,
    "TIFF": _tiff_is_whole,
}  # fmt: skip


def seen_size(picture):
    """This will return the width and height of an opened picture, turned the way its camera was held."""
    try:
        turned = picture.getexif().get(ORIENTATION) in (5, 6, 7, 8)
    except Exception:  # EXIF that nobody can read turns nothing
        turned = False
    return tuple(reversed(picture.size)) if turned else picture.size


def checksum_of(file):
    file.seek(0)
    digest = hashlib.sha256()
    while block := file.read(1 << 20):
        digest.update(block)
    file.seek(0)
    return digest.hexdigest()


def admit(file, *, besides=None):
    """This will check a file for the library and return its SHA-256.

    Raises `CannotTake`, and `Duplicate` where a photo other than `besides` has this very file.
    """
    check(file)
    checksum = checksum_of(file)
    same = Photo.objects.filter(checksum=checksum).exclude(pk=besides.pk if besides else None).order_by("pk").first()
    if same:
        raise Duplicate(same)
    return checksum


def hold(uses):
    """This will hold the photos of these uses for this transaction.

    Who says whom one of them shows waits, or is waited for: then the people asked next are as that change left them.
    """
    held = Photo.objects.select_for_update(no_key=True).filter(pk__in={use.photo_id for use in uses})
    list(held.order_by("pk").values_list("pk"))


def uncleared_in_print(photo, texts, *, at):
    """This will return (field, sentence) of what would name somebody uncleared in a picture that readers have.

    `texts` are {field: new text} of its credit and licence, which its files carry. What an approved edition prints was
    judged before: here is judged what changes afterwards.
    """
    if not Photo.objects.filter(pk=photo.pk).still_printed(at).exists():
        return []
    named = naming.people(texts.items())
    cleared = clearance.may_be_named({one.person for one in named}, at=at)
    return [
        (one.field, _("Readers have this picture, and “%(words)s” is a person of the record whose name is not cleared.")
         % {"words": one.words})
        for one in named if one.person not in cleared
    ]  # fmt: skip


def fill(use, language):
    """This will give a `PhotoUse`, unsaved, what it prints: its own caption and alt text, or else the photo's."""
    for name in TEXTS:
        setattr(use, name, getattr(use, name) or getattr(use.photo, f"{name}_{language}"))
    use.credit, use.licence = use.credit or use.photo.credit, use.licence or use.photo.licence
    return use
