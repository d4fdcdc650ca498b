"""Uploaded files between their plan and its application: in private storage, which every node reaches, a day at most.

Each lies in a folder of its own, whose name says whose it is, what kind of file lies in it and what its plan said, so
that nobody applies another plan than the one that was looked at.
"""

import hashlib
import itertools
import json
import re
import secrets
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from django.core.files import File
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ledger import patience
from ledger.storage import name_of
from missions.models import ImportRun
from missions.un_data import apply as imports
from missions.un_data.plan import readable

LIFE = timedelta(days=1)
ROOM = "imports"
LARGEST_UNPACKED = 200_000_000  # bytes of a workbook that a page waits for; what is larger comes in by the command
ADDITIONS_SHOWN, CHANGES_SHOWN = 50, 500
KIND_LABELS = {
    "added": gettext_lazy("added"), "changed": gettext_lazy("changed"), "repaired": gettext_lazy("repaired"),
    "refused": gettext_lazy("refused"), "absent": gettext_lazy("not in the file"),
}  # fmt: skip


@dataclass(frozen=True)
class ShownRow:
    """One row of a plan as the page shows it, or several that share a reason: `numbers` says which.

    Of a nominal roll it says which fields change, never what they hold.
    """

    numbers: str
    kind: str
    kind_label: str
    subject: str
    change: str
    reason: str


@dataclass(frozen=True)
class ShownPlan:
    """What the page shows of a plan: the counts, what it adds on the way, its first rows, how many are left out."""

    counts: dict
    new: list
    rows: list
    left_out: int
    is_empty: bool


@patience.unlimited()
def keep(kind, file, *, create_missing=False, by, at, look=lambda plan: None):
    """This will keep the uploaded `file` and return (its key, its plan as the page shows it, what `look` returned).

    `look(plan)` may look at the whole plan, last of all, and leave it in any state. Raises `UnreadableFile`, keeping
    nothing.
    """
    forget_old(at=at)
    name = name_of(file.name)
    with _at_hand(name, file) as path:
        with closing(_plan(kind, path, create_missing)) as plan:
            shown, said = _shown(plan), _said(plan)
            seen = look(plan)
        key = f"{by.pk}-{kind}-{'create' if create_missing else 'refuse'}-{said}-{secrets.token_hex(16)}"
        with path.open("rb") as kept:
            default_storage.save(f"{ROOM}/{key}/{name}", File(kept))
    return key, shown, seen


@patience.unlimited()
def apply(key, *, by, at):
    """This will apply the waiting file and forget it; returns (the import run or None, the number of refused rows).

    Raises `CannotApply` where the file waits no longer, or where its plan would now be another than the one looked at.
    """
    match = re.fullmatch(rf"{by.pk}-([a-z_]+)-(create|refuse)-([0-9a-f]{{32}})-[0-9a-f]{{32}}", key)
    lying = _lying_in(key) if match else []
    if not lying:
        raise imports.CannotApply(_("This file no longer waits. Upload it again."))
    with default_storage.open(lying[0]) as kept, _at_hand(PurePosixPath(lying[0]).name, kept) as path:
        with closing(_plan(match[1], path, match[2] == "create")) as plan:
            if _said(plan) != match[3]:
                raise imports.CannotApply(
                    _("The record changed meanwhile. Upload the file again and look at its new plan.")
                )
            run = imports.apply(plan, by=by, at=at)
            refused = plan.counts["refused"]
    _forget(key)
    return run, refused


def _plan(kind, path, create_missing):
    return imports.make_plan(kind, path, create_missing=create_missing, largest=LARGEST_UNPACKED)


def _shown(plan):
    """This will return what a person must see: every refusal and repair by its reason, and the first other rows."""
    rows = [
        _row(plan, row, f"{numbers}, …" if is_cut else numbers, alone=count == 1)
        for row, count, numbers, is_cut in plan.by_reason()
    ]
    changed = (row for row in plan.rows(adds=False) if row.kind in ("changed", "absent"))
    added = (row for row in plan.rows() if row.kind == "added")
    plain = [*itertools.islice(changed, CHANGES_SHOWN), *itertools.islice(added, ADDITIONS_SHOWN)]
    rows += [_row(plan, row, "" if row.number is None else str(row.number)) for row in plain]
    left_out = sum(plan.counts[kind] for kind in ("added", "changed", "absent")) - len(plain)
    return ShownPlan(dict(plan.counts), plan.new_parents(), rows, left_out, plan.is_empty)


def _row(plan, row, numbers, *, alone=True):
    if not alone:
        subject = change = ""
    elif plan.kind == ImportRun.Kind.NOMINAL_ROLL:
        subject, change = row.subject, ", ".join(row.old or ())
    else:
        subject, change = row.subject, " → ".join(readable(value) for value in (row.old, row.new) if value)
    return ShownRow(numbers, row.kind, KIND_LABELS[row.kind], subject, change, row.reason)


def _said(plan):
    """This will return a fingerprint of all that a plan says."""
    digest = hashlib.sha256()
    for row in plan.rows():
        digest.update(json.dumps(asdict(row), default=str, sort_keys=True).encode())
    return digest.hexdigest()[:32]


@contextmanager
def _at_hand(name, file):
    """The file under a path of this machine, for this process alone: who reads it needs one, and a bucket has none."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        with path.open("xb") as copy:
            for block in file.chunks():
                copy.write(block)
        yield path


def _lying_in(key):
    try:
        return [f"{ROOM}/{key}/{name}" for name in default_storage.listdir(f"{ROOM}/{key}")[1]]
    except FileNotFoundError:
        return []


def _forget(key):
    for name in _lying_in(key):
        default_storage.delete(name)
    default_storage.delete(f"{ROOM}/{key}")


def forget_old(*, at):
    """This will remove the files that nobody applied within a day, and return how many."""
    old = [
        key
        for key in _waiting()
        if (lying := _lying_in(key)) and all(default_storage.get_modified_time(name) < at - LIFE for name in lying)
    ]
    for key in old:
        _forget(key)
    return len(old)


def forget_rolls():
    """This will remove every nominal roll that waits: somebody who is being erased may stand in it."""
    for key in _waiting():
        if f"-{ImportRun.Kind.NOMINAL_ROLL}-" in key:
            _forget(key)


def _waiting():
    try:
        return default_storage.listdir(ROOM)[0]
    except FileNotFoundError:
        return []
