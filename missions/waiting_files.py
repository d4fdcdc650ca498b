"""Uploaded files between their plan and its application: private, each in a folder of its own that lives a day at most.

The folder's name says whose it is, what kind of file lies in it and what its plan said, so that nobody applies another
plan than the one that was looked at.
"""

import hashlib
import itertools
import json
import re
import secrets
import shutil
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ledger.storage import name_of
from missions.models import ImportRun
from missions.un_data import apply as imports
from missions.un_data.plan import readable

LIFE = timedelta(days=1)
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


def keep(kind, file, *, create_missing=False, by, at, look=lambda plan: None):
    """This will keep the uploaded `file` and return (its key, its plan as the page shows it, what `look` returned).

    `look(plan)` may look at the whole plan, last of all, and leave it in any state. Raises `UnreadableFile`, keeping
    nothing.
    """
    _forget_old(at)
    folder = _rooms() / secrets.token_hex(16)
    folder.mkdir(mode=0o700)
    try:
        path = folder / name_of(file.name)
        with path.open("xb") as kept:
            path.chmod(0o600)
            for block in file.chunks():
                kept.write(block)
        with closing(_plan(kind, path, create_missing)) as plan:
            shown, said = _shown(plan), _said(plan)
            seen = look(plan)
        key = f"{by.pk}-{kind}-{'create' if create_missing else 'refuse'}-{said}-{folder.name}"
        folder.rename(_rooms() / key)
    except BaseException:
        shutil.rmtree(folder)
        raise
    return key, shown, seen


def apply(key, *, by, at):
    """This will apply the waiting file and forget it; returns (the import run or None, the number of refused rows).

    Raises `CannotApply` where the file waits no longer, or where its plan would now be another than the one looked at.
    """
    match = re.fullmatch(rf"{by.pk}-([a-z_]+)-(create|refuse)-([0-9a-f]{32})-[0-9a-f]{32}", key)
    folder = _rooms() / key
    if not match or not folder.is_dir():
        raise imports.CannotApply(_("This file no longer waits. Upload it again."))
    (path,) = folder.iterdir()
    with closing(_plan(match[1], path, match[2] == "create")) as plan:
        if _said(plan) != match[3]:
            raise imports.CannotApply(
                _("The record changed meanwhile. Upload the file again and look at its new plan.")
            )
        run = imports.apply(plan, by=by, at=at)
        refused = plan.counts["refused"]
    shutil.rmtree(folder)
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


def _rooms():
    folder = Path(settings.VAR_DIR) / "imports"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _forget_old(at):
    for folder in _rooms().iterdir():
        if folder.stat().st_mtime < (at - LIFE).timestamp():
            shutil.rmtree(folder)
