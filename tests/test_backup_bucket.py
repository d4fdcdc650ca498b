"""A house whose files lie in a bucket is backed up with them, and a house moves between folders and buckets."""

import signal

import pytest
from botocore.exceptions import EndpointConnectionError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import transaction

from articles.models import Photo
from ledger.models import Entry, User
from peacekeeping.backup import making, placing, restoring, sealing, snapshot
from tests import makers
from tests.backed_up import (
    NOON,
    SECRET,
    as_outermost,
    backed_up,
    changed,
    contents,
    files_in,
    is_untouched,
    unguarded_moment,
)  # fmt: skip
from tests.test_restore import KILLED
from tests.test_s3 import store  # noqa: F401 (a fixture)


@pytest.fixture
def use_bucket(store, settings, monkeypatch):  # noqa: F811
    """Lets the files of the house lie in the folder `house` of a new bucket from now on, and returns the bucket."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    made, usual = [], settings.STORAGES

    def use(name):
        options = {"bucket_name": name, "location": "house", "endpoint_url": store, "region_name": "us-east-1"}
        own = {"BACKEND": "ledger.backends.s3.PrivateBucket", "OPTIONS": options}
        settings.STORAGES = {**usual, "default": own}
        made.append(default_storage.connection.Bucket(name))
        made[-1].create()
        return made[-1]

    yield use
    for bucket in made:
        bucket.objects.all().delete()
        bucket.delete()


@pytest.fixture
def bucket(use_bucket):
    return use_bucket("media")


@pytest.fixture
def secret(tmp_path):
    """The path of a file with the secret key."""
    (tmp_path / "key").write_text(str(SECRET))
    return str(tmp_path / "key")


def keys(bucket):
    return sorted(found.key for found in bucket.objects.all())


def in_bucket(bucket):
    return {found.key.removeprefix("house/"): found.get()["Body"].read() for found in bucket.objects.all()}


def in_archive(path):
    return {name.removeprefix("media/"): content for name, content in contents(path) if name.startswith("media/")}


def on_call(operation, do):
    """This will call `do(parameters, number)` before each call of this operation that the storage makes."""
    asked = []

    def note(params, **_more):
        asked.append(params)
        do(params, len(asked))

    default_storage.connection.meta.client.meta.events.register(f"before-call.s3.{operation}", note)


def break_off(_params, number):
    if number >= 4:
        raise EndpointConnectionError(endpoint_url="https://s3.example.org")


# --- From place to place ---------------------------------------------------------------------------------------------


def test_a_house_moves_from_a_folder_to_a_bucket_to_another_and_back_with_every_file_as_it_was(
    archive, empty_site, use_bucket, settings
):  # fmt: skip
    folder, expected, path = settings.STORAGES, in_archive(archive.path), archive.path
    assert len(expected) > 4 and max(map(len, expected.values())) > 150_000
    for name in ("first", "second"):
        bucket = use_bucket(name)
        with as_outermost():
            restoring.restore(path, [SECRET])
            assert in_bucket(bucket) == expected
            path = empty_site / f"{name}.archive"
            with unguarded_moment():
                made = backed_up(path)
            transaction.set_rollback(True)
        assert (made.files, made.gone, made.lost) == (len(expected), [], []) and in_archive(path) == expected
        assert files_in(empty_site / "media") == []
    settings.STORAGES = folder
    restoring.restore(path, [SECRET])
    media = empty_site / "media"
    assert {str(found.relative_to(media)): found.read_bytes() for found in files_in(media)} == expected
    assert User.objects.count() == 3


# --- Backing up ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("moment", ["before it is looked for", "between its head and its content"])
def test_a_file_that_is_deleted_from_the_bucket_meanwhile_is_named_and_a_lost_one_is_an_error(
    empty_site, bucket, monkeypatch, capsys, editor, moment
):  # fmt: skip
    kept, deleted, lost = (makers.photo(NOON, name=f"{name}.jpg") for name in ("kept", "deleted", "lost"))
    default_storage.delete(lost.original.name)

    def delete(params, _number):
        if deleted.original.name in str(params):
            Photo.objects.filter(pk=deleted.pk).delete()
            Photo.history.filter(id=deleted.pk).delete()
            bucket.Object(f"house/{deleted.original.name}").delete()

    monkeypatch.setattr(snapshot, "of_one_moment", lambda _connection: transaction.atomic())
    on_call("HeadObject" if moment.startswith("before") else "GetObject", delete)
    with pytest.raises(CommandError, match="1 files of the site are lost") as refused:
        call_command("backup", empty_site / "a", to=[str(SECRET.to_public())])
    assert refused.value.returncode == 2
    said = capsys.readouterr()
    assert f"not in it: {deleted.original.name}" in said.out and lost.original.name in said.err
    assert [*in_archive(empty_site / "a")] == [kept.original.name]


def test_a_bucket_that_fails_during_a_backup_leaves_no_file_and_says_so(empty_site, bucket, editor):
    for number in range(5):
        makers.photo(NOON, makers.picture((30, 30 + number)), name=f"{number}.jpg")
    on_call("GetObject", break_off)
    with unguarded_moment(), pytest.raises(making.CannotBackUp, match=r"s3\.example\.org"):
        backed_up(empty_site / "a")
    assert files_in(empty_site) == []


# --- Restoring -------------------------------------------------------------------------------------------------------


def test_a_damaged_archive_writes_nothing_into_a_bucket(archive, empty_site, tmp_path, bucket):
    written = []
    on_call("PutObject", lambda params, _number: written.append(params))
    path = changed(archive, tmp_path, "manifest.json", lambda content: content.replace(b'"number":', b'"numbers":'))
    (tmp_path / "short").write_bytes(archive.path.read_bytes()[:-1])
    for broken in (path, tmp_path / "short"):
        with pytest.raises(sealing.Damaged):
            restoring.restore(broken, [SECRET])
    assert keys(bucket) == written == [] and is_untouched(empty_site)


def test_a_bucket_that_is_not_empty_is_refused_by_name_and_nothing_in_it_is_touched(archive, empty_site, bucket):
    bucket.put_object(Key="elsewhere/x", Body=b"of another house")
    bucket.put_object(Key="house/", Body=b"")  # as consoles show a folder
    default_storage.save("originals/precious.jpg", ContentFile(b"precious"))
    default_storage.save(placing.NOTE, ContentFile(b'["originals/left.jpg"]'))
    default_storage.save("originals/left.jpg", ContentFile(b"left"))
    before = keys(bucket)
    with pytest.raises(placing.InTheWay, match=r"not empty: originals/precious\.jpg"):
        restoring.restore(archive.path, [SECRET])
    assert keys(bucket) == before and is_untouched(empty_site)
    default_storage.delete("originals/precious.jpg")
    restoring.restore(archive.path, [SECRET])
    expected = {f"house/{name}" for name in in_archive(archive.path)}
    assert {*keys(bucket)} == {"elsewhere/x", "house/", *expected}, "what a killed restore has left is gone"


def test_rows_alone_are_restored_beside_the_files_of_a_bucket(empty_site, bucket):
    default_storage.save("originals/precious.jpg", ContentFile(b"precious"))
    with unguarded_moment():
        backed_up(empty_site / "a", with_files=False)
    restoring.restore(empty_site / "a", [SECRET])
    assert keys(bucket) == ["house/originals/precious.jpg"]


def test_a_bucket_that_fails_while_restoring_is_left_empty(archive, empty_site, bucket, secret):
    on_call("PutObject", break_off)
    with pytest.raises(CommandError, match=r"Nothing was restored: .*s3\.example\.org"), as_outermost():
        call_command("restore", archive.path, key=secret)
    assert keys(bucket) == [] and is_untouched(empty_site)


def test_what_a_failing_bucket_does_not_delete_is_deleted_by_the_next_restore(
    archive, empty_site, bucket, secret, settings, caplog
):  # fmt: skip
    on_call("PutObject", break_off)
    on_call("DeleteObject", lambda params, number: break_off(params, number + 1))  # the first is of a note before
    with pytest.raises(CommandError, match="Nothing was restored"), as_outermost():
        call_command("restore", archive.path, key=secret)
    assert "the next restore deletes" in caplog.text
    assert len(keys(bucket)) > 1 and f"house/{placing.NOTE}" in keys(bucket) and not User.objects.exists()
    settings.STORAGES = {**settings.STORAGES}  # a new client, which does not fail
    restoring.restore(archive.path, [SECRET])
    assert in_bucket(bucket) == in_archive(archive.path)


def test_a_file_that_somebody_puts_there_meanwhile_is_kept_and_nothing_is_restored(archive, empty_site, bucket):
    def put(_params, number):
        if number == 3:
            bucket.copy({"Bucket": "media", "Key": f"house/{placing.NOTE}"}, "house/originals/new.jpg")

    on_call("PutObject", put)
    with pytest.raises(placing.InTheWay, match="meanwhile"), as_outermost():
        restoring.restore(archive.path, [SECRET])
    assert keys(bucket) == ["house/originals/new.jpg"] and is_untouched(empty_site)


def test_what_a_killed_restore_has_put_into_a_bucket_is_deleted_by_the_next_one(
    archive, own_site, run_python, tmp_path, monkeypatch, store, bucket  # noqa: F811
):  # fmt: skip
    monkeypatch.setenv("MEDIA_STORAGE", f"s3://media/house?endpoint={store}&region=us-east-1")
    process = run_python("-c", KILLED, "restore", archive.path, SECRET, tmp_path)
    _out, err = process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL, err
    expected = in_archive(archive.path)
    assert {*in_bucket(bucket)} == {placing.NOTE, *expected}
    assert not User.objects.using("own").exists() and not Entry.objects.using("own").exists()
    restoring.restore(archive.path, [SECRET], using="own")
    assert in_bucket(bucket) == expected and User.objects.using("own").count() == 3
