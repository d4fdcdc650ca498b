"""STUB of helper 5: the files of big runs, made by a worker."""

from datetime import timedelta

from django.utils import timezone

from reports.models import PreparedFile

State = PreparedFile.State


def prepare(run, *, rows_expected, wants_letter, at):
    """This will let a worker make the file of an opened run."""
    return PreparedFile.objects.create(run=run, rows_expected=rows_expected, wants_letter=wants_letter)


def cancel(prepared, *, by, at):
    """This will stop the making of a file."""
    PreparedFile.objects.filter(pk=prepared.pk, state=State.WAITING).update(
        state=State.CANCELLED, cancel_asked_at=at or timezone.now() - timedelta(0)
    )


def standing(prepared, at):
    """This will return how the file stands at that moment."""
    return prepared.state
