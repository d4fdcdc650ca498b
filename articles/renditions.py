"""Makes the renditions of a photo, off the request path, and says where they lie.

A set of renditions lies in a folder named after all that went into it, so that a new focal point or credit never
overwrites a file that a reader is being sent; the set before stays until the new one is whole.
"""

import hashlib
import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from itertools import product

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, transaction

from articles import imagegenerators, photos
from articles.models import Photo
from articles.signals import articles_changed

log = logging.getLogger(__name__)

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
        if photo and not are_kept(photo):
            make(photo, at=at + timedelta(seconds=time.monotonic() - asked))
    except Exception:
        log.exception("The renditions of photo %s could not be made.", pk)
    finally:
        connection.close()


def are_made(photo):
    """This will say by its row alone whether the renditions of the photo, as it is now, were made."""
    return photo.renditions_at is not None and photo.renditions_set == _set_of(photo)


def are_kept(photo):
    """This will say whether they were made and lie in the storage, which may have lost them since."""
    return are_made(photo) and default_storage.exists(name_of(photo, Photo.SIZES[-1], "jpg"))


def find(photo, size, kind):
    """This will return the storage's name of a rendition, of the set before while the new one is made, or None."""
    if default_storage.exists(name := name_of(photo, size, kind)):
        return name
    for folder in sets(photo):
        if default_storage.exists(name := f"{folder}/{size}.{kind}"):
            return name
    return None


def make(photo, *, at):
    """This will make every rendition of the photo from its original, decoding it once, and note it at `at`.

    Raises `photos.CannotTake` where the original cannot be read.
    """
    with default_storage.open(photo.original.name) as file:
        photos.check(file)
        photo.checksum = photo.checksum or photos.checksum_of(file)
        try:
            picture, (photo.width, photo.height) = imagegenerators.decode(file)
        except (OSError, SyntaxError, ValueError, MemoryError) as error:
            raise photos.CannotTake(photos.damaged()) from error
    lengths = {}
    for size, kind in product(Photo.SIZES, Photo.KINDS):
        name = name_of(photo, size, kind)
        if default_storage.exists(name):
            default_storage.delete(name)  # left by a run that broke off
        content = imagegenerators.generate(photo, picture, size, kind)
        default_storage.save(name, ContentFile(content))
        lengths[size, kind] = len(content)
    made = Photo.objects.filter(
        pk=photo.pk, original=photo.original.name, credit=photo.credit, licence=photo.licence, focal_x=photo.focal_x,
        focal_y=photo.focal_y,
    )  # fmt: skip
    largest = lengths[str(Photo.WIDTHS[-1]), "jpg"]
    if are_made(photo) and photo.renditions_bytes == largest:
        return  # the storage alone had lost them, as after a restore: no page changes
    told = {"renditions_at": at, "renditions_set": _set_of(photo), "renditions_bytes": largest}
    with transaction.atomic():
        is_present = made.update(checksum=photo.checksum, width=photo.width, height=photo.height, **told)
        if is_present:  # feeds name the files, pages the size
            articles_changed.send(sender=Photo, at=at, by=None)
    if is_present:
        for field, value in told.items():
            setattr(photo, field, value)
        _clear(photo)


def _folder(photo):
    return f"{settings.IMAGEKIT_CACHEFILE_DIR}/{photo.pk}"


def _set_of(photo):
    """This will return the name of a set: of all that it is made from."""
    parts = (photo.original.name, photo.credit, photo.licence, photo.focal_x, photo.focal_y)
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()[:16]


def name_of(photo, size, kind):
    """This will return where a rendition of the present set lies."""
    return f"{_folder(photo)}/{_set_of(photo)}/{size}.{kind}"


def sets(photo):
    """This will return the folders of the storage in which renditions of the photo lie, of earlier originals too."""
    try:
        folders, _files = default_storage.listdir(_folder(photo))
    except FileNotFoundError:
        return []
    return [f"{_folder(photo)}/{folder}" for folder in sorted(folders)]


def _clear(photo):
    """This will remove the sets that an earlier credit, licence, focal point or picture had."""
    present = f"{_folder(photo)}/{_set_of(photo)}"
    for folder in sets(photo):
        if folder != present:
            for file in default_storage.listdir(folder)[1]:
                default_storage.delete(f"{folder}/{file}")
            default_storage.delete(folder)
