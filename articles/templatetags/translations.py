"""What the desk says of translations: on the writing screen, and among the work that waits."""

from django import template

from articles import translating
from articles.models import Edition

ON_THE_DESK = 10
register = template.Library()


@register.inclusion_tag("admin/articles/edition/translation_panel.html", takes_context=True)
def translation_panel(context, edition):
    """This will show whether a translation is stale, and the languages that the story can be translated into."""
    may_begin = context["user"].has_perms(["articles.add_edition", "articles.change_edition"])
    was_taken_back = edition.state == "withdrawn" or edition.suppressed_at
    return {
        "edition": edition,
        "csrf_token": context.get("csrf_token"),
        "is_translation": edition.translated_from_id is not None,
        "staleness": translating.staleness(edition) if edition.translated_from_id else None,
        "languages": translating.languages_for(edition) if may_begin and not was_taken_back else [],
    }


@register.inclusion_tag("articles/stale_translations.html")
def stale_translations():
    """This will list the translations whose source moved on: one query."""
    return {"stale": Edition.objects.stale_translations()[:ON_THE_DESK]}
