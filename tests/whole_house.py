"""A house with a row of every noun, in each state that a door asks about, and a person of every kind.

It is made once for a file of tests, in a transaction that is rolled back after the last of them; what a test does
within `undone` is undone at once. `names` are the keys by which `tests.doors` speaks of its rows.
"""

from contextlib import contextmanager, nullcontext
from datetime import UTC, date, datetime, timedelta

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.test.client import ClientHandler
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from articles import front_page, photo_intake, publishing, review, writing
from articles.models import (
    Article,
    Author,
    Bundle,
    Edition,
    ErrorReport,
    FrontPage,
    Redirect,
    Section,
    StoryTotal,
    Topic,
)
from ledger import sealing
from ledger.models import Entry, Erasure, User
from ledger.roles import ROLES
from missions.models import Acceptance, Milestone, MissionAlias, Unit
from reports import saving
from reports.catalogue import REPORTS
from reports.models import PreparedFile, Recall
from tests import makers, taking
from tests.doors import ABOVE, NO_ROLE, NOBODY, READER

LONG_AGO = datetime(2025, 10, 23, 7, tzinfo=UTC)
DAY = timedelta(days=1)
HIDDEN = "Hiddenname"  # of somebody who is not cleared
PHRASE = "a long pass phrase"


def sign_in(user):
    """This will return the cookies with which `user` comes from now on, None being nobody."""
    client = Client()
    if user is not None:
        client.force_login(user)
        makers.prove_enough(client, user)
    return {name: morsel.value for name, morsel in client.cookies.items()}


@contextmanager
def undone():
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def read(response):
    """This will return what was answered, a file to its end: as it is left, its run ends."""
    return b"".join(response.streaming_content) if response.streaming else response.content


class WholeHouse:
    """The people with their cookies, and the keys of the rows by name."""

    def __init__(self, at):
        self.people = _people()
        self.cookies = {person: sign_in(user) for person, user in {**self.people, NOBODY: None}.items()}
        self.doors, self.strict_doors = ClientHandler(enforce_csrf_checks=False), ClientHandler()
        self.names = {name: str(key) for name, key in _rows(self.people, at).items()}

    def client(self, person, *, is_strict=False):
        """This will return a client with whom that person comes, as nobody's request before has left it."""
        client = Client(headers={"accept-language": "en"})
        client.handler = self.strict_doors if is_strict else self.doors  # whose middleware is made once
        for name, value in self.cookies[person].items():
            client.cookies[name] = value
        return client

    def address(self, row, *, missing=False):
        """This will return the address of a row of the table, or one like it at which there is nothing."""
        names = {name: _none(name, key) if missing else key for name, key in self.names.items()}
        return "/" + row.address.format(**names)

    def ask(self, person, row, method=None, *, missing=False, sent=None):
        """This will return (status, where it leads) of the answer; what it did is undone."""
        method = method or row.method
        values = {name: value.format(**self.names) for name, value in row.sent.items()} if sent is None else sent
        more = {} if method in ("options", "put", "patch", "delete") else {"data": values}
        with undone() if method not in ("get", "head", "options") else nullcontext():
            response = getattr(self.client(person), method)(self.address(row, missing=missing), **more)
            read(response)
        if method == "options" and response.status_code == 200 and "Allow" in response:
            return 204, ""  # it says by which methods a page may be asked, and nothing of it
        return response.status_code, response.get("Location", "")


def _none(name, key):
    if name.startswith("of_"):
        return key
    return "999999" if key.isdecimal() else "x" * len(key)


def _people():
    people = {role: makers.person_of_role(role) for role in ROLES}
    people[READER] = User.objects.create_user("reader")
    people[NO_ROLE] = User.objects.create_user("without-a-role", password=PHRASE, is_staff=True)
    people[ABOVE] = User.objects.create_superuser("above", password=PHRASE)
    return people


def _rows(people, at):
    author, editor, officer = people["author"], people["editor"], people["records officer"]
    return {**_record(officer), **_newsroom(author, editor, at), **_reports(people, at), **_ledger()}


