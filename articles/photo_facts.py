"""Reads what a picture's file says of it: credit, licence and caption for the form, and where it was taken.

All of it was written by strangers: it is proposed in a form and never printed unread. Nothing here raises for what a
file says wrongly; a fact that cannot be read is left out.
"""

import re
from dataclasses import dataclass

from defusedxml import ElementTree
from PIL import Image, IptcImagePlugin

from articles import photos
from articles.models import Photo

LONGEST_XMP = 1024 * 1024  # bytes
RDF, XML = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}", "{http://www.w3.org/XML/1998/namespace}"
DC, CC = "{http://purl.org/dc/elements/1.1/}", "{http://creativecommons.org/ns#}"
PHOTOSHOP, RIGHTS = "{http://ns.adobe.com/photoshop/1.0/}", "{http://ns.adobe.com/xap/1.0/rights/}"
CREDIT, BYLINE, COPYRIGHT, CAPTION = (2, 110), (2, 80), (2, 116), (2, 120)  # IPTC
UTF_8 = b"\x1b%G"  # IPTC 1:90
EXIF_ARTIST, EXIF_COPYRIGHT, EXIF_CAPTION, EXIF_PLACE = 315, 33432, 270, 0x8825
KAZAKH, CYRILLIC = re.compile("[әғқңөұүһіӘҒҚҢӨҰҮҺІ]"), re.compile("[а-яА-Я]")
UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]+")


@dataclass(frozen=True)
class Facts:
    """What a file says of its picture; an empty text where it says nothing. `captions` has a language for each."""

    credit: str
    licence: str
    captions: dict

    def initial(self):
        """This will return what the form of the photo begins with, cut to what its fields hold."""
        texts = {"credit": self.credit, "licence": self.licence}
        texts |= {f"caption_{language}": caption for language, caption in self.captions.items()}
        return {name: text[: Photo._meta.get_field(name).max_length] for name, text in texts.items() if text}


def read(file):
    """This will return the `Facts` of a picture that `photos.check` has let in. XMP goes before IPTC, and EXIF last."""
    file.seek(0)
    picture = Image.open(file, formats=photos.FORMATS)
    xmp, iptc, exif = _xmp(picture), _iptc(picture), _exif(picture)
    creator = _first(xmp, DC + "creator") or iptc.get(BYLINE) or exif.get(EXIF_ARTIST)
    agency = _first(xmp, PHOTOSHOP + "Credit") or iptc.get(CREDIT)
    licences = [_first(xmp, name) for name in (CC + "license", RIGHTS + "UsageTerms", DC + "rights")]
    credits_given = dict.fromkeys(text for text in (creator, agency) if text)
    captions = {}
    for caption in [*xmp.get(DC + "description", ()), iptc.get(CAPTION), exif.get(EXIF_CAPTION)]:
        if caption:
            captions.setdefault(language_of(caption), caption)
    file.seek(0)
    return Facts(
        credit=" / ".join(credits_given),
        licence=next((text for text in [*licences, iptc.get(COPYRIGHT), exif.get(EXIF_COPYRIGHT)] if text), ""),
        captions=captions,
    )


def place(file):
    """This will return (latitude, longitude) in degrees where the picture was taken, or None if its file is silent."""
    file.seek(0)
    try:
        written = Image.open(file, formats=photos.FORMATS).getexif().get_ifd(EXIF_PLACE)
        latitude, longitude = _degrees(written[2]), _degrees(written[4])
        south, west = str(written.get(1, "N"))[:1] == "S", str(written.get(3, "E"))[:1] == "W"
    except Exception:
        return None
    if latitude > 90 or longitude > 180:
        return None
    return (-latitude if south else latitude), (-longitude if west else longitude)


def language_of(text):
    """This will guess kk, ru or en by the letters of a text."""
    if KAZAKH.search(text):
        return "kk"
    return "ru" if CYRILLIC.search(text) else "en"


def _degrees(parts):
    degrees, minutes, seconds = (float(part) for part in parts)
    return round(degrees + minutes / 60 + seconds / 3600, 6)


def _first(xmp, name):
    return next(iter(xmp.get(name, ())), "")


def _xmp(picture):
    """This will return {qualified name: texts} of the XMP packet. A document type or an entity ends the reading."""
    packet = picture.info.get("xmp") or picture.info.get("XML:com.adobe.xmp") or b""
    packet = packet.encode() if isinstance(packet, str) else bytes(packet)
    found = {}
    if not packet or len(packet) > LONGEST_XMP:
        return found
    try:
        tree = ElementTree.fromstring(packet.strip(b"\0 \r\n\t"), forbid_dtd=True)
    except Exception:  # broken, hostile, or in no known encoding
        return found
    for described in tree.iter(RDF + "Description"):
        for name, value in described.attrib.items():
            found.setdefault(name, []).append(_tidy(value))
        for child in described:
            items = [item.text or "" for item in child.iter(RDF + "li")]
            texts = items or [child.get(RDF + "resource") or child.text or ""]
            found.setdefault(child.tag, []).extend(filter(None, map(_tidy, texts)))
    return found


def _iptc(picture):
    try:
        records = IptcImagePlugin.getiptcinfo(picture) or {}
    except Exception:
        return {}
    declared = records.get((1, 90))
    return {
        name: _tidy(_decoded(b"; ".join(value) if isinstance(value, list) else value, declared == UTF_8))
        for name, value in records.items()
        if name in (CREDIT, BYLINE, COPYRIGHT, CAPTION)
    }


def _exif(picture):
    try:
        exif = picture.getexif()
        texts = {tag: exif.get(tag) for tag in (EXIF_ARTIST, EXIF_COPYRIGHT, EXIF_CAPTION)}
    except Exception:
        return {}
    # Pillow reads these as Latin-1, whatever the camera or program wrote.
    return {
        tag: _tidy(_decoded(text.encode("latin-1", "replace") if isinstance(text, str) else text))
        for tag, text in texts.items()
        if isinstance(text, str | bytes)
    }


def _decoded(raw, is_utf_8=False):
    """This will return the text of bytes in UTF-8, or else in Latin-1, which every byte has a letter in."""
    try:
        return raw.decode("utf-8", "replace" if is_utf_8 else "strict")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _tidy(text):
    return " ".join(UNSEEN.sub(" ", text).split())
