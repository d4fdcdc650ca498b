"""A person is taken out of the whole house on the word of two people, and the figures stay what they were."""

import json
from datetime import date, timedelta

import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from articles import writing
from articles.models import Edition, Photo, SearchWord
from ledger import audit, erasures, guards
from ledger.models import Entry, Erasure, Lifted, User
from missions import clearance, figures, service_totals
from missions.models import Clearance, Person, Tour
from reports import looking
from reports import run as runs
from reports.catalogue import REPORTS
from tests import erased, makers, taking

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("ready_pictures", "apart")]
DAY = timedelta(days=1)
Kind, Ground = Erasure.Kind, Erasure.Ground


@pytest.fixture
def apart(settings, tmp_path):
    settings.VAR_DIR, settings.ERASED_LIST = tmp_path / "var", tmp_path / "var/erased.jsonl"
    settings.VAR_DIR.mkdir()


@pytest.fixture
def second_officer():
    return makers.person_of_role("records officer", "second-officer")


@pytest.fixture
def confirm(noon, officer, second_officer, django_capture_on_commit_callbacks):
    """Asks for an erasure and confirms it, with everything that waits for the commit."""

    def do(row, *, kind=Kind.ANONYMISE, ground=Ground.OWN_REQUEST, at=noon, **values):
        with django_capture_on_commit_callbacks(execute=True):
            asked = erasures.ask(row, kind=kind, ground=ground, by=officer, at=at, **values)
            return erasures.confirm(asked, by=second_officer, at=at)

    return do


@pytest.fixture
def observer(contingent, noon):
    """Somebody who came home."""
    person = makers.person("Сейткалиев", "Нурлан", sex="m", born=date(1980, 1, 1), service_number="KZ-1", note="A note")
    makers.tour(person, contingent, date(2024, 3, 1), date(2024, 9, 1), appointment="driver", rank="sergeant")
    makers.known_since(noon - 9 * DAY, Person, Tour)
    return person


def told():
    questions = [figures.parse(key) for key in ("tours", "persons_served", "tours mission=UNDOF")]
    return [(answer.value, answer.low) for answer in figures.ask_many([(one, date(2025, 1, 1)) for one in questions])]


# --- The whole house ----------------------------------------------------------------------------------------------


def test_nothing_of_the_name_is_left_in_any_table_or_file_but_where_an_editor_keeps_a_text(
    client, noon, editor, officer, confirm
):
    person, story, spared = erased.plant(noon, editor, officer)
    before, addresses = told(), ["/ru/articles/kenarev-doma/", "/ru/articles/kept/"]
    alone, group = Photo.objects.order_by("pk")
    assert SearchWord.objects.filter(word__startswith="кенар").exists()
    assert {"articles_edition", "missions_person"} <= erased.left_in_the_database().keys()
    assert len(erased.left_in_files()) > 4
    assert [client.get(address).status_code for address in addresses] == [200, 200]
    done = confirm(person, spared=[spared.pk])

    kept = {pk for (pk,) in Edition.objects.filter(article=spared).values_list("pk")}
    assert {table: len(rows) for table, rows in erased.left_in_the_database().items()} == {
        "articles_edition": 1, "articles_revision": 1,
    }  # fmt: skip
    assert {edition.pk for edition in Edition.objects.filter(body__contains="Кенарев")} == kept
    assert erased.left_in_files() == []
    assert client.get("/ru/articles/kept/").status_code == 410
    assert client.get(addresses[0]).status_code in (404, 410)
    story.refresh_from_db()
    assert (story.slug, story.suppressed_at, story.title) == (f"story-{story.article_id}", noon, "Вернулся […]")
    assert "<strong>[…]</strong> […] дома. […] встретили. Раньше — […]." in story.body
    assert told() == before and service_totals.wrong() == []
    assert guards.check(connection) == [] and not Lifted.objects.exists()
    assert Erasure.objects.get(pk=done.pk).leftovers == []
    # Pictures: an empty one stands for that of the person alone, the other is public nowhere.
    before = alone.original.name
    alone.refresh_from_db()
    assert not default_storage.exists(before) and default_storage.exists(alone.original.name)
    assert (alone.caption_ru, alone.renditions_at) == ("", None)
    assert default_storage.exists(group.original.name) and not Photo.objects.public(noon).exists()
    assert client.get(group.url).status_code == 404


