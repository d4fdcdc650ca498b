"""What is damaged, forged, of another version or in the way is refused with its place, and leaves an empty site."""

import errno
import io
import signal
import tarfile

import pyrage
import pytest
from django.core.management import CommandError, call_command

from ledger.models import Entry, User
from peacekeeping.backup import members, placing, restoring, sealing, verifying
from peacekeeping.backup.loading import CannotLoad
from tests import makers
from tests.backed_up import (
    SECRET,
    as_members,
    as_outermost,
    backed_up,
    changed,
    contents,
    files_in,
    forged,
    is_untouched,
)  # fmt: skip

REFUSED = (sealing.Damaged, sealing.WrongKey)


# --- What is damaged or forged ---------------------------------------------------------------------------------------


def test_a_changed_byte_anywhere_in_an_archive_is_refused(archive, tmp_path):
    sealed = archive.path.read_bytes()
    places = [*range(0, 260, 20), *range(260, len(sealed), len(sealed) // 25), len(sealed) - 20, len(sealed) - 1]
    for place in places:
        broken = bytearray(sealed)
        broken[place] ^= 1
        (tmp_path / "broken").write_bytes(broken)
        with pytest.raises(REFUSED):
            verifying.verify(tmp_path / "broken", [SECRET])


def test_an_archive_that_ends_too_early_or_too_late_or_in_another_order_is_refused(archive, tmp_path):
    sealed = archive.path.read_bytes()
    chunk, start = 65536 + 16, sealed.index(b"\n---") + 1
    start = sealed.index(b"\n", start) + 1 + 16  # after the header and the nonce
    first, second = sealed[start : start + chunk], sealed[start + chunk : start + 2 * chunk]
    assert len(second) == chunk, "the archive is too short to tell"
    whole_chunks = [start + chunk, start + 2 * chunk]
    for broken in (
        b"", *(sealed[:length] for length in (10, 100, start, *whole_chunks, len(sealed) - 1)), sealed + b"x",
        sealed + sealed, sealed[:start] + second + first + sealed[start + 2 * chunk :],
        sealed[: start + chunk] + sealed[start + 2 * chunk :],
    ):  # fmt: skip
        (tmp_path / "broken").write_bytes(broken)
        with pytest.raises(REFUSED):
            verifying.verify(tmp_path / "broken", [SECRET])


@pytest.mark.parametrize(
    "name",
    [
        "media/../../outside", "media//etc/outside", "media/a/../../../outside", "media/..", "media/./x", "media/a//b",
        "media/.restoring/x", "media/a\\..\\b", "imports/../outside", "/outside", "../outside", "elsewhere/x",
        "tables/../x.jsonl", "tables/ledger.user/1.jsonl", "media/",
    ],
)  # fmt: skip
def test_no_name_in_an_archive_leads_out_of_the_houses_folders(archive, empty_site, tmp_path, name):
    head, *rest = contents(archive.path)
    path = forged(tmp_path / "forged", [head, *rest[:-1], (name, b"x"), rest[-1]])
    with pytest.raises(sealing.Damaged):
        restoring.restore(path, [SECRET])
    assert is_untouched(empty_site) and not (empty_site.parent / "outside").exists()


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE])
def test_an_archive_holds_plain_files_and_nothing_else(archive, empty_site, tmp_path, kind):
    link = tarfile.TarInfo("media/link")
    link.type, link.linkname = kind, "/etc/passwd"
    packed = b"".join(members.pack(as_members(contents(archive.path)[:1])))
    plain = members.gzip.decompress(packed)
    size = tarfile.TarInfo.frombuf(plain[:512], "utf-8", "strict").size
    plain = plain[: 512 + size + -size % 512]  # the head, and then the link
    with (tmp_path / "forged").open("wb") as file:
        pieces = [members.gzip.compress(plain + link.tobuf() + bytes(1024))]
        sealing.seal(pieces, [SECRET.to_public()], file)
    with pytest.raises(sealing.Damaged, match="does not belong"):
        restoring.restore(tmp_path / "forged", [SECRET])
    assert is_untouched(empty_site)


