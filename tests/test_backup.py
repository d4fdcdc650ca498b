"""What is backed up comes back, while the site runs, on either database, and nobody but who has the key reads it."""

import contextlib
import io
import resource
import shutil
import stat
import subprocess
import threading
from pathlib import Path

import orjson
import pyrage
import pytest
from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group
from django.contrib.contenttypes.management import create_contenttypes
from django.contrib.contenttypes.models import ContentType
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, connections, transaction
from django.db.migrations.recorder import MigrationRecorder

from articles import totals
from articles.models import Photo
from ledger.models import Entry, SiteVersion, User
from missions import month_totals, service_totals
from missions.models import Tour
from peacekeeping.backup import keys, making, moving, restoring, sealing, snapshot, tables, verifying
from tests import makers
from tests.backed_up import (
    NOON,
    NOT_CARRIED,
    SECRET,
    alias,
    backed_up,
    contents,
    everything,
    files_in,
    public_pages,
    unguarded_moment,
)  # fmt: skip

# --- What comes back -------------------------------------------------------------------------------------------------


def test_a_restored_site_has_the_same_public_pages_byte_for_byte(archive, empty_site):
    restoring.restore(archive.path, [SECRET])
    call_command("make_renditions", stdout=io.StringIO())
    found = public_pages()
    assert found.keys() == archive.pages.keys()
    assert [address for address in found if found[address] != archive.pages[address]] == []
    assert len(found) > 90 and b"139" in found["/en/articles/golan-contingent/"]
    assert b"golan-contingent" in found["/en/search/?q=golan"]


def test_every_row_of_every_table_comes_back(archive, empty_site):
    restoring.restore(archive.path, [SECRET])
    found = everything()
    assert found.keys() == archive.rows.keys()
    assert [table for table in found if found[table] != archive.rows[table]] == []
    assert not totals.wrong(at=NOON) and not service_totals.wrong() and not month_totals.wrong()


@pytest.mark.django_db
def test_no_table_is_forgotten():
    carried = {table.model._meta.db_table for table in tables.every()}
    assert set(connection.introspection.table_names()) - carried - NOT_CARRIED == set()


def test_every_file_comes_back_that_a_row_or_a_history_names_and_what_waits(archive, empty_site):
    restoring.restore(archive.path, [SECRET])
    found = {path.relative_to(empty_site / "media"): path.read_bytes() for path in files_in(empty_site / "media")}
    root = archive.path.parent / "media"
    before = {path.relative_to(root): content for path, content in archive.media.items()}
    assert found == {name: content for name, content in before.items() if name.parts[0] not in ("renditions", "shares")}
    originals = {name for name in Photo.history.values_list("original", flat=True) if name}
    assert len(originals) == 2 and originals <= {str(name) for name in found}
    assert {name.parts[0] for name in found} >= {"imports", "incoming"}


def test_a_key_that_was_given_once_is_never_given_again(archive, empty_site):
    restoring.restore(archive.path, [SECRET])
    assert makers.person("Next", "One").pk > archive.told["last_key"]


def test_the_rules_of_the_database_hold_again_after_a_restore(archive, empty_site):
    restoring.restore(archive.path, [SECRET])
    with pytest.raises(DatabaseError, match="cannot be changed"), transaction.atomic():
        Entry.objects.update(verb="forged")


def test_rights_are_the_same_where_content_types_and_permissions_have_other_ids(archive, empty_site):
    roles = {group.name: {*group.permissions.values_list("codename", flat=True)} for group in Group.objects.all()}
    for model in (Tour, Entry):
        ContentType.objects.get_for_model(model).delete()
        ContentType.objects.clear_cache()
        create_contenttypes(model._meta.app_config, verbosity=0)
        create_permissions(model._meta.app_config, verbosity=0)
    restoring.restore(archive.path, [SECRET])
    assert roles == {
        group.name: {*group.permissions.values_list("codename", flat=True)} for group in Group.objects.all()
    }
    assert [one.codename for one in User.objects.get(username="editor").user_permissions.all()] == ["view_entry"]


# --- While the site runs ---------------------------------------------------------------------------------------------


def test_what_is_written_while_a_backup_is_made_is_in_it_whole_or_not_at_all(own_site, tmp_path):
    """The writer adds an entry and raises the version in one transaction, over and over."""
    path, ended, written = tmp_path / "archive", threading.Event(), threading.Semaphore(0)
    SiteVersion.objects.using("own").update_or_create(pk=1, defaults={"number": 0})

    def write():
        try:
            while not ended.is_set():
                with transaction.atomic(using="own"):
                    Entry.objects.using("own").create(at=NOON, verb="write", noun="x.y")
                    with connections["own"].cursor() as cursor:
                        cursor.execute("UPDATE ledger_siteversion SET number = number + 1")
                written.release()
        finally:
            connections["own"].close()

    def wait(_rows):
        for _two in range(2):
            assert written.acquire(timeout=30), "the writer was kept waiting"

    writer = threading.Thread(target=write)
    writer.start()
    try:
        made = backed_up(path, using="own", tell=wait)
    finally:
        ended.set()
        writer.join()
    lines = {name: content.splitlines()[1:] for name, content in contents(made.path) if name.startswith("tables/")}
    entries = lines.get("tables/ledger.entry/000001.jsonl", [])
    (version,) = lines["tables/ledger.siteversion/000001.jsonl"]
    assert orjson.loads(version)[1] == len(entries)
    assert Entry.objects.using("own").count() > len(entries) + 10