def test_who_has_a_text_open_does_not_write_the_name_back(noon, observer, confirm):
    draft = makers.draft_story(noon, body="<p>Пишет Нурлан Сейткалиев.</p>")
    typed = {name: getattr(draft, name) for name in Edition.WRITTEN}
    confirm(observer)
    with pytest.raises(writing.Conflict):
        writing.save(draft, typed, version=draft.version, by=makers.author(), at=noon)
    draft.refresh_from_db()
    assert draft.body == "<p>Пишет […].</p>"


def test_who_is_anonymised_leaves_tours_that_count_and_name_nobody(noon, observer, confirm):
    before = told()
    confirm(observer)
    observer.refresh_from_db()
    tour = observer.tours.get()
    assert (observer.family_name, observer.given_name, observer.born, observer.service_number, observer.note) == (
        "", "", None, None, "",
    )  # fmt: skip
    assert (observer.sex, tour.start, tour.end, tour.appointment, tour.rank) == (
        "m", date(2024, 3, 1), date(2024, 9, 1), "", "",
    )  # fmt: skip
    assert {(row.family_name, row.service_number) for row in observer.history.all()} == {("", None)}
    assert {(row.appointment, row.rank) for row in tour.history.all()} == {("", "")}
    assert told() == before
    assert str(observer) == f"person {observer.pk}"


def test_what_was_recorded_by_mistake_is_erased_whole(noon, editor, officer, observer, confirm):
    clearance.clear(observer, "name", basis="consent", by=officer, at=noon - DAY)
    article = makers.draft_story(noon).article
    article.people.add(observer)
    picture = makers.photo(noon)
    picture.people.add(observer)
    confirm(observer, kind=Kind.ERASE, ground=Ground.MISTAKE)
    for rows in (Person.objects, Tour.objects, Person.history, Tour.history):
        assert not rows.exists()
    assert not Clearance.objects.filter(deployment=None).exists()
    assert not article.people.exists() and not picture.people.exists()
    assert service_totals.wrong() == []
    connection.check_constraints()


def test_a_namesake_who_is_somebody_else_stays_in_the_text(noon, observer, confirm):
    draft = makers.draft_story(noon, body="<p>Пишет Нурлан Сейткалиев.</p>")
    draft.article.namesakes.add(observer)
    confirm(observer)
    draft.refresh_from_db()
    assert "Нурлан Сейткалиев" in draft.body


# --- Who may, and when --------------------------------------------------------------------------------------------


def test_nothing_changes_until_another_person_confirms(noon, officer, second_officer, observer):
    asked = erasures.ask(observer, kind=Kind.ANONYMISE, ground=Ground.OWN_REQUEST, by=officer, at=noon)
    observer.refresh_from_db()
    assert observer.family_name == "Сейткалиев"
    with pytest.raises(erasures.CannotErase, match="another person"):
        erasures.confirm(asked, by=officer, at=noon)
    with pytest.raises(erasures.CannotErase, match="asked for already"):
        erasures.ask(observer, kind=Kind.ANONYMISE, ground=Ground.AUTHORITY, by=second_officer, at=noon)
    erasures.decline(asked, by=second_officer, at=noon)
    with pytest.raises(erasures.CannotErase, match="decided already"):
        erasures.confirm(asked, by=second_officer, at=noon)
    observer.refresh_from_db()
    assert observer.family_name == "Сейткалиев"


def test_the_database_itself_refuses_one_persons_word(noon, officer):
    with pytest.raises(IntegrityError), transaction.atomic():
        Erasure.objects.create(
            noun="missions.person", object_id=1, kind=Kind.ANONYMISE, ground=Ground.OWN_REQUEST, asked_at=noon,
            asked_by=officer, confirmed_at=noon, confirmed_by=officer,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "ground"), [(Kind.ERASE, Ground.OWN_REQUEST), (Kind.ANONYMISE, Ground.MISTAKE)]
)  # fmt: skip
def test_only_a_mistake_is_erased_whole(noon, officer, observer, kind, ground):
    with pytest.raises(erasures.CannotErase, match="by mistake"):
        erasures.ask(observer, kind=kind, ground=ground, by=officer, at=noon)


def test_who_serves_is_not_anonymised(noon, officer, contingent):
    serving = makers.person("Serving")
    makers.tour(serving, contingent, date(2025, 3, 1))
    with pytest.raises(erasures.CannotErase, match="on a tour"):
        erasures.ask(serving, kind=Kind.ANONYMISE, ground=Ground.OWN_REQUEST, by=officer, at=noon)


def test_nobody_is_anonymised_twice(noon, officer, observer, confirm):
    confirm(observer)
    observer.refresh_from_db()
    with pytest.raises(erasures.CannotErase, match="anonymised already"):
        erasures.ask(observer, kind=Kind.ANONYMISE, ground=Ground.OWN_REQUEST, by=officer, at=noon)


