"""Files from outside: refused with a reason, or taken; never half, never for ever, and never more memory than is said."""

import io
import json
import subprocess
import sys
import zipfile

import pytest

from tests.conftest import ROOT
from tests.fuzz import bad_documents, bad_pictures, bad_tables, long

# Beyond what an ordinary file needs: as docs/operations.md says of photos, and of everything else.
KINDS = {"pictures": (bad_pictures, 400), "documents": (bad_documents, 150), "tables": (bad_tables, 150)}
ORDINARY = {
    "pictures": lambda: bad_pictures.drawn(kind="JPEG"), "documents": lambda: bad_documents.pdf(b""),
    "tables": lambda: bad_tables.PLAIN,
}  # fmt: skip
PATIENCE = 1200 if long.MINUTES else 300  # seconds for a whole folder; a quiet machine needs some twenty


@pytest.mark.sqlite  # no database is asked: one leg is enough
@pytest.mark.parametrize("kind", KINDS)
def test_no_file_breaks_its_reader_or_takes_its_memory(kind, tmp_path):
    bad, most = KINDS[kind]
    (tmp_path / "ordinary").write_bytes(ORDINARY[kind]())
    for name, content in bad.all_of(is_long=bool(long.MINUTES)):
        (tmp_path / name).write_bytes(content())
    command = [sys.executable, "-m", "tests.fuzz.judging", kind, str(tmp_path)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        out, err = process.communicate(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        out, err = process.communicate()
        pytest.fail(f"it does not end: {out.splitlines()[-1:]}")
    assert process.returncode == 0, f"{out[-300:]}{err[-3000:]}"
    told = [json.loads(line) for line in out.splitlines()]
    judged = {one["name"]: one for one in told if "name" in one}
    broke = {name: one["why"] for name, one in judged.items() if one["outcome"] == "broke"}
    assert not broke, "\n".join(f"{name}: {why}" for name, why in broke.items())
    outcomes = {name: one["outcome"] for name, one in judged.items()}
    assert {name for name in bad.REFUSED if outcomes[name] != "refused"} == set()
    assert {
        name for name in getattr(bad, "TAKEN", ()) or getattr(bad, "READ", ()) if outcomes[name] != "taken"
    } == set()
    assert all(one["why"] for one in judged.values() if one["outcome"] == "refused")
    greedy = sorted(judged.values(), key=lambda one: -one["grew"])[:3]
    assert told[-1]["grew"] <= most, f"{told[-1]['grew']} MB: {[(one['name'], one['grew']) for one in greedy]}"


def test_the_bombs_of_these_tests_are_bombs():
    with zipfile.ZipFile(io.BytesIO(bad_tables.bomb(bad_tables.SHEET, 500))) as archive:
        assert archive.getinfo(bad_tables.SHEET).file_size == 500 << 20
