"""STUB of helper 5: the files of big runs, made by a worker. Drop this one at the merge."""

from dataclasses import dataclass

from reports.models import PreparedFile

State = PreparedFile.State
GOING_ON = (State.WAITING, State.WORKING)


class CannotCancel(Exception):
    """The run cannot be cancelled. The message says why."""


@dataclass(frozen=True)
class Standing:
    """How a prepared file stands."""

    words: str
    per_cent: int | None
    is_going_on: bool
    is_ready: bool


def prepare(run, *, rows_expected, wants_letter, at):
    """This will let a worker make the file of an opened run."""
    return PreparedFile.objects.create(run=run, rows_expected=rows_expected, wants_letter=wants_letter)


def cancel(prepared, *, by, at):
    """This will end a run that waits or is being made."""
    if not may_cancel(by, prepared.run):
        raise CannotCancel("Only who takes a report may cancel it.")
    PreparedFile.objects.filter(pk=prepared.pk).update(state=State.CANCELLED, cancel_asked_at=at)


def may_cancel(user, run):
    """This will say whether `user` may cancel a run."""
    return user == run.by or user.is_superuser


def may_fetch(user, run):
    """This will say whether `user` may have the prepared file of a run."""
    return user == run.by


def standing(prepared, at):
    """This will return how the file stands at that moment."""
    state = State(prepared.state)
    return Standing(str(state.label), None, state in GOING_ON, state == State.READY)
