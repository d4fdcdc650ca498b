"""What rows of the record were called at a moment, for reports whose own rows carry their vintages."""

from django.db.models import Case, F, Value, When

from missions.models.kept import as_known


def text(model, path, field, known_at):
    """This will return an expression for `path`'s `field`, `path` being a foreign key to `model`, as known at a moment.

    Where nothing of the noun was changed since, that is the field itself: then the database joins, and is quick. What
    the house got to know later is called as it is now.
    """
    if not model.history.filter(history_date__gt=known_at).exists():
        return F(f"{path}__{field}")
    whens = [When(**{path: row.pk}, then=Value(getattr(row, field))) for row in as_known(model, known_at)]
    return Case(*whens, default=F(f"{path}__{field}"))


def label(field, choices):
    """This will return an expression for the label of a choice, in the language that is active now."""
    return Case(*(When(**{field: value}, then=Value(str(words))) for value, words in choices), default=F(field))
