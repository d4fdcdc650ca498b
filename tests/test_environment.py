import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from ledger import guards

ROOT = Path(__file__).resolve().parent.parent


def test_psycopg_3_never_slips_in():
    with pytest.raises(ImportError):
        import psycopg  # noqa: F401


def test_make_help_names_every_target():
    makefile = (ROOT / "Makefile").read_text()
    targets = re.search(r"^\.PHONY: (.*)$", makefile, re.M).group(1).split()
    command = ["make", "--silent", "--no-print-directory", "help"]
    helped = subprocess.run(
        command, cwd=ROOT, env={"PATH": os.environ["PATH"]}, capture_output=True, text=True, check=True
    ).stdout
    assert [line.split()[0] for line in helped.splitlines()] == targets
    assert all(len(line.split()) > 2 for line in helped.splitlines())


@pytest.mark.django_db
def test_every_database_rule_is_installed_after_migrate():
    assert guards.expected(connection)
    assert guards.check(connection) == []


@pytest.mark.parametrize(
    ("variable", "value"),
    [("SECRET_KEY", ""), ("DEBUG", "maybe"), ("DATABASE_URL", "no-such://x"), ("LOG_LEVEL", "loud")],
)
def test_the_site_refuses_to_start_on_an_unreadable_variable_and_names_it(variable, value, tmp_path):
    environment = {"PATH": os.environ["PATH"], "SECRET_KEY": "k" * 50, "DATABASE_URL": f"sqlite:///{tmp_path}/x"}
    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env=environment | {variable: value},
        capture_output=True,
        text=True,
    )
    assert done.returncode != 0
    assert variable in done.stderr.strip()