def _without_last_line(content):
    return content[: content[:-1].rindex(b"\n") + 1]


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("tables/ledger.user/000001.jsonl", _without_last_line, "ledger.user has 2 rows in place of 3"),
        ("tables/ledger.user/000001.jsonl", lambda content: content[:-3], "ledger.user/000001.jsonl breaks off"),
        ("tables/ledger.user/000001.jsonl", lambda content: content.replace(b'","', b'" "', 1), "row 0 is no row"),
        ("tables/ledger.user/000001.jsonl", lambda content: content[:-2] + b",1]\n", "row 3 has"),
        ("tables/ledger.user/000001.jsonl", lambda content: content.replace(b'"password"', b'"pass"'), "other columns"),
        ("manifest.json", lambda content: content.replace(b'"number":', b'"numbers":'), "manifest.json"),
        ("manifest.json", lambda content: b"[]", "manifest.json says nothing"),
        ("head.json", lambda content: content.replace(b'"format": 1', b'"format": 2'), "has the format 2"),
        ("head.json", lambda content: content.replace(b'"missions.0001', b'"missions.9999'), "missions.9999.*code version"),
    ],
)  # fmt: skip
def test_an_archive_that_contradicts_itself_or_this_code_is_refused_with_the_place(
    archive, empty_site, tmp_path, name, change, said
):  # fmt: skip
    path = changed(archive, tmp_path, name, change)
    with pytest.raises((sealing.Damaged, verifying.OtherVersion), match=f"(?s){said}"):
        restoring.restore(path, [SECRET])
    assert is_untouched(empty_site)


def test_the_member_that_is_not_as_its_sum_says_is_named(archive):
    packed = b"".join(members.pack(as_members(contents(archive.path))))
    plain = members.gzip.decompress(packed)
    with pytest.raises(sealing.Damaged, match=r"tables/ledger\.user/000001\.jsonl is not as its sum says"):
        for _member in members.unpack(
            io.BytesIO(members.gzip.compress(plain.replace(b'"records-officer"', b'"records-forgers"', 1)))
        ):
            pass


def test_a_row_that_the_database_refuses_is_named_and_nothing_is_written(archive, empty_site, tmp_path):
    path = changed(
        archive, tmp_path, "tables/ledger.user/000001.jsonl", lambda text: text.replace(b"records-officer", b"editor")
    )
    with pytest.raises(CannotLoad, match=r"tables/ledger\.user/000001\.jsonl"), as_outermost():
        restoring.restore(path, [SECRET])
    assert is_untouched(empty_site)


def test_a_row_that_leads_to_one_that_is_not_there_is_refused(archive, empty_site, tmp_path):
    def without_articles(content):
        return content[: content.index(b"\n") + 1] + content[content.index(b"\n") + 1 :].replace(b"[", b"[9", 1)

    path = changed(archive, tmp_path, "tables/articles.article/000001.jsonl", without_articles)
    with pytest.raises(restoring.CannotRestore, match="leads to one that it lacks"), as_outermost():
        restoring.restore(path, [SECRET])
    assert is_untouched(empty_site)


# --- Where it is restored, and where it breaks off ---------------------------------------------------------------------


def test_a_site_that_somebody_has_used_is_never_overwritten(archive, empty_site, editor):
    with pytest.raises(restoring.CannotRestore, match=r"ledger\.user_groups holds 1 rows"):
        restoring.restore(archive.path, [SECRET])
    assert User.objects.get() == editor and not (empty_site / "media/originals").exists()


def test_a_country_that_somebody_changed_is_never_overwritten(archive, empty_site):
    country = makers.country("KAZ")
    country.name_en = "Changed"
    country.save()
    with pytest.raises(restoring.CannotRestore, match="historicalcountry holds 1"):
        restoring.restore(archive.path, [SECRET])


