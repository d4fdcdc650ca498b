"""Uploaded nominal rolls between their plan and its application: private files that live a day at most."""

import re
import secrets
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from missions.models import ImportRun
from missions.un_data import apply as imports

LIFE = timedelta(days=1)


@dataclass(frozen=True)
class ShownPlan:
    """What the page shows of a plan: the counts, and the rows that are not plain, without names."""

    counts: dict
    rows: list
    is_empty: bool


def keep(file, *, by, at):
    """This will keep the uploaded `file` and return (its key, its plan). Raises `UnreadableFile`, keeping nothing."""
    _forget_old(at)
    suffix = ".xlsx" if file.name.lower().endswith(".xlsx") else ".csv"
    key = f"{by.pk}-{secrets.token_urlsafe(16)}{suffix}"
    path = _folder() / key
    with path.open("xb") as kept:
        path.chmod(0o600)
        for block in file.chunks():
            kept.write(block)
    try:
        with closing(imports.make_plan(ImportRun.Kind.NOMINAL_ROLL, path)) as plan:
            shown = ShownPlan({kind: plan.counts[kind] for kind in plan.counts}, list(plan.rows()), plan.is_empty)
    except Exception:
        path.unlink()
        raise
    return key, shown


def apply(key, *, by, at):
    """This will apply the waiting roll and forget it; returns (the import run or None, the number of refused rows)."""
    path = _folder() / key
    if not re.fullmatch(rf"{by.pk}-[\w-]+\.(csv|xlsx)", key) or not path.exists():
        raise imports.CannotApply(_("This roll no longer waits. Upload it again."))
    with closing(imports.make_plan(ImportRun.Kind.NOMINAL_ROLL, path)) as plan:
        run = imports.apply(plan, by=by, at=at)
        refused = plan.counts["refused"]
    path.unlink()
    return run, refused


def _folder():
    folder = Path(settings.VAR_DIR) / "rolls"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _forget_old(at):
    for path in _folder().iterdir():
        if path.stat().st_mtime < (at - LIFE).timestamp():
            path.unlink()
