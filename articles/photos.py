"""What may come in as a picture: checked by its content, before a pixel is decoded."""

from django.utils.translation import gettext as _
from PIL import Image

FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "TIFF")
LARGEST = 60 * 1024 * 1024  # bytes
MOST_PIXELS = 40_000_000


TEXTS = ("caption", "alt")


class CannotTake(Exception):
    """The file is no picture that this house takes. The message says why."""


def check(file):
    """This will refuse, with `CannotTake`, a file that is no picture of the allowed kinds or is too large.

    Only the picture's heading is read, so that a small file that unpacks to gigabytes costs nothing.
    """
    if file.size > LARGEST:
        raise CannotTake(_("The file is larger than %(limit)s MB.") % {"limit": LARGEST // 1024 // 1024})
    file.seek(0)
    try:
        picture = Image.open(file, formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise CannotTake(_("The picture has too many pixels.")) from error
    except Exception as error:
        raise CannotTake(_("This is not a JPEG, PNG, WebP, AVIF or TIFF picture.")) from error
    width, height = picture.size
    if width * height > MOST_PIXELS:
        raise CannotTake(
            _("The picture has %(width)s × %(height)s pixels; at most %(most)s million are taken.")
            % {"width": width, "height": height, "most": MOST_PIXELS // 1_000_000}
        )
    try:
        picture.verify()
    except Exception as error:
        raise CannotTake(_("The picture is damaged.")) from error
    file.seek(0)


def fill(use, language):
    """This will give a `PhotoUse`, unsaved, what it prints: its own caption and alt text, or else the photo's."""
    for name in TEXTS:
        setattr(use, name, getattr(use, name) or getattr(use.photo, f"{name}_{language}"))
    use.credit, use.licence = use.credit or use.photo.credit, use.licence or use.photo.licence
    return use