def test_a_file_of_somebody_else_is_never_overwritten_and_the_same_one_is_left(archive, empty_site):
    name = next(name for name, _content in contents(archive.path) if name.startswith("media/originals"))
    path = empty_site / name
    path.parent.mkdir(parents=True)
    path.write_bytes(b"of somebody else")
    with pytest.raises(placing.InTheWay, match=path.name), as_outermost():
        restoring.restore(archive.path, [SECRET])
    assert path.read_bytes() == b"of somebody else" and files_in(empty_site / "media") == [path]
    path.write_bytes(dict(contents(archive.path))[name])
    restoring.restore(archive.path, [SECRET])
    assert User.objects.count() == 3


def test_nothing_is_written_through_a_link_out_of_the_folder_of_files(archive, empty_site, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (empty_site / "media").mkdir()
    (empty_site / "media/originals").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(placing.InTheWay, match="link"), as_outermost():
        restoring.restore(archive.path, [SECRET])
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_verifying_writes_nothing_and_says_what_is_in_it(archive, empty_site, tmp_path, capsys):
    secret = tmp_path / "key"
    secret.write_text(str(SECRET))
    call_command("restore", archive.path, key=str(secret), verify_only=True)
    said = capsys.readouterr().out
    assert f"Whole: {archive.made.rows} rows and {archive.made.files} files of 2025-10-23" in said
    assert is_untouched(empty_site)
    with pytest.raises(CommandError, match="other keys"):
        secret.write_text(str(pyrage.x25519.Identity.generate()))
        call_command("restore", archive.path, key=str(secret), verify_only=True)


def test_a_full_disk_while_restoring_leaves_an_empty_site(archive, empty_site, monkeypatch):
    def refuse(_staged, _member):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(placing.InFolder, "take", refuse)
    with pytest.raises(OSError, match="No space"), as_outermost():
        restoring.restore(archive.path, [SECRET])
    assert is_untouched(empty_site)


KILLED = """
import os, signal, sys
import django
django.setup()
from pathlib import Path
from django.conf import settings
from django.utils import timezone
import pyrage
from peacekeeping.backup import making, placing, restoring
which, path, secret, settings.VAR_DIR = sys.argv[1], sys.argv[2], pyrage.x25519.Identity.from_str(sys.argv[3]), Path(sys.argv[4])
def kill(*_arguments):
    os.kill(os.getpid(), signal.SIGKILL)
if which == "backup":
    making.make(path, keys=[secret.to_public()], at=timezone.now(), tell=kill)
else:
    place = type(placing.place())
    complete = place.complete
    place.complete = lambda place: (complete(place), kill())  # the files are in their places, the rows not yet
    restoring.restore(path, [secret])
"""


def test_a_backup_that_is_killed_leaves_no_archive_and_the_next_one_clears_up(own_site, run_python, tmp_path):
    process = run_python("-c", KILLED, "backup", tmp_path / "a", SECRET, tmp_path)
    _out, err = process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL, err
    assert (tmp_path / ".a.part").exists() and not (tmp_path / "a").exists()
    backed_up(tmp_path / "a", using="own")
    verifying.verify(tmp_path / "a", [SECRET])
    assert not (tmp_path / ".a.part").exists()


def test_a_restore_that_is_killed_leaves_an_empty_site_that_the_next_one_fills(
    archive, own_site, run_python, tmp_path, monkeypatch
):  # fmt: skip
    monkeypatch.setenv("MEDIA_ROOT", str(tmp_path / "media"))
    process = run_python("-c", KILLED, "restore", archive.path, SECRET, tmp_path)
    _out, err = process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL, err
    assert not User.objects.using("own").exists() and not Entry.objects.using("own").exists()
    (tmp_path / "media/.restoring").mkdir(exist_ok=True)
    (tmp_path / "media/.restoring/0").write_text("left")
    restoring.restore(archive.path, [SECRET], using="own")
    assert User.objects.using("own").count() == 3
    assert not (tmp_path / "media/.restoring").exists()
