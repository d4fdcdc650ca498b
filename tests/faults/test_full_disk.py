"""A disk without room, during an upload, an export and a backup: said plainly, nothing half is left, and pages stand."""

import io

import pyrage
import pytest
from PIL import Image

from tests.faults import parts, scene
from tests.faults.people import Desk, Readers, ask

LARGE = (2400, 1800)
UPLOAD = "/admin/articles/photo/upload/"


def _noise(size):
    """This will return a picture that no codec makes small."""
    file = io.BytesIO()
    Image.effect_noise(size, 100).convert("RGB").save(file, "JPEG", quality=95)
    return file.getvalue()


@pytest.fixture
def disk(tmp_path):
    disk = parts.Disk(tmp_path / "disk", 24)
    yield disk
    disk.end()


@pytest.fixture
def site_on_it(site, disk):
    """A house whose files, and what comes in, lie on a small disk."""
    for name in ("media", "incoming"):
        (disk.folder / name).mkdir()
    site.environment |= {"MEDIA_ROOT": str(disk.folder / "media"), "TMPDIR": str(disk.folder / "incoming")}
    return site


@pytest.mark.parametrize("place", ["media", "incoming"])
def test_an_upload_onto_a_full_disk_is_refused_in_words_and_leaves_no_half(site_on_it, disk, place):
    site, picture = site_on_it, _noise(LARGE)
    assert 3_000_000 < len(picture) < 8_000_000  # beyond what Django keeps in memory
    site.prepare()
    if place == "media":
        site.environment["TMPDIR"] = str(site.folder)
    node = site.run(parts.Node)
    node.start()
    editor = Desk(node.address, "photo-editor")
    before = disk.files()
    disk.fill(but=1_000_000)
    with Readers(node.address, ["/en/", "/en/articles/"], number=2) as readers:
        answer = editor.post(UPLOAD, files={"files": ("golan.jpg", picture)})
        assert answer.status_code == 507
        assert "The server has no room left" in answer.text and "На сервере не осталось места" in answer.text
        assert disk.files() == before
        assert "golan.jpg" not in editor.get(UPLOAD).text
        disk.free()
        answer = editor.post(UPLOAD, files={"files": ("golan.jpg", picture)})
        assert answer.status_code == 200 and "It waits below" in answer.text
    assert readers.failed() == []
    assert sum(path.stat().st_size for path in disk.files()) >= len(picture)
    site.tell()


def test_a_report_for_which_the_disk_has_no_room_fails_and_says_so_and_can_be_taken_again(site_on_it, disk):
    site = site_on_it
    site.do("prepare_many_rows()")
    node, worker = site.run(parts.Node), site.run(parts.Worker)
    node.start()
    staff = Desk(node.address, "report-staff")
    disk.fill(but=50_000)
    run = staff.take_report(scene.MANY, format="csv", language="en")
    worker.start()
    parts.until(lambda: site.reports()["failed"] == 1, 60, "the word that it failed")
    assert "the disk has no room left" in staff.get(run).text
    assert disk.files() == []
    assert ask(node.address, "/en/").is_whole
    disk.free()
    again = staff.take_report(scene.MANY, format="csv", language="en")
    parts.until(lambda: site.reports()["ready"] == 1, 120, "the report")
    assert staff.get(f"{again}file").content.count(b"\n") > scene.ROWS


def test_a_backup_onto_a_full_disk_fails_by_name_and_leaves_the_last_one_alone(site, disk):
    keys = site.prepare()
    public = pyrage.x25519.Identity.generate().to_public()
    node = site.run(parts.Node)
    node.start()
    editor = Desk(node.address, "editor")
    site.manage("backup", disk.folder, "--to", public)
    (last,) = disk.files()
    whole = last.read_bytes()
    disk.fill(but=20_000)
    with Readers(node.address, ["/en/", "/en/articles/"], number=2) as readers:
        said = site.manage("backup", disk.folder, "--to", public, "--keep", "1", fails=True)
        assert editor.write(keys["to_write"][0], "Meanwhile.")
    assert "No space left" in said and str(disk.folder) in said
    assert disk.files() == [last] and last.read_bytes() == whole
    assert readers.failed() == []
    disk.free()
    site.manage("backup", disk.folder, "--to", public)
    assert len(disk.files()) == 2
