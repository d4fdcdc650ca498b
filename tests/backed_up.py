"""A house that is backed up: what was in it, its archive, and how tests look into archives and forge them."""

import contextlib
import io
import random
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyrage
import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Permission
from django.core.files.base import ContentFile
from django.db import connection, connections, transaction
from django.test import Client

from articles import publishing, renditions
from ledger import audit
from ledger.models import Entry, User
from ledger.models.parts import PartsIndex
from missions import waiting_files
from missions.models import Person
from missions.signals import record_changed
from peacekeeping.backup import making, members, sealing, snapshot
from tests import makers
from tests.makers import prove_enough
from tests.test_canary import FOR_PROGRAMS, PUBLIC, crawl

NOON = datetime(2025, 10, 23, 7, tzinfo=UTC)
PAGES = [
    "/en/search/?q=golan", "/kk/search/?q=golan", "/ru/", "/en/articles/", "/en/articles/golan-contingent/", "/en/missions/undof/",
    *(address for address in PUBLIC if not address.startswith("/ru/")),
    *(address for address in FOR_PROGRAMS if "{" not in address),
]  # fmt: skip
# A feed without an item bears the moment at which it was asked for.
ASKED_AT = re.compile(rb"<(updated|lastBuildDate)>[^<]*")
# What `migrate` keeps of itself, who is signed in, and what SQLite makes of the search's rows by triggers.
NOT_CARRIED = {"django_migrations", "django_session", "usersessions_usersession", "articles_search", "sqlite_stat1"}
OF_PARTS = {index.name for model in apps.get_models() for index in model._meta.indexes if isinstance(index, PartsIndex)}
NOT_CARRIED |= OF_PARTS
NOT_CARRIED |= {
    f"{name}_{part}" for name in ("articles_search", *OF_PARTS) for part in ("config", "data", "docsize", "idx")
}
LONG = b"%PDF-1.4" + random.Random(0).randbytes(150_000)  # more than two chunks of the encryption
SECRET = pyrage.x25519.Identity.generate()


def fill():
    """This will make a house with a little of everything that is not plain, and return what tests ask of it."""
    editor, officer = makers.person_of_role("editor"), makers.person_of_role("records officer")
    editor.user_permissions.add(Permission.objects.get(codename="view_entry"))
    contingent = makers.golan_contingent(women=7)
    mission = contingent.mission
    makers.known_since(NOON - timedelta(days=1), mission, contingent)
    makers.un_month(NOON - timedelta(days=90), "KAZ", 139, datetime(2025, 6, 30).date(), women=7, mission=mission)
    served = makers.person("Zhumabayev\t\\N", "Тест\r\n\\.")  # what COPY takes for its own signs
    gone = makers.person("Gone", "Quite")
    last_key = gone.pk
    gone.delete()
    photo = makers.photo(NOON, name="сурет.jpg", caption_en="As it was")
    photo.original = ContentFile(makers.picture((640, 480)), name="сурет.jpg")  # the one before stays for the history
    photo.save()
    renditions.make(photo, at=NOON)
    story = makers.draft_story(
        NOON - timedelta(hours=1), body="<p>[[strength mission=UNDOF]] serve.</p><p>[[photo 1]]</p>"
    )
    story.photo_uses.create(place=1, photo=photo)
    story.attachments.create(title="Table", file=ContentFile(LONG, name="t.pdf"), kind="pdf", size=8)
    publishing.approve(story, by=editor, at=NOON)
    record_changed.send(sender=Person, at=NOON, by=officer)
    audit.note("try", story, by=editor, at=NOON, text='ключ "и" \\ \u2028', number=2**62, parts=[1.5, None, True, {}])
    waiting = Path(settings.MEDIA_ROOT) / waiting_files.ROOM / "1-contributions-refuse-aa-bb"
    waiting.mkdir(parents=True)
    (waiting / "file.csv").write_text("month,troops\n")
    incoming = Path(settings.MEDIA_ROOT) / "incoming/1"
    incoming.mkdir(parents=True)
    (incoming / f"{'a' * 64}-new.jpg").write_bytes(makers.picture((20, 20)))
    return {"last_key": last_key, "served": served.pk, "photo": photo.pk, "story": story.pk}


def everything():
    """This will return every row of every table as the database itself gives it, by table."""
    found = {}
    with connection.cursor() as cursor:
        for table in sorted(set(connection.introspection.table_names(cursor)) - NOT_CARRIED):
            cursor.execute(f'SELECT * FROM "{table}"')
            found[table] = sorted(map(repr, cursor.fetchall()))
    return found


def public_pages():
    client = Client()
    found = dict(crawl(client, PAGES, limit=110))
    for address, content in found.items():
        if "feed" in address and b"<entry" not in content and b"<item" not in content:
            found[address] = ASKED_AT.sub(b"", content)
    editor = User.objects.get(username="editor")
    client.force_login(editor)
    prove_enough(client, editor)
    past = "2025-10-23T12:30"
    for address in ("/en/articles/golan-contingent/", "/en/missions/undof/", "/en/figures/"):
        found[f"{address} as of {past}"] = client.get(address, {"as_of": past}, follow=True).content.split(b"</head>")[
            -1
        ]
        assert b"2025" in found[f"{address} as of {past}"]
    client.logout()
    return found


def folders(root):
    return {"MEDIA_ROOT": root / "media", "VAR_DIR": root, "ALLOWED_HOSTS": ["*"]}


class House:
    """A house that was backed up and is gone: what it was, and its archive."""

    def __init__(self, folder):
        self.path = folder / f"house{making.ENDING}"
        self.told = fill()
        self.pages = public_pages()
        self.rows = everything()
        self.media = {path: path.read_bytes() for path in files_in(settings.MEDIA_ROOT)}
        with unguarded_moment():
            self.made = backed_up(self.path)


def files_in(folder):
    return sorted(path for path in Path(folder).rglob("*") if path.is_file())


def backed_up(path, **options):
    options = {"keys": [SECRET.to_public()], "at": NOON, **options}
    return making.make(path, **options)


@contextlib.contextmanager
def unguarded_moment():
    """A test's own transaction cannot become one of another kind; of its moment it is all the same."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(snapshot, "of_one_moment", lambda connection: contextlib.nullcontext())
        yield


def as_outermost():
    """This will return a transaction within a test's own that is taken for the outermost one, as the test's own is."""
    block = transaction.atomic(durable=True)
    block._from_testcase = True
    return block


@contextlib.contextmanager
def alias(name, told):
    connections.settings[name] = told
    try:
        yield connections[name]
    finally:
        connections[name].close()
        del connections[name], connections.settings[name]


def contents(path):
    """This will return [(name, content)] of an archive, without its sums."""
    with sealing.opened(path, [SECRET]) as stream:
        return [(member.name, member.whole()) for member in members.unpack(stream)]


def as_members(parts):
    return (members.Member(name, len(content), io.BytesIO(content)) for name, content in parts)


def forged(path, parts):
    """This will write an archive of these members, as whoever knows the public key can."""
    with path.open("wb") as file:
        sealing.seal(members.pack(as_members(parts)), [SECRET.to_public()], file)
    return path


def changed(archive, folder, name, change):
    """This will write the house's archive with one member changed by `change(content)`."""
    parts = [(one, change(content) if one == name else content) for one, content in contents(archive.path)]
    assert parts != contents(archive.path)
    return forged(folder / "forged", parts)


def is_untouched(folder):
    """This will say that nothing was written: no user, no entry, no file."""
    return not (User.objects.exists() or Entry.objects.exists() or files_in(folder / "media"))
