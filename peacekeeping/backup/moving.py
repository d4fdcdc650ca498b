"""Moves the rows of a site into another database: backup and restore in one step, by a file that nobody can read.

The files stay where they are. The key exists for this one step and lies nowhere.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pyrage
from django.conf import settings

from peacekeeping.backup import making


class CannotMove(Exception):
    """The new database was not filled. The message says which step failed; what it said stands above."""


def move(address, *, at, tell=lambda rows: None):
    """This will make the tables in the database at `address` and fill them, and return what was `Made`.

    Raises `CannotBackUp` or `CannotMove`. The database of the site is only read.
    """
    secret = pyrage.x25519.Identity.generate()
    with tempfile.TemporaryDirectory(prefix="moving-", dir=settings.VAR_DIR) as folder:
        path = Path(folder) / f"rows{making.ENDING}"
        made = making.make(path, keys=[secret.to_public()], at=at, with_files=False, tell=tell)
        _run(address, "migrate", "--verbosity=0")
        _run(address, "restore", str(path), "--key=-", given=str(secret))
    return made


def _run(address, *command, given=""):
    """The address is told in the environment: arguments are everybody's to read."""
    environment = {**os.environ, "DATABASE_URL": address}
    done = subprocess.run(
        [sys.executable, str(settings.BASE_DIR / "manage.py"), *command], env=environment, input=given, text=True,
        check=False,
    )  # fmt: skip
    if done.returncode:
        raise CannotMove(f"`{command[0]}` failed on the new database; the old one is as it was.")
