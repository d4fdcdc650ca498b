"""The procedure by which somebody is anonymised or erased: one person asks, another confirms, and it is done at once.

How it is done each floor knows of its own nouns (`register`). What was done stays in a list of ids, here and in a file
beside the database (`settings.ERASED_LIST`): a backup that is restored brings people back, and `again` takes them out
once more.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from ledger import audit, guards, parts
from ledger.models import Erasure

Kind, Ground = Erasure.Kind, Erasure.Ground
WAYS: dict[str, "Way"] = {}


class CannotErase(Exception):
    """Nobody is erased so. The message says why."""


@dataclass(frozen=True)
class Way:
    """How rows of one noun are erased.

    `known_since(row)` is when this house first knew it, `problem(row, erasure, at)` why it cannot be done, or "".
    `do(row, erasure, at)` does it, within the transaction and with the rules lifted, and returns ({noun: rows
    changed}, [files of the storage to delete]). `is_done(row)` says whether there is nothing left to do.
    """

    known_since: Callable
    problem: Callable
    do: Callable
    is_done: Callable


def register(noun, way):
    WAYS[noun] = way


def ask(row, *, kind, ground, by, at, reference="", spared=()):
    """This will ask that a row be anonymised or erased; nothing of it changes until another person confirms.

    Raises `CannotErase`.
    """
    noun, reference = row._meta.label_lower, reference.strip()
    way = WAYS[noun]
    asked = Erasure(
        noun=noun, object_id=row.pk, kind=kind, ground=ground, reference=reference, spared=sorted(spared),
        known_since=way.known_since(row), asked_by=by, asked_at=at,
    )  # fmt: skip
    if (kind == Kind.ERASE) != (ground == Ground.MISTAKE):
        raise CannotErase(
            _("What was recorded by mistake is erased whole; everybody else is anonymised: the figures rest on them.")
        )
    refuse(way.problem(row, asked, at))
    try:
        with transaction.atomic():
            asked.save(force_insert=True)
            audit.note("ask for an erasure", row, by=by, at=at, erasure=asked.pk, kind=str(kind), ground=str(ground))
    except IntegrityError as error:
        if Erasure.objects.waiting().filter(noun=noun, object_id=row.pk).exists():
            raise CannotErase(
                _("This is asked for already: another person has to confirm or to decline it.")
            ) from error
        raise
    return asked


def confirm(erasure, *, by, at):
    """This will do what was asked for, on the word of a second person. Raises `CannotErase`."""
    with transaction.atomic():
        erasure = _waiting(erasure)
        if by == erasure.asked_by:
            raise CannotErase(_("You asked for it: another person has to confirm it."))
        erasure.confirmed_by = by
        return _do(erasure, at=at)


def decline(erasure, *, by, at):
    """This will note that it is not done. Raises `CannotErase`."""
    with transaction.atomic():
        erasure = _waiting(erasure)
        erasure.declined_at, erasure.declined_by = at, by
        erasure.save(update_fields=["declined_at", "declined_by"])
        model = apps.get_model(erasure.noun)
        audit.note("decline an erasure", model(pk=erasure.object_id), by=by, at=at, erasure=erasure.pk)
    return erasure


def by_itself(row, *, ground, at, kind=Kind.ANONYMISE, asked_at=None, spared=()):
    """This will do it without two people's word: since its time is over, or again after a backup was restored."""
    way = WAYS[row._meta.label_lower]
    with transaction.atomic():
        erasure = Erasure(
            noun=row._meta.label_lower, object_id=row.pk, kind=kind, ground=ground, known_since=way.known_since(row),
            asked_at=asked_at or at, spared=list(spared),
        )  # fmt: skip
        return _do(erasure, at=at)


def _waiting(erasure):
    erasure = Erasure.objects.select_for_update().get(pk=erasure.pk)
    if erasure.confirmed_at or erasure.declined_at:
        raise CannotErase(_("This was decided already."))
    return erasure


