import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FLOORS = ("peacekeeping", "reports", "articles", "missions", "ledger")


def lint(folder):
    """This will return import-linter's exit code and output for the tree in `folder`."""
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def copy(tmp_path):
    for floor in FLOORS:
        shutil.copytree(ROOT / floor, tmp_path / floor, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_no_floor_imports_a_floor_above_it():
    code, output = lint(ROOT)
    assert code == 0, output


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("missions/models/unit.py", "from articles.models import Article"),
        ("ledger/audit.py", "from missions.models import Person"),
        ("articles/models/claim.py", "from articles.admin import ClaimAdmin"),
        ("missions/un_data/apply.py", "from missions.views import mission_page"),
    ],
)
def test_a_planted_import_upwards_is_refused(copy, file, line):
    (copy / "articles/admin").mkdir(exist_ok=True)
    with (copy / file).open("a") as module:
        module.write(f"\n{line}\n")
    code, output = lint(copy)
    assert code == 1
    assert "BROKEN" in output