def test_a_purpose_that_names_somebody_of_the_record_is_refused(noon, officer, observer):
    with pytest.raises(runs.CannotTake, match="name nobody"):
        taking.opened("nominal-roll", noon, by=officer, purpose="Справка: Нурлан Сейткалиев")
    with pytest.raises(runs.CannotTake, match="name nobody"):
        looking.look(
            REPORTS["nominal-roll"],
            taking.asked("nominal-roll", noon),
            by=officer,
            at=noon,
            purpose="О Нурлане Сейткалиеве",
        )


def test_the_ledger_keeps_who_asked_and_who_confirmed_by_number(noon, officer, second_officer, observer, confirm):
    done = confirm(observer, reference="12/2025")
    entries = Entry.objects.filter(noun="missions.person", object_id=str(observer.pk)).order_by("pk")
    assert [(entry.verb, entry.by, entry.details["erasure"]) for entry in entries] == [
        ("ask for an erasure", officer, done.pk), ("anonymise", second_officer, done.pk),
    ]  # fmt: skip


# --- The rules of the database ------------------------------------------------------------------------------------


@pytest.fixture
def printed(noon, editor):
    return makers.approved_story(noon, editor, body="<p>Text.</p>")


def test_rules_are_lifted_for_an_erasure_that_the_ledger_names_and_for_nothing_else(noon, officer, printed):
    titles = iter("abcd")

    def rewrite():
        Edition.objects.filter(pk=printed.pk).update(title=next(titles))

    with pytest.raises(IntegrityError, match="cannot be changed"), transaction.atomic():
        rewrite()
    other = audit.note("change", printed, by=officer, at=noon)
    with pytest.raises(IntegrityError, match="for an erasure only"), transaction.atomic(), guards.lifted_for(other):
        rewrite()
    entry = audit.note("anonymise", printed, by=officer, at=noon)
    with guards.lifted_for(entry):
        rewrite()
    with pytest.raises(IntegrityError, match="cannot be changed"), transaction.atomic():
        rewrite()


def test_what_does_not_yield_holds_during_an_erasure_too(noon, officer, printed):
    entry = audit.note("anonymise", printed, by=officer, at=noon)
    with guards.lifted_for(entry):
        for refused in (
            lambda: Entry.objects.filter(pk=entry.pk).update(verb="x"), lambda: Entry.objects.filter(pk=entry.pk).delete(),
            printed.delete, lambda: printed.transitions.all().delete(),
        ):  # fmt: skip
            with pytest.raises(IntegrityError), transaction.atomic():
                refused()


def test_a_transaction_in_which_the_rules_are_still_lifted_is_never_committed(noon, officer, printed):
    entry = audit.note("anonymise", printed, by=officer, at=noon)
    with pytest.raises(IntegrityError), transaction.atomic():
        Lifted.objects.create(entry=entry)
        connection.check_constraints()


def test_an_erasure_that_was_done_stays_as_it_is(noon, observer, confirm):
    done = confirm(observer)
    for change in (
        lambda: Erasure.objects.filter(pk=done.pk).update(object_id=99), lambda: Erasure.objects.filter(pk=done.pk).delete()
    ):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


# --- After a restore ----------------------------------------------------------------------------------------------


def test_whom_a_restored_backup_brought_back_is_erased_again(noon, settings, observer, confirm, capsys):
    names = ("family_name", "given_name", "born", "service_number", "note", "anonymised_at")
    before = dict(zip(names, [getattr(observer, name) for name in names], strict=True))
    confirm(observer)
    line = json.loads(settings.ERASED_LIST.read_text())
    assert (line["noun"], line["id"], "Сейткалиев" in settings.ERASED_LIST.read_text()) == (
        "missions.person", observer.pk, False,
    )  # fmt: skip
    Person.objects.filter(pk=observer.pk).update(**before)  # the restore
    call_command("erase_again")
    observer.refresh_from_db()
    assert observer.family_name == "" and observer.anonymised_at
    assert "1 erased again" in capsys.readouterr().out
    call_command("erase_again")
    assert "0 erased again" in capsys.readouterr().out


def test_somebody_else_who_bears_the_number_since_the_restore_is_left_alone(noon, settings, observer, capsys):
    line = {"noun": "missions.person", "id": observer.pk, "known_since": "2001-01-01T00:00:00+00:00",
            "kind": "anonymise", "at": noon.isoformat(), "spared": []}  # fmt: skip
    settings.ERASED_LIST.write_text(json.dumps(line) + "\n")
    call_command("erase_again")
    observer.refresh_from_db()
    assert observer.family_name == "Сейткалиев"
    assert f"left alone: missions.person {observer.pk}" in capsys.readouterr().out


