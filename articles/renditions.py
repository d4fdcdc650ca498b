"""Makes the renditions of a photo: off the request path, upright, in the web's colours, with credit and licence only.

A set of renditions lies in a folder named after all that went into it, so that a new focal point or credit never
overwrites a file that a reader is being sent; the set before stays until the new one is whole.
"""

import hashlib
import io
import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from xml.sax.saxutils import escape

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, transaction
from PIL import Image, ImageCms, ImageOps
from pilkit.processors import ResizeToFit
from pilkit.utils import process_image

from articles import photos
from articles.models import Photo
from articles.signals import articles_changed

log = logging.getLogger(__name__)
FORMATS = {"webp": ("WEBP", {"quality": 80, "method": 4}), "jpg": ("JPEG", {"quality": 82, "progressive": True})}
ARTIST, COPYRIGHT = 0x013B, 0x8298  # EXIF
XMP = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" \
xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" xmlns:xmpRights="http://ns.adobe.com/xap/1.0/rights/">\
<photoshop:Credit>{credit}</photoshop:Credit>\
<dc:rights><rdf:Alt><rdf:li xml:lang="x-default">{licence}</rdf:li></rdf:Alt></dc:rights>\
<xmpRights:UsageTerms><rdf:Alt><rdf:li xml:lang="x-default">{licence}</rdf:li></rdf:Alt></xmpRights:UsageTerms>\
</rdf:Description></rdf:RDF></x:xmpmeta>"""

# One worker for each process of the site: two large pictures are never in its memory at once.
WORKER = ThreadPoolExecutor(max_workers=1, thread_name_prefix="renditions")
_queued, _lock = set(), threading.Lock()


def order(photo, *, at):
    """This will have the photo's renditions made in the background once the present transaction is committed."""
    transaction.on_commit(partial(queue, photo.pk, at=at))


def queue(pk, *, at):
    """This will have a photo's renditions made in the background, unless they wait for it already."""
    with _lock:
        if pk in _queued:
            return
        _queued.add(pk)
    WORKER.submit(_work, pk, at, time.monotonic())


def queue_missing(photos, *, at):
    """This will queue those of `photos` that have no renditions: a stopped process may have left them waiting."""
    for photo in photos:
        if not are_made(photo):
            queue(photo.pk, at=at)


def _work(pk, at, asked):
    try:
        with _lock:
            _queued.discard(pk)  # what changes from now on needs another turn
        photo = Photo.objects.filter(pk=pk).first()
        if photo and not are_made(photo):
            make(photo, at=at + timedelta(seconds=time.monotonic() - asked))
    except Exception:
        log.exception("The renditions of photo %s could not be made.", pk)
    finally:
        connection.close()


def are_made(photo):
    """This will say whether the renditions of the photo, as it is now, lie in the storage."""
    return photo.renditions_at is not None and default_storage.exists(name_of(photo, Photo.SIZES[-1], "jpg"))


def find(photo, size, kind):
    """This will return the storage's name of a rendition, of the set before while the new one is made, or None."""
    if default_storage.exists(name := name_of(photo, size, kind)):
        return name
    for folder in _sets(photo):
        if default_storage.exists(name := f"{folder}/{size}.{kind}"):
            return name
    return None


def make(photo, *, at):
    """This will make every rendition of the photo from its original, decoding it once, and note it at `at`.

    Raises `photos.CannotTake` where the original cannot be read.
    """
    with default_storage.open(photo.original.name) as file:
        photos.check(file)
        checksum = photo.checksum or photos.checksum_of(file)
        photo.checksum = checksum
        try:
            picture, pixels = _upright(file)
        except (OSError, SyntaxError, ValueError, MemoryError) as error:
            raise photos.CannotTake(photos.damaged()) from error
    photo.width, photo.height = pixels
    for size in Photo.SIZES:
        for kind in Photo.KINDS:
            name = name_of(photo, size, kind)
            if default_storage.exists(name):
                default_storage.delete(name)  # left by a run that broke off
            default_storage.save(name, ContentFile(_rendition(picture, photo, size, kind)))
    made = Photo.objects.filter(
        pk=photo.pk, original=photo.original.name, credit=photo.credit, licence=photo.licence, focal_x=photo.focal_x,
        focal_y=photo.focal_y,
    )  # fmt: skip
    with transaction.atomic():
        is_present = made.update(checksum=checksum, width=pixels[0], height=pixels[1], renditions_at=at)
        if is_present:  # feeds name the files, pages the size
            articles_changed.send(sender=Photo, at=at, by=None)
    if is_present:
        photo.renditions_at = at
        _clear(photo)