def _record(officer):
    post = makers.golan_contingent()
    private = makers.golan_contingent(12, 0, rotation=9, place="A hidden camp", cleared=())
    somebody = makers.person(HIDDEN, "Somebody")
    figure = makers.un_month(LONG_AGO, "KAZ", 139, date(2025, 8, 31))
    accepted = Acceptance.objects.create(
        check_name="over_authorised", subject="deployment 0", fingerprint="0", reason="So it was.", by=officer,
        at=LONG_AGO,
    )  # fmt: skip
    rows = {
        "country": makers.country(), "mission": post.mission, "deployment": private, "person": somebody,
        "alias": MissionAlias.objects.create(acronym="EARLIER", mission=post.mission),
        "unit": Unit.objects.create(slug="hidden-unit", kind="formed_unit", name_en="Hidden unit"),
        "milestone": Milestone.objects.create(date=date(2024, 1, 1), title_en="First", source=post.source),
        "source": post.source, "tour": makers.tour(somebody, private, date(2024, 4, 1)),
        "clearance": post.clearances.order_by("pk").first(),
    }  # fmt: skip
    others = {
        "contribution": figure, "casualty": makers.un_casualty(LONG_AGO, date(2025, 3, 1)), "import": figure.run,
        "acceptance": accepted,
    }  # fmt: skip
    pasts = {f"{name}_past": row.history.latest().pk for name, row in rows.items()}
    return {**{name: row.pk for name, row in {**rows, **others}.items()}, **pasts, "unit_slug": "hidden-unit"}


def _story(at, slug, *, body="<p>Text.</p>", **values):
    story = Article.objects.create(working_title=slug, section=Section.objects.get(slug="missions"))
    return makers.draft_story(at, article=story, slug=slug, title=slug.capitalize(), body=body, **values)


def _illustrated(at, slug, colour, **values):
    draft = _story(at, slug, body="<p>On the Golan [[strength mission=UNDOF]] serve.</p><p>[[photo 1]]</p>", **values)
    photo = makers.photo(at, makers.picture((80, 60 + colour)), name=f"{slug}.jpg")
    draft.photo_uses.create(place=1, photo=photo)
    hung = draft.attachments.create(title="List", file=SimpleUploadedFile("l.txt", b"A list"), kind="txt", size=6)
    return draft, photo, hung


def _newsroom(author, editor, at):
    printed, public_photo, public_file = _illustrated(LONG_AGO - DAY, "printed", 1, created_by=author)
    publishing.approve(printed, by=editor, at=LONG_AGO)
    corrected = publishing.open_next(printed, by=author, at=LONG_AGO + DAY)
    Edition.objects.filter(pk=corrected.pk).update(correction="It was a slip.")
    corrected = publishing.approve(Edition.objects.get(pk=corrected.pk), by=editor, at=LONG_AGO + 2 * DAY)
    draft, hidden_photo, hidden_file = _illustrated(at, "hidden-draft", 2, created_by=author)
    writing.keep(draft, name="First", by=author, at=at)
    withdrawn, suppressed, _ahead = (
        publishing.approve(_story(at - 3 * DAY, slug, created_by=author), by=editor, at=at - 2 * DAY, **when)
        for slug, when in (("withdrawn", {}), ("suppressed", {}), ("ahead", {"public_from": at + 2 * DAY}))
    )
    publishing.withdraw(withdrawn, reason="An error.", by=editor, at=at - DAY)
    Edition.objects.filter(pk=suppressed.pk).update(suppressed_at=at - DAY)
    link, token = review.make_link(draft, reviewer="A checker", by=editor, at=at)
    revoked, revoked_token = review.make_link(draft, reviewer="Another", by=editor, at=at)
    review.revoke(revoked, by=editor, at=at)
    _expired, expired_token = review.make_link(draft, reviewer="A third", by=editor, at=at - 40 * DAY)
    front_page.lay_out("en", [printed.article_id], since=at + DAY, by=editor, at=at)
    photo_intake.receive(SimpleUploadedFile("DSC.jpg", makers.picture((90, 90))), by=author, at=at)
    shelves = {
        "section": Section.objects.create(slug="spare", name_en="Spare", position=99),
        "topic": Topic.objects.create(slug="a-topic", name_en="A topic"),
        "byline": Author.objects.create(slug="a-byline", name_en="A byline"),
    }
    reported = ErrorReport.objects.create(
        key="strength", parameters={"mission": "UNDOF"}, as_of=LONG_AGO.date(), page="/en/", wrong="It is wrong.",
        language="en", at=at, fingerprint="0" * 64,
    )  # fmt: skip
    with_history = {"story": draft.article, "photo": hidden_photo, **shelves}
    rows = {
        **with_history, "draft": draft, "spare_draft": _story(at, "spare-draft"), "printed": corrected, "public_photo": public_photo, "file": hidden_file,
        "public_file": public_file, "claim": corrected.claims.get(), "link": link, "reported": reported,
        "correction": printed.corrections.get(), "transition": printed.transitions.first(),
        "revision": draft.revisions.first(), "layout": FrontPage.objects.get(),
        "redirect": Redirect.objects.create(article=printed.article, language="en", slug="an-old-address"),
        "bundle": Bundle.objects.create(name="Of the day"), "printed_story": printed.article,
        "comment": review.comment(draft, text="Is it so?", by=editor, at=at),
        "own_comment": review.comment(draft, text="I ask.", by=author, at=at),
        "of_editions": ContentType.objects.get_for_model(Edition),
    }  # fmt: skip
    (waiting,) = photo_intake.waiting(author, at=at)
    pasts = {f"{name}_past": row.history.latest().pk for name, row in with_history.items()}
    return {
        **{name: row.pk for name, row in rows.items()}, **pasts, "token": token, "revoked_token": revoked_token,
        "expired_token": expired_token, "waiting": waiting.key,
        "part": printed.article_id // StoryTotal.STORIES_PER_FILE,
    }  # fmt: skip


