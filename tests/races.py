"""Plays two or more people at once upon a database of its own, and prints what came of each race as JSON.

Each person has a thread and a connection; all begin together. `tests/test_races.py` runs this and reads the result.
"""

import json
import random
import sys
import threading
import time
import traceback
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import django

django.setup()

from django.db import DatabaseError, connection, transaction  # noqa: E402
from django.utils.translation import activate  # noqa: E402

from articles import publishing, suppression, writing  # noqa: E402
from articles.models import Article, Claim, Edition, Revision, State, Transition  # noqa: E402
from ledger import audit, guards  # noqa: E402
from missions import clearance  # noqa: E402
from missions.models import Person  # noqa: E402
from tests import makers  # noqa: E402

NOON = datetime(2025, 10, 23, 12, tzinfo=ZoneInfo("Asia/Almaty"))
ROUNDS = 4
number = iter(range(1, 10_000))


def at_once(*works):
    """This will run the works in threads that begin together, and return what each returned or raised."""
    start, found = threading.Barrier(len(works)), [None] * len(works)

    def run(place, work):
        activate("en")
        connection.ensure_connection()
        start.wait()
        time.sleep(random.random() / 200)
        try:
            found[place] = work()
        except Exception as error:
            found[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads), "they wait for each other for ever"
    for error in found:
        if isinstance(error, Exception) and not isinstance(error, (publishing.CannotMove, writing.Conflict)):
            sentences = ("approved edition", "already has this address")
            assert isinstance(error, DatabaseError) and any(said in str(error) for said in sentences), repr(error)
    return found


def refusals(found):
    return [error for error in found if isinstance(error, Exception)]


def draft(**values):
    return makers.draft_story(NOON - timedelta(hours=2), slug=f"story-{next(number)}", **values)


def approved(**values):
    return publishing.approve(draft(**values), by=EDITOR, at=NOON - timedelta(hours=1))


def no_state_is_impossible(article):
    """What must be true of every story, whatever was done at once."""
    for language in {edition.language for edition in article.editions.all()}:
        editions = list(article.editions.filter(language=language).order_by("number"))
        assert [edition.number for edition in editions] == list(range(1, len(editions) + 1))
        assert sum(edition.is_open for edition in editions) <= 1
        for edition in editions:
            steps = list(Transition.objects.filter(edition=edition).order_by("pk").values_list("to_state", flat=True))
            assert (steps[-1] if steps else State.DRAFT) == edition.state, (steps, edition.state)
            kept = Revision.objects.filter(edition=edition, name="Approved")
            if edition.is_open:
                assert edition.approved_at is None and not edition.claims.exists() and not kept.exists()
                continue
            assert steps.count("approved") == 1
            printed = kept.get()
            assert [getattr(printed, name) for name in ("title", "standfirst", "byline", "body")] == [
                getattr(edition, name) for name in ("title", "standfirst", "byline", "body")
            ]
            assert edition.claims.count() == edition.body.count("[[strength")
            words = edition.body.replace("<p>", "").split()[0]
            assert words in edition.rendered
            for use in edition.photo_uses.all():
                assert use.credit or not use.photo


def two_approvals_of_one_draft():
    text = draft()
    found = at_once(*[lambda: publishing.approve(text, by=EDITOR, at=NOON)] * 2)
    assert [str(error) for error in refusals(found)] == ["This edition was decided already."]
    assert Claim.objects.filter(edition=text).count() == 1
    return text.article


def an_approval_and_a_save():
    text = draft(body="<p>Old words. [[strength mission=UNDOF]]</p>")
    new = {"title": "New title", "body": "<p>New words. [[strength mission=UNDOF]]</p>"}
    found = at_once(
        lambda: publishing.approve(text, by=EDITOR, at=NOON),
        lambda: writing.save(text, new, version=text.version, by=WRITER, at=NOON),
    )
    text.refresh_from_db()
    assert text.state == State.APPROVED
    if isinstance(found[1], Exception):
        assert isinstance(found[1], publishing.CannotMove) and "Copy what you wrote" in str(found[1])
        assert (text.title, "Old words" in text.rendered) == ("The Golan contingent", True)
    else:
        assert (text.title, "New words" in text.rendered) == ("New title", True)
    return text.article


