"""What has an end goes by itself, once a day, and the ledger says how much."""

import json
import os
from datetime import date, timedelta

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from articles.models import Comment, ErrorReport, Notice, Presence, ReviewLink
from ledger import closing, invitations, retention
from ledger.models import Entry, Erasure, User
from missions import erasing, waiting_files
from missions.models import Person
from tests import makers

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def list_of_the_test(settings, tmp_path, monkeypatch):
    settings.ERASED_LIST, settings.VAR_DIR = tmp_path / "erased.jsonl", tmp_path
    monkeypatch.setattr(retention, "_last", {})


def session_until(moment):
    store = SessionStore()
    store.create()
    Session.objects.filter(pk=store.session_key).update(expire_date=moment)
    return store.session_key


def test_a_session_goes_when_it_ran_out_and_not_before(noon):
    over, going_on = session_until(noon - DAY), session_until(noon + DAY)
    assert retention.run(at=noon)["sessions"] == 1
    assert list(Session.objects.values_list("pk", flat=True)) == [going_on]
    assert over != going_on


def test_a_readers_address_goes_fourteen_days_after_the_report_is_settled(noon, editor):
    report = ErrorReport.objects.create(
        key="strength", as_of=noon.date(), page="/en/", wrong="It is 9.", email="reader@home.example", language="en",
        at=noon - 20 * DAY, fingerprint="0", settled_at=noon - 13 * DAY, settled_by=editor, outcome="right",
    )  # fmt: skip
    assert retention.run(at=noon)["readers"] == 0
    assert retention.run(at=noon + DAY)["readers"] == 1
    report.refresh_from_db()
    assert (report.email, report.wrong) == ("", "It is 9.")


def test_a_fact_checker_is_no_longer_named_ninety_days_after_their_link_ended(noon, editor):
    draft = makers.draft_story(noon)
    link = ReviewLink.objects.create(
        edition=draft, reviewer="Guest Invented", token_sha256="0", created_at=noon, created_by=editor,
        expires_at=noon + 7 * DAY,
    )  # fmt: skip
    Comment.objects.create(edition=draft, link=link, text="Is it so?", at=noon)
    Notice.objects.create(user=editor, kind="comment", edition=draft, text="Guest Invented: Is it so?", at=noon)
    assert retention.run(at=noon + 96 * DAY)["guests"] == 0
    assert retention.run(at=noon + 97 * DAY)["guests"] == 1
    assert retention.run(at=noon + 97 * DAY)["guests"] == 0
    link.refresh_from_db()
    assert "Guest" not in f"{link.reviewer} {Notice.objects.get().text}"
    assert Comment.objects.get().text == "Is it so?"


def test_lines_of_the_inbox_go_when_they_were_read_long_ago(noon, editor):
    for read_at in (None, noon - 179 * DAY, noon - 181 * DAY):
        Notice.objects.create(user=editor, kind="approved", edition=makers_edition(noon), at=noon, read_at=read_at)
    assert retention.run(at=noon)["notices"] == 1
    assert Notice.objects.filter(read_at=None).count() == 1


def makers_edition(noon):
    from articles.models import Edition

    return Edition.objects.first() or makers.draft_story(noon)


def test_who_had_a_text_open_is_forgotten_after_a_day(noon, editor):
    Presence.objects.create(edition=makers.draft_story(noon), user=editor, seen_at=noon)
    assert [retention.run(at=at)["presences"] for at in (noon + DAY / 2, noon + DAY)] == [0, 1]


def test_an_uploaded_roll_that_nobody_applied_goes_after_a_day(noon, settings):
    name = default_storage.save(f"{waiting_files.ROOM}/1-nominal_roll-refuse-ab-cd/roll.csv", ContentFile(b"x"))
    os.utime(default_storage.path(name), (noon.timestamp(), noon.timestamp()))
    assert [retention.run(at=at)["rolls"] for at in (noon + DAY, noon + DAY * 1.01)] == [0, 1]
    assert not default_storage.exists(name)