def _upright(file):
    """This will return (the decoded picture, turned the way it is seen; the size that it has in its file)."""
    file.seek(0)
    image = Image.open(file, formats=photos.FORMATS)
    size = photos.seen_size(image)
    # A JPEG is read at a half or a quarter of its size where that is still larger than every rendition.
    image.draft(None, (2 * Photo.WIDTHS[-1], 2 * Photo.WIDTHS[-1]))
    image.load()
    image = ImageOps.exif_transpose(image)
    return _in_web_colours(image), size


def _in_web_colours(image):
    """This will return the picture in sRGB without a profile: profiles name their maker, and browsers assume sRGB."""
    profile = image.info.get("icc_profile")
    if image.mode.startswith(("I", "F")):
        image = image.point(lambda value: value * (1 / 256)).convert("L")
    has_alpha = image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info
    if profile and image.mode in ("RGB", "CMYK"):
        try:
            image = ImageCms.profileToProfile(
                image, ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB"), outputMode="RGB"
            )
        except ImageCms.PyCMSError:
            pass  # a broken profile: its colours are taken as they are
    if has_alpha:
        # Printed on white in both formats: what a drawing shows must not depend on the page's dark mode.
        image = image.convert("RGBA")
        white = Image.new("RGB", image.size, "white")
        white.paste(image, mask=image.getchannel("A"))
        return white
    return image.convert("RGB")


def _rendition(image, photo, size, kind):
    file_format, options = FORMATS[kind]
    if size == "share":
        bare, box = image.crop(_share_box(image, photo)), Photo.SHARE
    else:
        bare, box = image.copy(), (int(size), None)
    bare.info = {}  # comments, texts and profiles of the original end here
    options = {**options, "exif": _exif(photo), "xmp": _xmp(photo)}
    processors = [ResizeToFit(*box, upscale=False)]
    return process_image(bare, processors=processors, format=file_format, options=options).read()


def _share_box(image, photo):
    """This will return the largest box of the sharing rendition's proportions, around the focal point."""
    wide, high = Photo.SHARE
    scale = min(image.width / wide, image.height / high)
    width, height = max(round(wide * scale), 1), max(round(high * scale), 1)
    left = min(max(round(image.width * photo.focal_x / 100 - width / 2), 0), image.width - width)
    top = min(max(round(image.height * photo.focal_y / 100 - height / 2), 0), image.height - height)
    return left, top, left + width, top + height


def _exif(photo):
    """This will return EXIF data with the credit and the licence of the row, and nothing of the original's."""
    exif = Image.Exif()
    exif[ARTIST], exif[COPYRIGHT] = photo.credit.encode(), f"{photo.credit}. {photo.licence}".encode()
    return exif.tobytes()


def _xmp(photo):
    return XMP.format(credit=escape(photo.credit), licence=escape(photo.licence)).encode()


def _folder(photo):
    return f"{settings.IMAGEKIT_CACHEFILE_DIR}/{photo.pk}"


def name_of(photo, size, kind):
    """This will return where the rendition lies: in the folder of all that the present set is made from."""
    parts = (photo.original.name, photo.credit, photo.licence, photo.focal_x, photo.focal_y)
    made_from = hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()[:16]
    return f"{_folder(photo)}/{made_from}/{size}.{kind}"


def _sets(photo):
    try:
        folders, _files = default_storage.listdir(_folder(photo))
    except FileNotFoundError:
        return []
    return [f"{_folder(photo)}/{folder}" for folder in sorted(folders)]


def _clear(photo):
    """This will remove the sets that an earlier credit, licence, focal point or picture had."""
    present = name_of(photo, "", "").rpartition("/")[0]
    for folder in _sets(photo):
        if folder != present:
            for file in default_storage.listdir(folder)[1]:
                default_storage.delete(f"{folder}/{file}")
            default_storage.delete(folder)
