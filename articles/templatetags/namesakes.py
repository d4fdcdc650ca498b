"""The names in a text that may be somebody else's than the record's."""

from django import template

from articles import naming

register = template.Library()


@register.inclusion_tag("admin/articles/edition/namesakes.html", takes_context=True)
def namesakes(context, edition, problems, uses):
    """This will list the words that block an edition as somebody's name, and those that were set apart.

    `uses` are its photos, as `readiness.uses_of` returns them.
    """
    blocking = dict.fromkeys(problem.words for problem in problems if problem.words)
    apart = naming.namesakes_in(edition, uses) if edition.is_open else []
    return {
        "csrf_token": context.get("csrf_token"),
        "edition": edition,
        "blocking": list(blocking),
        "apart": list(dict.fromkeys(named.words for named in apart)),
        "may_approve": context["request"].user.has_perm("articles.approve_edition"),
    }
