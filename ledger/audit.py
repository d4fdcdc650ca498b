"""Writes the ledger. Every verb of the house calls `note` inside its own transaction."""

from ledger.models import Entry


def note(verb, subject, *, by, at, **details):
    """This will write one entry: `by` did `verb` to `subject` (a model instance) at the moment `at`.

    `details` are JSON values and ids. Names of people never belong here: an erased person must leave no trace.
    """
    return Entry.objects.create(
        at=at,
        by=by,
        verb=verb,
        noun=subject._meta.label_lower,
        object_id=str(subject.pk or ""),
        details=details,
    )
