"""The pictures that other sites show beside a link: one for each edition, each mission, and the house itself.

A picture lies in private storage under a key of all that it shows, so that its address changes with it. It is made
once: an edition's when it is approved, off the request path, and any other when it is first asked for.
"""

import hashlib
import io
import logging
import threading
from dataclasses import dataclass
from functools import partial

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from PIL import Image

from articles import renditions, share_drawing
from articles.models import Edition
from ledger.paths import path
from missions import dates

log = logging.getLogger(__name__)
LOOK = 1  # raise it when the drawing changes: every picture is then made anew
TYPE = "image/jpeg"
FOLDER = "shares"
_one_at_a_time = threading.Lock()  # neither the fonts nor the memory are for two


@dataclass(frozen=True)
class Card:
    """What a picture shows, in words of one language. `photo` names the rendition that lies under them, or ""."""

    place: str  # of the storage's folder, and of the address
    title: str
    kicker: str
    note: str
    house: str
    alt: str
    photo: str = ""
    credit: str = ""

    @property
    def key(self):
        shown = (LOOK, *vars(self).values())
        return hashlib.sha256(repr(shown).encode()).hexdigest()[:16]

    @property
    def address(self):
        """The path of the picture."""
        return path("share_picture", *self.place.split("/"), self.key)

    @property
    def name(self):
        """Where the picture lies in the storage."""
        return f"{FOLDER}/{self.place}/{self.key}.jpg"


def of_edition(edition, missions):
    """This will return the card of an edition, in its language; `missions` are its story's."""
    with override(edition.language):
        acronyms = " · ".join(mission.acronym for mission in list(missions)[:3])
        section = edition.article.section.name
        lead = edition.lead if edition.lead and edition.lead.photo else None
        return Card(
            place=f"story/{edition.pk}",
            title=edition.title,
            kicker=f"{section} · {acronyms}" if acronyms else section,
            note=date_format(edition.day, "DATE_FORMAT"),
            house=_("Peacekeeping Record"),
            alt=edition.title,
            photo=renditions.name_of(lead.photo, "share", "jpg") if lead else "",
            credit=lead.credit if lead else "",
        )


def of_mission(mission):
    """This will return the card of a mission, in the active language."""
    return Card(
        place=f"mission-{get_language()}/{mission.slug}",
        title=f"{mission.acronym}: {mission.name}",
        kicker=capfirst(mission.get_kind_display()),
        note=dates.shown_period(mission),
        house=_("Peacekeeping Record"),
        alt=f"{mission.acronym}: {mission.name}",
    )


def of_site():
    """This will return the house's own card, in the active language, for every page that has none of its own."""
    return Card(
        place=f"site/{get_language()}",
        title=_("News of those who keep the peace"),
        kicker=_("Stories and the record they rest on"),
        note=_("every figure with its date and its source"),
        house=_("Peacekeeping Record"),
        alt=_("Peacekeeping Record"),
    )


def bring(card):
    """This will return the bytes of the card's picture, making it where it was not made yet."""
    if default_storage.exists(card.name):
        with default_storage.open(card.name) as file:
            return file.read()
    with _one_at_a_time:
        photo = _photo(card)
        content = _drawn(card, photo)
        # Without the photo that it should show it is good for this once: that is being made.
        if bool(photo) == bool(card.photo) and not default_storage.exists(card.name):
            _keep(card, content)
    return content


def _photo(card):
    if not card.photo or not default_storage.exists(card.photo):
        return None
    with default_storage.open(card.photo) as file:
        image = Image.open(file)
        image.load()
    return image


def _drawn(card, photo):
    image = share_drawing.draw(
        title=card.title, kicker=card.kicker, note=card.note, house=card.house, photo=photo, credit=card.credit
    )  # fmt: skip
    file = io.BytesIO()
    image.save(file, "JPEG", quality=88, subsampling=0, optimize=True, progressive=True)
    return file.getvalue()


def _keep(card, content):
    """This will keep the picture, and remove what the same address showed before."""
    folder = f"{FOLDER}/{card.place}"
    try:
        before = default_storage.listdir(folder)[1]
    except FileNotFoundError:
        before = []
    saved = default_storage.save(card.name, ContentFile(content))
    for name in {*(f"{folder}/{file}" for file in before), saved} - {card.name}:
        default_storage.delete(name)  # another process may have made the same one meanwhile


def order(edition):
    """This will have the edition's picture made in the background once the present transaction is committed."""
    transaction.on_commit(partial(queue, edition.pk))


def queue(pk):
    renditions.WORKER.submit(_work, pk)


def make(pk):
    """This will make the picture of an edition, if there is such an edition."""
    if edition := Edition.objects.for_share_picture().filter(pk=pk).first():
        bring(of_edition(edition, edition.article.missions.order_by("acronym")))


def _work(pk):
    try:
        make(pk)
    except Exception:
        log.exception("The picture that other sites show of edition %s could not be made.", pk)
    finally:
        connection.close()