def ten_editors_save_one_text():
    text = draft()
    typed = [f"<p>Words{place} of editor {place}.</p>" for place in range(10)]

    def work(place):
        return lambda: writing.save(text, {"body": typed[place]}, version=text.version, by=EDITORS[place], at=NOON)

    found = at_once(*(work(place) for place in range(10)))
    (winner,) = [place for place, one in enumerate(found) if isinstance(one, Edition)]
    text.refresh_from_db()
    assert text.body == typed[winner] and text.version == 2
    for place, conflict in enumerate(found):
        if place != winner:
            assert isinstance(conflict, writing.Conflict) and conflict.edition.body == typed[winner]
    # Who has compared the two saves theirs upon it: the text that it replaces is kept.
    other = (winner + 1) % 10
    seen = found[other].edition
    writing.save(seen, {"body": typed[other]}, version=seen.version, by=EDITORS[other], at=NOON + timedelta(minutes=1))
    text.refresh_from_db()
    assert text.body == typed[other] and text.revisions.filter(body=typed[winner], by=EDITORS[winner]).exists()
    return text.article


def two_open_the_next_edition():
    first = approved()
    found = at_once(*[lambda: publishing.open_next(first, by=WRITER, at=NOON)] * 2)
    assert [str(error) for error in refusals(found)] == ["This story already has an open draft in this language."]
    return first.article


def two_open_the_next_edition_from_two_earlier_ones():
    first = approved()
    second = publishing.approve(publishing.open_next(first, by=WRITER, at=NOON), by=EDITOR, at=NOON)
    found = at_once(*(lambda one=one: publishing.open_next(one, by=WRITER, at=NOON) for one in (first, second)))
    assert len(refusals(found)) == 1 and isinstance(refusals(found)[0], publishing.CannotMove)
    return first.article


def a_withdrawal_and_the_approval_of_the_next():
    first = approved()
    second = publishing.open_next(first, by=WRITER, at=NOON)
    found = at_once(
        lambda: publishing.withdraw(first, reason="Wrong.", by=EDITOR, at=NOON),
        lambda: publishing.approve(second, by=EDITOR, at=NOON),
    )
    assert refusals(found) == []
    assert Edition.objects.in_force(NOON).get(article=first.article) == second
    return first.article


def two_submits():
    text = draft()
    found = at_once(*[lambda: publishing.submit(text, by=WRITER, at=NOON)] * 2)
    assert [str(error) for error in refusals(found)] == ["Only a draft can be handed in."]
    assert Revision.objects.filter(edition=text).count() == 1
    return text.article


def an_approval_and_a_sending_back():
    text = publishing.submit(draft(), by=WRITER, at=NOON - timedelta(hours=1))
    found = at_once(
        lambda: publishing.approve(text, by=EDITOR, at=NOON),
        lambda: publishing.send_back(text, reason="Again.", by=EDITOR, at=NOON),
    )
    text.refresh_from_db()
    assert text.state == State.APPROVED
    assert len(refusals(found)) <= 1  # a text that was sent back first may still be approved
    return text.article


def an_approval_and_one_more_photo():
    text = draft()
    found = at_once(
        lambda: publishing.approve(text, by=EDITOR, at=NOON),
        lambda: text.photo_uses.create(place=1, credit_found="From the import"),
    )
    text.refresh_from_db()
    assert text.state == State.APPROVED and isinstance(found[1], Exception) != text.photo_uses.exists()
    return text.article


def an_approval_and_a_revoked_name():
    person = Person.objects.create(family_name=f"Observer{'abcdefghij'[next(number) % 10]}", given_name="Invented")
    given = clearance.clear(person, "name", basis="consent", by=OFFICER, at=NOON - timedelta(days=9))
    text = draft()
    text.article.people.add(person)
    at_once(
        lambda: publishing.approve(text, by=EDITOR, at=NOON),
        lambda: clearance.revoke(given, by=OFFICER, at=NOON),
    )
    assert not Edition.objects.published(NOON).filter(pk=text.pk).exists(), "an uncleared name is public"
    return text.article


