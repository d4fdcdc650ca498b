"""What the head of a public page says of it: its one address, its other languages, and what other sites show of it."""

import re
from dataclasses import dataclass, field

from django.conf import settings
from django.utils import timezone

from articles import feed_formats, share_pictures
from ledger.paths import path, path_in

LOCALES = {"kk": "kk_KZ", "ru": "ru_RU", "en": "en_GB"}
FEEDS = {  # page: the feed that it offers
    "home": "feed", "articles": "feed", "feed_list": "feed", "section": "section_feed", "topic": "topic_feed",
    "mission": "mission_feed", "corrections": "correction_feed",
}  # fmt: skip
ASKED = ("page", "before", "after")  # of an address: another part of a list
KEY = re.compile(r"[0-9-]{1,20}(\.[0-9]{1,20}){1,2}")  # of a row of a list, see `turning`


@dataclass
class Head:
    """Addresses are full ones; `alternates` are (language, address), the reader's own among them, x-default last."""

    canonical: str
    alternates: list
    picture: share_pictures.Card
    kind: str = "website"
    published: str = ""  # moments, as `house_moment` writes them
    modified: str = ""
    section: str = ""
    tags: list = field(default_factory=list)
    linked: list = field(default_factory=list)  # JSON-LD
    printed: str = ""  # as a page printed it


def house_moment(at):
    """This will return a moment for machines: with its zone, by the house's own clock."""
    return timezone.localtime(at).isoformat()


def full(path):
    """This will return the full address of a path of the site."""
    return settings.SITE_URL + path


def alternates(paths):
    """This will return (language, full address) for each of {language: path}, and x-default for everyone else."""
    return in_order({language: full(path) for language, path in paths.items()})


def in_order(addresses):
    """This will return (language, address) in the order of the site's languages, and x-default last.

    Who reads none of the languages is led to the first that there is.
    """
    found = [(code, addresses[code]) for code, _name in settings.LANGUAGES if code in addresses]
    return [*found, ("x-default", found[0][1])] if found else []


def in_each_language(path):
    """This will return {language: path} of a page that every language has, from its path in one of them."""
    _empty, _language, rest = path.split("/", 2)
    return {code: f"/{code}/{rest}" for code, _name in settings.LANGUAGES}


def of_page(path, asked, *, mission=None):
    """This will return the head of a page that stands in each language; `asked` is the query of its address.

    Of what may follow the path only the part of a list says something else than the page without it: the number of a
    page, or the key of the row before it or after it.
    """
    number, more = asked.get("page", ""), ""
    for name in ("before", "after"):
        if KEY.fullmatch(asked.get(name, "")):
            more = f"?{name}={asked[name]}"
    if number.isdecimal() and int(number[:9]) > 1:
        more = more or f"?page={number}"
    return Head(
        canonical=full(path) + more,
        alternates=[(code, address + more) for code, address in alternates(in_each_language(path))],
        picture=share_pictures.of_mission(mission) if mission else share_pictures.of_site(),
    )


def of_story(edition, *, path, editions, missions, topics):
    """This will return the head of a story: `path` is where it lives, `editions` are those in force, by language."""
    return Head(
        canonical=full(path),
        alternates=alternates({one.language: path_in(one.language, "article", one.slug) for one in editions}),
        picture=share_pictures.of_edition(edition, missions),
        kind="article",
        published=house_moment(edition.first_hour or edition.public_from),
        modified=house_moment(edition.public_from),
        section=edition.article.section.name,
        tags=[topic.name for topic in topics],
    )


def feeds(name, slug):
    """This will return (format, media type, address) of the feed that a page offers; `slug` is of what it is about."""
    if name not in FEEDS:
        return []
    of = [slug] if slug else []
    return [
        (feed_formats.NAMES[kind], media_type, path(FEEDS[name], *of, kind))
        for kind, media_type in feed_formats.MEDIA_TYPES.items()
    ]