def _do(erasure, *, at):
    way, model = WAYS[erasure.noun], apps.get_model(erasure.noun)
    row = model._base_manager.select_for_update().filter(pk=erasure.object_id).first()
    if row is None:
        raise CannotErase(_("The row is not there any more."))
    refuse(way.problem(row, erasure, at))
    leave_nothing_in_the_file()
    erasure.confirmed_at = at
    erasure.save()
    details = {"erasure": erasure.pk, "ground": str(erasure.ground)}
    entry = audit.note(erasure.kind, model(pk=row.pk), by=erasure.confirmed_by, at=at, **details)
    with guards.lifted_for(entry):
        changed, files = way.do(row, erasure, at)
    parts.leave_nothing(connection)
    erasure.changed, erasure.leftovers = changed, sorted(set(files))
    erasure.save(update_fields=["changed", "leftovers"])
    transaction.on_commit(partial(after_commit, erasure.pk), robust=True)
    return erasure


def refuse(problem):
    if problem:
        raise CannotErase(problem)


def after_commit(pk):
    """This will do what waits for the commit: delete the files, and enter the id into the list beside the database."""
    for erasure in Erasure.objects.done().filter(pk=pk):
        delete_leftovers(erasure)
    follow_the_list()


def delete_leftovers(erasure):
    """This will delete the files that an erasure left to be deleted, and return how many there were."""
    for name in erasure.leftovers:
        default_storage.delete(name)
    Erasure.objects.filter(pk=erasure.pk).update(leftovers=[])
    return len(erasure.leftovers)


def delete_all_leftovers(*, at):
    """This will delete what a process that was killed left after its commit; returns how many files that were."""
    return sum(delete_leftovers(erasure) for erasure in Erasure.objects.done().exclude(leftovers=[]))


# --- The list beside the database ---------------------------------------------------------------------------------


def listed(path=None):
    """This will return {(noun, id, known since): line} of the list."""
    path = Path(path or settings.ERASED_LIST)
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    found = {}
    for line in filter(str.strip, lines):
        told = json.loads(line)
        found[told["noun"], told["id"], told["known_since"]] = told
    return found


def follow_the_list():
    """This will enter into the list, which is only ever added to, what was done and is not there yet."""
    path, known = Path(settings.ERASED_LIST), listed()
    new = [line for erasure in Erasure.objects.done() if _key(line := _line(erasure)) not in known]
    if new:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.writelines(f"{json.dumps(line)}\n" for line in new)
    return len(new)


def _line(erasure):
    since = erasure.known_since.isoformat() if erasure.known_since else None
    return {
        "noun": erasure.noun, "id": erasure.object_id, "known_since": since, "kind": erasure.kind,
        "at": erasure.confirmed_at.isoformat(), "spared": erasure.spared,
    }  # fmt: skip


def _key(line):
    return line["noun"], line["id"], line["known_since"]


def again(*, at, path=None):
    """This will do again what the list says, of those whom a restored backup brought back.

    Returns ([done erasures], [lines that were left alone: somebody else bears the id by now]).
    """
    done, left = [], []
    for line in listed(path).values():
        way, model = WAYS[line["noun"]], apps.get_model(line["noun"])
        row = model._base_manager.filter(pk=line["id"]).first()
        if row is None or way.is_done(row):
            continue
        since = way.known_since(row)
        if (since.isoformat() if since else None) != line["known_since"]:
            left.append(line)
            continue
        kind, asked_at = Kind(line["kind"]), datetime.fromisoformat(line["at"])
        again = {"kind": kind, "asked_at": asked_at, "spared": line["spared"]}
        done.append(by_itself(row, ground=Ground.REPEATED, at=at, **again))
    return done, left


# --- What the database's own files still hold ----------------------------------------------------------------------


def leave_nothing_in_the_file():
    """This will have SQLite write over what is deleted; PostgreSQL's old rows go with the next `wipe`."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete = ON")


def wipe(*, at):
    """This will have the database forget the old rows in its own files too, where something was erased since.

    Not within a transaction: both databases write their files anew. Returns how many erasures it was for.
    """
    unwiped = Erasure.objects.done().filter(wiped_at__isnull=True)
    ids = list(unwiped.values_list("pk", flat=True))
    if not ids or connection.in_atomic_block:
        return 0
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            cursor.execute("VACUUM")  # a table of another owner it leaves out, with a warning
    return Erasure.objects.filter(pk__in=ids).update(wiped_at=at)
