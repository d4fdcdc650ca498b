"""What a story's page says of itself to machines: schema.org's NewsArticle."""

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override


def news_article(edition, corrections, *, address):
    """This will return the NewsArticle of an edition as JSON values, its addresses absolute.

    `edition` comes `with_first_hour` and `with_author_kind`; `address` is the path of the page that the story lives at.
    """
    with override(edition.language):
        house = {"@type": "Organization", "name": _("Peacekeeping Record"), "url": settings.SITE_URL}
    article = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": edition.title,
        "description": edition.standfirst,
        "datePublished": (edition.first_hour or edition.public_from).isoformat(),
        "dateModified": edition.public_from.isoformat(),
        "inLanguage": edition.language,
        "author": [_author(edition) if edition.byline else house],
        "publisher": house,
        "isAccessibleForFree": True,
        "mainEntityOfPage": {"@type": "WebPage", "@id": settings.SITE_URL + address},
    }
    if edition.lead and edition.lead.photo:
        photo = edition.lead.photo
        article["image"] = [settings.SITE_URL + photo.rendition_url(width) for width in reversed(photo.WIDTHS)]
    if corrections:
        article["correction"] = [
            {
                "@type": "CorrectionComment",
                "text": correction.text,
                "datePublished": correction.set_right_by.public_from.isoformat(),
            }
            for correction in corrections
        ]
    return article


def _author(edition):
    """This will return the byline as it was printed, and what it names: a person or an organisation.

    Only the story's authors can say which. Where none is listed, or some of both, it is left unsaid: a guess from the
    words would call an agency a person.
    """
    kinds = {"Person": edition.by_people, "Organization": edition.by_organisations}
    said = [kind for kind, is_listed in kinds.items() if is_listed]
    return {**({"@type": said[0]} if len(said) == 1 else {}), "name": edition.byline}
