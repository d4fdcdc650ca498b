"""The names in a text that may be somebody else's, or another place's, than the record's."""

from django import template

from articles import naming

register = template.Library()


@register.inclusion_tag("admin/articles/edition/namesakes.html", takes_context=True)
def namesakes(context, edition, problems, uses):
    """This will list the words that block an edition as a name of somebody or of a place, and those set apart.

    `uses` are its photos, as `readiness.uses_of` returns them.
    """
    apart = naming.namesakes_in(edition, uses) if edition.is_open else []
    elsewhere = naming.other_places_in(edition, uses) if edition.is_open else []
    return {
        "csrf_token": context.get("csrf_token"),
        "edition": edition,
        "blocking": list(dict.fromkeys(problem.words for problem in problems if problem.words)),
        "apart": list(dict.fromkeys(named.words for named in apart)),
        "places": list(dict.fromkeys(problem.place for problem in problems if problem.place)),
        "elsewhere": list(dict.fromkeys(words for _ids, words, _field in elsewhere)),
        "may_approve": context["request"].user.has_perm("articles.approve_edition"),
    }