def test_who_was_invited_and_never_came_loses_the_account_and_its_name(noon, monkeypatch):
    administrator = User.objects.create_superuser("head", password="a long pass phrase", last_login=noon)
    given = {"language": "en", "roles": [], "by": administrator}
    late = invitations.invite(username="late", email="late@house.example", at=noon, first_name="Late", **given)
    again = invitations.invite(username="again", email="again@house.example", at=noon, **given)
    invitations.invite_again(again, by=administrator, at=noon + 30 * DAY)
    assert retention.run(at=noon + 90 * DAY)["invited"] == 0
    assert retention.run(at=noon + 91 * DAY)["invited"] == 1
    late.refresh_from_db()
    assert closing.is_closed(late) and (late.first_name, late.email) == ("", "")
    assert Erasure.objects.get().ground == "retention"
    administrator.refresh_from_db()
    assert administrator.is_active


@pytest.fixture
def two_who_served(contingent):
    home, away = makers.person("Home"), makers.person("Away")
    makers.tour(home, contingent, date(2024, 3, 1), date(2024, 9, 1), appointment="driver")
    makers.tour(away, contingent, date(2024, 9, 1))
    return home, away


def test_people_are_proposed_only_when_a_term_is_set_and_over(noon, settings, two_who_served):
    at = noon.replace(year=2030)
    assert list(erasing.due(at)) == []
    settings.RETENTION_YEARS = 6
    assert list(erasing.due(at)) == [two_who_served[0]]
    settings.RETENTION_YEARS = 7
    assert list(erasing.due(at)) == []


def test_nobody_is_anonymised_by_the_clock_unless_the_house_lets_it(noon, settings, two_who_served):
    at = noon.replace(year=2030)
    settings.RETENTION_YEARS = 5
    assert retention.run(at=at)["people"] == 0
    assert not Person.objects.filter(anonymised_at__isnull=False).exists()
    settings.RETENTION_AUTOMATIC = True
    assert retention.run(at=at)["people"] == 1
    home, away = (Person.objects.get(pk=one.pk) for one in two_who_served)
    assert (home.family_name, away.family_name) == ("", "Away")
    assert home.tours.get().appointment == ""


def test_the_desk_proposes_who_is_due(client, noon, settings, two_who_served, officer):
    settings.RETENTION_YEARS = 1
    client.force_login(officer)
    assert "Home" in client.get(reverse("people-due")).content.decode()


def test_the_round_is_made_once_a_day_and_noted(noon):
    session_until(noon - DAY)
    for at in (noon, noon + timedelta(hours=3), noon + DAY):
        retention.run_once_a_day(at=at)
    entries = Entry.objects.filter(verb=retention.VERB).order_by("at")
    assert [timezone.localdate(entry.at) for entry in entries] == [noon.date(), noon.date() + DAY]
    assert entries[0].details["counts"] == {"sessions": 1}


def test_another_process_knows_that_the_round_was_made(noon, monkeypatch):
    retention.run_once_a_day(at=noon)
    monkeypatch.setattr(retention, "_last", {})
    retention.run_once_a_day(at=noon + timedelta(hours=1))
    assert Entry.objects.filter(verb=retention.VERB).count() == 1


def test_one_thing_that_fails_keeps_none_of_the_others(noon, monkeypatch):
    def fail(*, at):
        raise OSError("full")

    monkeypatch.setitem(retention.TERMS, "rolls", retention.Term("rolls", "rolls", fail))
    session_until(noon - DAY)
    with pytest.raises(retention.NotAllWasForgotten, match="rolls"):
        retention.run(at=noon)
    assert not Session.objects.exists()
    assert Entry.objects.get(verb=retention.VERB).details["failed"] == ["rolls"]


def test_the_command_says_how_much_of_what_went(noon, capsys):
    session_until(timezone.now() - DAY)
    call_command("forget_what_is_over")
    assert "1  sessions of the desk that ran out" in capsys.readouterr().out


def test_the_worker_makes_the_round(work_off):
    work_off()
    assert Entry.objects.filter(verb=retention.VERB).count() == 1


def test_files_that_a_killed_process_left_go_with_the_next_round(noon, settings, tmp_path):
    from django.core.files.base import ContentFile
    from django.core.files.storage import default_storage

    name = default_storage.save("originals/left.jpg", ContentFile(b"left"))
    Erasure.objects.create(
        noun="missions.person", object_id=1, kind="anonymise", ground="retention", asked_at=noon, confirmed_at=noon,
        leftovers=[name],
    )  # fmt: skip
    assert retention.run(at=noon)["files"] == 1
    assert not default_storage.exists(name)
    assert json.loads(settings.ERASED_LIST.read_text())["id"] == 1