def an_approval_and_a_revoked_place():
    word = f"Camp Faouar{'abcdefghij'[next(number) % 10]}"
    past = makers.golan_contingent(200 + next(number), place=word, end=NOON.date() - timedelta(days=9))
    makers.clear(past, "place")
    text = draft(body=f"<p>At {word}.</p>")
    at_once(
        lambda: publishing.approve(text, by=EDITOR, at=NOON),
        lambda: clearance.revoke(past.clearances.get(field="place"), by=OFFICER, at=NOON),
    )
    assert not Edition.objects.published(NOON).filter(pk=text.pk).exists(), "an uncleared place is public"
    return text.article


def an_approval_and_somebody_seen_in_its_picture():
    person = Person.objects.create(family_name="Observer", given_name="Invented")
    picture = makers.photo(NOON - timedelta(hours=3))
    text = draft(body="<p>Observers. [[photo 1]]</p>")
    text.photo_uses.create(place=1, photo=picture)

    def see():  # as the library's page does
        with transaction.atomic():
            picture.save()
            picture.people.add(person)
            suppression.suppress_uncleared(at=NOON)

    at_once(lambda: publishing.approve(text, by=EDITOR, at=NOON), see)
    assert not Edition.objects.published(NOON).filter(pk=text.pk).exists(), "somebody uncleared is in a public picture"
    return text.article


def two_stories_take_one_address():
    texts = [draft(body="<p>Words</p>"), draft(body="<p>Words</p>")]
    wanted = f"wanted-{next(number)}"

    def work(text):
        def take():
            with transaction.atomic():
                Edition.objects.filter(pk=text.pk).update(slug=wanted)
                time.sleep(0.05)

        return take

    found = at_once(*[work(text) for text in texts])
    assert len(refusals(found)) == 1, found
    assert Edition.objects.filter(slug=wanted).count() == 1
    return texts[0].article


def a_writer_while_the_rules_are_lifted():
    erased, other = approved(), approved()
    entry = audit.note("anonymise", erased, by=EDITOR, at=NOON)
    is_lifted, was_tried = threading.Event(), threading.Event()

    def erase():
        with guards.lifted_for(entry):
            Edition.objects.filter(pk=erased.pk).update(title="Erased")
            is_lifted.set()
            was_tried.wait(0.2 if connection.vendor == "sqlite" else 10)  # SQLite's other writer waits at BEGIN

    def write():
        is_lifted.wait(10)
        try:
            with transaction.atomic():
                Edition.objects.filter(pk=other.pk).update(title="Slipped through")
        finally:
            was_tried.set()

    found = at_once(erase, write)
    assert found[0] is None and isinstance(found[1], DatabaseError), found
    erased.refresh_from_db()
    other.refresh_from_db()
    assert (erased.title, other.title) == ("Erased", "The Golan contingent")
    return other.article


RACES = [
    two_approvals_of_one_draft, an_approval_and_a_save, ten_editors_save_one_text, two_open_the_next_edition,
    two_open_the_next_edition_from_two_earlier_ones, a_withdrawal_and_the_approval_of_the_next, two_submits,
    an_approval_and_a_sending_back, an_approval_and_one_more_photo, an_approval_and_a_revoked_name,
    an_approval_and_a_revoked_place, an_approval_and_somebody_seen_in_its_picture,
    two_stories_take_one_address, a_writer_while_the_rules_are_lifted,
]  # fmt: skip

if __name__ == "__main__":
    activate("en")
    makers.golan_contingent()
    EDITOR, WRITER = makers.person_of_role("editor"), makers.author()
    OFFICER = makers.person_of_role("records officer")
    EDITORS = [makers.person_of_role("editor", f"editor-{place}") for place in range(10)]
    came = {}
    for race in RACES:
        try:
            for _round in range(ROUNDS):
                no_state_is_impossible(Article.objects.get(pk=race().pk))
            came[race.__name__] = ""
        except Exception:
            came[race.__name__] = traceback.format_exc()
    json.dump(came, sys.stdout)
