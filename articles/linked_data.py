"""What a page says of itself to machines, in schema.org's words: a story, a trail, the site itself.

Each function returns one block of JSON values, its addresses absolute; it says nothing that the page does not print.
"""

from django.conf import settings
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from articles.heads import house_moment
from ledger.paths import path, static_path

CONTEXT = {"@context": "https://schema.org"}


def news_article(edition, corrections, *, address, picture, sources=(), missions=(), topics=()):
    """This will return the NewsArticle of an edition.

    `edition` comes `with_first_hour` and `with_author_kind`; `address` is the path of the page that the story lives at,
    `picture` that of its share picture; `sources` are those of its figures, (title, publisher, address) each.
    """
    with override(edition.language):
        house = publisher()
        article = {
            **CONTEXT,
            "@type": "NewsArticle",
            "headline": edition.title,
            "description": edition.standfirst,
            "datePublished": house_moment(edition.first_hour or edition.public_from),
            "dateModified": house_moment(edition.public_from),
            "inLanguage": edition.language,
            "author": [_author(edition) if edition.byline else house],
            "publisher": house,
            "isAccessibleForFree": True,
            "mainEntityOfPage": {"@type": "WebPage", "@id": settings.SITE_URL + address},
            "url": settings.SITE_URL + address,
            "isPartOf": _site(),
            "articleSection": edition.article.section.name,
            "image": [*_photos(edition), _image(picture, 1200, 630)],
        }
        if topics:
            article["keywords"] = [topic.name for topic in topics]
        if missions:
            article["about"] = [
                {
                    "@type": "Organization",
                    "name": mission.name,
                    "alternateName": mission.acronym,
                    "url": settings.SITE_URL + mission.get_absolute_url(),
                }
                for mission in missions
            ]
    if sources:
        article["isBasedOn"] = _sources(sources)
    if corrections:
        article["correction"] = [
            {
                "@type": "CorrectionComment",
                "text": correction.text,
                "datePublished": house_moment(correction.set_right_by.public_from),
            }
            for correction in corrections
        ]
    return article


def breadcrumbs(trail):
    """This will return the BreadcrumbList of (name, path) pairs, from the front page, which is added, to the page."""
    return {
        **CONTEXT,
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": place, "name": str(name), "item": settings.SITE_URL + address}
            for place, (name, address) in enumerate([(_("Front page"), path("home")), *trail], start=1)
        ],
    }


def website():
    """This will return the WebSite of the active language, with its search."""
    return {
        **CONTEXT,
        **_site(),
        "inLanguage": get_language(),
        "publisher": publisher(),
        "potentialAction": {
            "@type": "SearchAction",
            "target": {
                "@type": "EntryPoint",
                "urlTemplate": f"{settings.SITE_URL}{path('search')}?q={{search_term_string}}",
            },
            "query-input": "required name=search_term_string",
        },
    }


def publisher():
    """This will return the house, as an organisation with its mark."""
    return {
        "@type": "Organization",
        "name": _("Peacekeeping Record"),
        "url": settings.SITE_URL,
        "logo": {"@type": "ImageObject", "url": settings.SITE_URL + static_path("site/mark.svg")},
    }


def _site():
    return {"@type": "WebSite", "name": _("Peacekeeping Record"), "url": settings.SITE_URL + path("home")}


def _photos(edition):
    """This will return the lead photo, with its credit, in its largest rendition."""
    if not (edition.lead and edition.lead.photo):
        return []
    use, photo = edition.lead, edition.lead.photo
    width = min(photo.WIDTHS[-1], photo.width)
    image = _image(
        photo.rendition_url(photo.WIDTHS[-1], "jpg"), width, round(photo.height * width / (photo.width or 1))
    )
    image |= {"creditText": use.credit, "copyrightNotice": f"{use.credit}, {use.licence}"}
    return [{**image, "caption": use.caption} if use.caption else image]


def _image(path, width, height):
    return {"@type": "ImageObject", "url": settings.SITE_URL + path, "width": width, "height": height}


def _sources(sources):
    """This will return the documents that the printed figures rest on, each once, in reading order."""
    found = dict.fromkeys(tuple(source) for source in sources)
    return [
        {
            "@type": "CreativeWork",
            "name": title,
            "publisher": {"@type": "Organization", "name": publisher},
            **({"url": address} if address else {}),
        }
        for title, publisher, address in found
    ]


def _author(edition):
    """This will return the byline as it was printed, and what it names: a person or an organisation.

    Only the story's authors can say which. Where none is listed, or some of both, it is left unsaid: a guess from the
    words would call an agency a person.
    """
    kinds = {"Person": edition.by_people, "Organization": edition.by_organisations}
    said = [kind for kind, is_listed in kinds.items() if is_listed]
    return {**({"@type": said[0]} if len(said) == 1 else {}), "name": edition.byline}