# --- Accounts -----------------------------------------------------------------------------------------------------


def test_an_account_is_closed_and_what_was_done_with_it_stays_under_a_number(noon, editor, confirm, client):
    editor.first_name, editor.email = "Named", "named@house.example"
    editor.save()
    client.force_login(editor)
    story = makers.approved_story(noon, editor, body="<p>Text.</p>")
    confirm(editor)
    editor.refresh_from_db()
    assert (editor.username, editor.first_name, editor.email) == (f"former-{editor.pk}", "", "")
    assert (editor.is_active, editor.is_staff, editor.has_usable_password(), editor.groups.count()) == (
        False, False, False, 0,
    )  # fmt: skip
    story.refresh_from_db()
    assert story.approved_by == editor and Entry.objects.filter(by=editor, verb="approved").exists()
    assert client.get("/admin/").status_code == 302


def test_the_last_who_is_above_the_roles_is_not_closed(noon, officer):
    head = User.objects.create_superuser("head", password="a long pass phrase")
    with pytest.raises(erasures.CannotErase, match="above the table"):
        erasures.ask(head, kind=Kind.ANONYMISE, ground=Ground.OWN_REQUEST, by=officer, at=noon)


# --- The desk -----------------------------------------------------------------------------------------------------


def test_on_the_desk_one_asks_and_another_confirms(client, noon, officer, second_officer, observer, english_desk):
    address = reverse("person-privacy", args=[observer.pk])
    client.force_login(officer)
    client.post(address, {"do": "ask", "ground": "own_request", "reference": "12/2025"})
    assert "Confirm: do it now" not in client.get(address).content.decode()
    client.post(address, {"do": "confirm"})
    observer.refresh_from_db()
    assert observer.family_name == "Сейткалиев"
    client.force_login(second_officer)
    assert "Confirm: do it now" in client.get(address).content.decode()
    client.post(address, {"do": "confirm"})
    observer.refresh_from_db()
    assert observer.family_name == ""
    page = client.get(address).content.decode()
    assert "Anonymised" in page and "Сейткалиев" not in page


def test_who_was_anonymised_is_not_typed_in_again(client, noon, officer, observer, confirm):
    confirm(observer)
    client.force_login(officer)
    assert client.post(f"/admin/missions/person/{observer.pk}/change/", {"family_name": "X"}).status_code == 403


def test_only_an_editor_keeps_a_storys_text(client, noon, officer, observer, english_desk):
    spared = makers.draft_story(noon).article
    spared.people.add(observer)
    address = reverse("person-privacy", args=[observer.pk])
    client.force_login(officer)
    client.post(address, {"do": "ask", "ground": "own_request", "spared": [spared.pk]})
    assert Erasure.objects.get().spared == []
    Erasure.objects.all().update(declined_at=noon)
    client.force_login(makers.person_of_role("administrator"))
    client.post(address, {"do": "ask", "ground": "own_request", "spared": [spared.pk]})
    assert Erasure.objects.waiting().get().spared == [spared.pk]


# --- The database's own file --------------------------------------------------------------------------------------

ERASE = """
import sys
from datetime import UTC, datetime
from pathlib import Path
import django
django.setup()
from django.conf import settings
from ledger import erasures
from tests import makers
settings.ERASED_LIST = Path(sys.argv[1])
at = datetime(2025, 10, 23, 7, tzinfo=UTC)
person = makers.person("CANARYFAMILY", "Given", note="CANARYNOTE " * 2000)
person.note = "short"
person.save()
held = lambda: sum(file.read_bytes().count(b"CANARY") for file in Path(sys.argv[2]).parent.glob("own.sqlite3*"))
before = held()
asked = erasures.ask(
    person, kind="anonymise", ground="own_request", by=makers.person_of_role("records officer", "one"), at=at
)
erasures.confirm(asked, by=makers.person_of_role("records officer", "two"), at=at)
print(before > 1000, erasures.wipe(at=at), held())
"""


@pytest.mark.sqlite
def test_sqlites_own_files_hold_nothing_of_the_name_once_they_are_wiped(migrated, empty_database, run_python, tmp_path):
    process = run_python("-c", ERASE, tmp_path / "erased.jsonl", empty_database.removeprefix("sqlite:///"))
    out, err = process.communicate(timeout=120)
    assert (out.split(), process.returncode) == (["True", "1", "0"], 0), err