def test_a_file_that_is_deleted_meanwhile_is_named_and_one_that_was_lost_before_is_an_error(
    empty_site, monkeypatch, capsys, editor
):  # fmt: skip
    kept, deleted, lost = (makers.photo(NOON, name=f"{name}.jpg") for name in ("kept", "deleted", "lost"))
    (empty_site / "media" / lost.original.name).unlink()

    @contextlib.contextmanager
    def while_it_runs(_connection):
        yield
        Photo.objects.filter(pk=deleted.pk).delete()
        Photo.history.filter(id=deleted.pk).delete()
        (empty_site / "media" / deleted.original.name).unlink()

    monkeypatch.setattr(snapshot, "of_one_moment", while_it_runs)
    with pytest.raises(CommandError, match="1 files of the site are lost") as refused:
        call_command("backup", empty_site / "a", to=[str(SECRET.to_public())])
    assert refused.value.returncode == 2
    said = capsys.readouterr()
    assert deleted.original.name in said.out and lost.original.name in said.err
    assert [name for name, _content in contents(empty_site / "a") if name.startswith("media/originals")] == [
        f"media/{kept.original.name}"
    ]


# --- Who may read it -------------------------------------------------------------------------------------------------


def test_nothing_of_an_archive_can_be_read_without_its_key(archive):
    sealed = archive.path.read_bytes()
    assert sealed.startswith(b"age-encryption.org/v1\n")
    assert b"Golan" not in sealed and b"editor" not in sealed and b"head.json" not in sealed
    assert stat.S_IMODE(archive.path.stat().st_mode) == 0o600
    with pytest.raises(sealing.WrongKey):
        verifying.verify(archive.path, [pyrage.x25519.Identity.generate()])


def test_two_tools_that_everybody_has_open_an_archive_where_this_code_is_gone(archive, tmp_path):
    plain = pyrage.decrypt(archive.path.read_bytes(), [SECRET])  # what `age -d` does
    subprocess.run(["tar", "xz"], input=plain, cwd=tmp_path, check=True)
    done = subprocess.run(["sha256sum", "-c", "--strict", "SHA256SUMS"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    lines = (tmp_path / "tables/ledger.user/000001.jsonl").read_bytes().splitlines()
    columns, *users = map(orjson.loads, lines)
    assert {dict(zip(columns, user, strict=True))["username"] for user in users} > {"editor", "records-officer"}


def test_a_locked_key_opens_with_its_passphrase_alone(archive, tmp_path, monkeypatch):
    words = tmp_path / "words"
    words.write_text("correct horse\n")
    out = io.StringIO()
    call_command("make_backup_key", tmp_path / "key", passphrase_file=words, stdout=out)
    content = (tmp_path / "key").read_bytes()
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600 and b"SECRET" not in content
    (secret,) = keys.secret(content, "correct horse")
    assert str(secret.to_public()) == out.getvalue().strip()
    with pytest.raises(keys.NoKey, match="does not open"):
        keys.secret(content, "wrong horse")
    with pytest.raises(keys.Locked):
        keys.secret(content)
    with pytest.raises(CommandError, match="File exists"):
        call_command("make_backup_key", tmp_path / "key")


@pytest.mark.django_db
@pytest.mark.parametrize(("public", "said"), [([], "BACKUP_KEYS"), (["AGE-SECRET-KEY-1X"], "no public key")])
def test_nothing_is_backed_up_for_everybody_to_read(settings, tmp_path, public, said):
    settings.BACKUP_KEYS = public
    with pytest.raises(CommandError, match=said):
        call_command("backup", tmp_path / "a")
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_leaves_no_file_and_says_so(empty_site, tmp_path, editor):
    for number in range(3):
        makers.photo(NOON, makers.picture((900, 900)), name=f"{number}.jpg")
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    with unguarded_moment():
        resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, usual[1]))
        try:
            with pytest.raises(making.CannotBackUp, match="File too large"):
                backed_up(tmp_path / "a")
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, usual)
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == []


def test_a_backup_overwrites_no_file(empty_site, tmp_path):
    (tmp_path / "a").write_text("precious")
    with unguarded_moment(), pytest.raises(making.CannotBackUp, match="overwrites nothing"):
        backed_up(tmp_path / "a")
    assert (tmp_path / "a").read_text() == "precious"


def test_a_file_that_comes_into_being_meanwhile_is_not_overwritten_either(empty_site, tmp_path):
    with unguarded_moment(), pytest.raises(making.CannotBackUp, match="meanwhile"):
        backed_up(tmp_path / "a", tell=lambda _rows: (tmp_path / "a").write_text("precious"))
    assert (tmp_path / "a").read_text() == "precious"
    assert not (tmp_path / ".a.part").exists()


def test_of_a_folder_the_newest_backups_are_kept_and_no_other_file_is_touched(empty_site, tmp_path):
    folder = tmp_path / "backups"
    folder.mkdir()
    (folder / "notes.txt").write_text("mine")
    (folder / f".peacekeeping-20251001T000000Z{making.ENDING}.part").write_text("of a backup that was killed")
    with unguarded_moment():
        for day in (1, 2, 3):
            backed_up(folder, at=NOON.replace(day=day))
    gone = making.forget_old(folder, keep=2)
    assert [path.name for path in gone] == [f"peacekeeping-20251001T070000Z{making.ENDING}"]
    left = [f"peacekeeping-202510{day:02}T070000Z{making.ENDING}" for day in (2, 3)]
    assert sorted(path.name for path in folder.iterdir()) == ["notes.txt", *left]


# --- From one kind of database to the other ----------------------------------------------------------------------------


def _make_tables(connection, like):
    """This will make the tables that the migrations would have made, in a tenth of their time."""
    with connection.schema_editor() as editor:
        for model in apps.get_models():
            if model._meta.managed and not model._meta.proxy:
                editor.create_model(model)
    MigrationRecorder(connection).ensure_schema()
    for app, name in MigrationRecorder(like).applied_migrations():
        MigrationRecorder(connection).record_applied(app, name)


@pytest.mark.postgresql
def test_rows_come_back_from_sqlite_as_they_went_there_from_postgresql(archive, own_site, tmp_path, monkeypatch):
    """PostgreSQL to SQLite and back: the parts of the third archive are those of the second, byte for byte."""
    sqlite = {
        **connections.settings["default"], "ENGINE": "ledger.backends.sqlite3", "NAME": f"{tmp_path}/other.sqlite3",
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "init_command": "PRAGMA foreign_keys=ON;"},
        "CONN_HEALTH_CHECKS": False,
    }  # fmt: skip
    with alias("other", sqlite) as other:
        _make_tables(other, own_site)
        restoring.restore(archive.path, [SECRET], using="other")
        backed_up(tmp_path / "second", using="other")
    shutil.rmtree(tmp_path / "media")
    restoring.restore(tmp_path / "second", [SECRET], using="own")
    backed_up(tmp_path / "third", using="own")
    first, second, third = (dict(contents(path)) for path in (archive.path, tmp_path / "second", tmp_path / "third"))
    for archive in (first, second, third):
        assert archive.pop("head.json")
    differ = [name for name in first if first[name] != second.get(name)]
    assert first.keys() == second.keys() == third.keys()
    assert [name for name in third if third[name] != second[name]] == []
    # Of JSON PostgreSQL keeps another writing of some letters than SQLite does, and nothing else.
    assert differ == []


def test_moving_to_another_database_tells_its_address_and_the_key_to_nobody(empty_site, monkeypatch, editor):
    asked = []

    def run(command, *, env, input, text, check):
        asked.append((command, env["DATABASE_URL"], input))
        if command[2] == "restore":
            found = verifying.verify(command[3], keys.secret(input.encode()))
            assert found.rows["ledger.user"] == 1 and found.files == 0
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(moving.subprocess, "run", run)
    monkeypatch.setenv("NEW_DATABASE_URL", "postgres://newsroom:secret@db/new")
    with unguarded_moment():
        call_command("move_database", stdout=io.StringIO())
    (migrated, address, _input), (restored, same, key) = asked
    assert address == same == "postgres://newsroom:secret@db/new" and key.startswith("AGE-SECRET-KEY-")
    assert [command[2] for command in (migrated, restored)] == ["migrate", "restore"]
    assert "secret@db" not in str([migrated, restored]) and key not in str([migrated, restored])
    assert not Path(restored[3]).parent.exists()


def test_moving_says_which_step_failed_and_leaves_nothing(empty_site, monkeypatch):
    monkeypatch.setattr(moving.subprocess, "run", lambda command, **_options: subprocess.CompletedProcess(command, 1))
    monkeypatch.setenv("NEW_DATABASE_URL", "postgres://db/new")
    with unguarded_moment(), pytest.raises(CommandError, match="`migrate` failed"):
        call_command("move_database")
    assert list(empty_site.glob("moving-*")) == []