def _reports(people, at):
    """Runs and what is kept of reports: of the report staff, of a colleague of theirs, and of the records officer."""
    staff, officer = people["report staff"], people["records officer"]
    colleague = makers.person_of_role("report staff", "another-of-the-report-staff")
    run, _bytes = taking.taken("strength-by-month", at, by=staff)
    roll, _bytes = taking.taken("nominal-roll", at, by=officer)
    made = taking.opened("strength-by-month", at, by=staff)
    rows = {
        "run": run, "roll": roll, "made": made,
        "recall": Recall.objects.create(run=run, at=at, rows=3, sha256="0" * 64),
    }  # fmt: skip
    for prepared in (made, roll):
        PreparedFile.objects.create(
            run=prepared, state="ready", bytes=4, file_sha256="0" * 64, ready_at=at, expires_at=at + 7 * DAY,
            file=default_storage.save(f"reports/{prepared.pk}.csv", ContentFile(b"rows")),
        )  # fmt: skip
    role = Group.objects.get(name="report staff")
    for name, owner, shared_with in (("saved", staff, None), ("shared", colleague, role), ("others", colleague, None)):
        saved = rows[name] = saving.save(
            name, REPORTS["strength-by-month"], {"period": "last_month"}, language="en", format="csv",
            shared_with=shared_with, by=owner, at=at,
        )  # fmt: skip
        rows[f"{name}_monthly"] = saving.schedule(
            saved, day_of_month=5, begins=at.date() + DAY, wants_letter=False, by=owner, at=at
        )
    return {name: row.pk for name, row in rows.items()}


def _ledger():
    above = User.objects.create_superuser("the-other-above")
    colleague = makers.person_of_role("author", "colleague")
    invited = User.objects.create(username="invited", email="invited@house.example", is_staff=True)
    key = Authenticator.objects.create(user=colleague, type="webauthn", data={"name": "Of steel", "credential": {}})
    (seal,) = sealing.seal(at=LONG_AGO)
    erasure = Erasure.objects.create(
        noun="missions.person", object_id=1, kind="anonymise", ground="own_request", reference="1", asked_at=LONG_AGO,
        known_since=LONG_AGO, asked_by=above,
    )  # fmt: skip
    return {
        "user": colleague.pk, "above": above.pk, "invited": invited.pk, "entry": Entry.objects.latest("pk").pk,
        "key_of_another": key.pk, "seal": seal.pk, "erasure": erasure.pk,
        "role": Group.objects.get(name="author").pk, "uid": urlsafe_base64_encode(force_bytes(colleague.pk)),
    }  # fmt: skip
