"""What a story's page says of itself to machines: schema.org's NewsArticle."""

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override


def news_article(edition, corrections, *, address):
    """This will return the NewsArticle of an edition as JSON values, its addresses absolute.

    `edition` comes `with_first_hour`; `address` is the path of the page that the story lives at.
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
        "author": [{"@type": "Person", "name": edition.byline} if edition.byline else house],
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
