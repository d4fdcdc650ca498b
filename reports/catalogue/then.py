"""What rows of the record were called at a moment, for reports whose own rows carry their vintages.

What the house got to know later than that moment is called as it is now: a row without any name helps nobody.
"""

from django.db.models import Case, F, Value, When
from django.db.models.functions import Coalesce, NullIf
from django.utils.translation import get_language

from missions.models.kept import as_known
from missions.models.names import in_language


def rows(model, known_at):
    """This will return {id: row} of a noun with history, each row as it was known at a moment."""
    found = model.objects.in_bulk()
    if model.history.filter(history_date__gt=known_at).exists():
        found |= {row.pk: row for row in as_known(model, known_at)}
    return found


def ids(model, field, values, known_at):
    """This will return the ids of the rows whose `field` was one of the values then, or else is one of them now."""
    if not model.history.filter(history_date__gt=known_at).exists():
        return list(model.objects.filter(**{f"{field}__in": values}).values_list("pk", flat=True))
    found = {getattr(row, field): row.pk for row in as_known(model, known_at)}
    now = dict(model.objects.filter(**{f"{field}__in": values}).values_list(field, "pk"))
    return [pk for value in values if (pk := found.get(value, now.get(value)))]


def text(model, path, field, known_at):
    """This will return an expression for `path`'s `field`, `path` being a foreign key to `model`, as known at a moment.

    Where nothing of the noun was changed since, that is the field itself: then the database joins, and is quick.
    """
    return _as_then(model, path, F(f"{path}__{field}"), lambda row: getattr(row, field), known_at)


def name(model, path, known_at):
    """This will return an expression for the name of what `path` leads to, as `in_language` chooses it now."""
    languages = dict.fromkeys([get_language() or "en", "en", "ru", "kk"])
    names = [NullIf(F(f"{path}__name_{language}"), Value("")) for language in languages]
    return _as_then(model, path, Coalesce(*names, Value("")), lambda row: in_language(row, "name"), known_at)


def _as_then(model, path, now, read, known_at):
    if not model.history.filter(history_date__gt=known_at).exists():
        return now
    stands = {row.pk: read(row) for row in model.objects.all()}
    # Only what was called otherwise gets a branch: a million rows pass through them.
    then = {row.pk: read(row) for row in as_known(model, known_at)}
    whens = [When(**{path: pk}, then=Value(text)) for pk, text in then.items() if stands.get(pk) != text]
    return Case(*whens, default=now) if whens else now


def label(field, choices):
    """This will return an expression for the label of a choice, in the language that is active now."""
    return Case(*(When(**{field: value}, then=Value(str(words))) for value, words in choices), default=F(field))
