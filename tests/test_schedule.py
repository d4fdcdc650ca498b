import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from articles import publishing, rescheduling, schedule, seen
from articles.models import Edition, Transition
from articles.publishing import CannotMove
from missions import clearance
from missions.models import Person
from tests import makers

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def scheduled(editor, noon, **moments):
    return publishing.approve(
        makers.draft_story(noon), by=editor, at=noon, **{"public_from": noon + 2 * DAY, **moments}
    )


def words(edition, at, language="English"):
    return " ".join(dict(schedule.in_words(edition.article, at=at))[language])


def test_the_desk_says_in_local_time_when_which_edition_is_read(editor, noon, contingent):
    first = makers.approved_story(noon, editor)
    second = publishing.open_next(first, by=makers.author(), at=noon)
    publishing.approve(second, by=editor, at=noon, public_from=noon + DAY, public_until=noon + 3 * DAY)
    said = words(first, noon)
    assert said.startswith(f"Until {schedule.local(noon + DAY)} the public reads edition 1.")
    assert "the public reads edition 2" in said and "under its own number" in said
    assert words(first, noon, "Русский") == "Nothing is public."
    assert schedule.zone() == "Asia/Almaty"


def test_a_withdrawn_story_and_an_open_draft_are_said_per_language(editor, noon, contingent):
    first = makers.approved_story(noon, editor)
    publishing.withdraw(first, reason="False.", by=editor, at=noon + DAY)
    makers.draft_story(noon, language="ru", slug="golany", article=first.article)
    assert "withdrawn on Friday" in words(first, noon + 2 * DAY)
    assert words(first, noon, "Русский") == "Nothing is public. A draft is open."


def test_an_hour_that_has_not_come_can_be_moved_and_is_noted(editor, noon, contingent):
    edition = scheduled(editor, noon)
    rescheduling.reschedule(edition, public_from=noon + DAY, public_until=None, by=editor, at=noon)
    assert Edition.objects.in_force(noon + DAY).get() == edition
    assert "Public from Friday" in Transition.objects.filter(edition=edition).latest("pk").reason


def test_an_hour_that_has_come_cannot_be_moved(editor, noon, contingent):
    edition = scheduled(editor, noon)
    with pytest.raises(CannotMove, match="public already"):
        rescheduling.reschedule(edition, public_from=noon + 5 * DAY, public_until=None, by=editor, at=noon + 2 * DAY)


def test_an_hour_is_never_moved_into_the_past_or_into_the_embargo(editor, noon, contingent):
    edition = scheduled(editor, noon)
    with pytest.raises(CannotMove, match="has passed"):
        rescheduling.reschedule(edition, public_from=noon, public_until=None, by=editor, at=noon + DAY)
    edition.article.embargo_until = noon + 2 * DAY
    edition.article.save()
    with pytest.raises(CannotMove, match="under embargo"):
        rescheduling.reschedule(edition, public_from=noon + DAY, public_until=None, by=editor, at=noon)


def test_an_hour_is_never_moved_behind_the_end_of_a_clearance(editor, noon, contingent):
    draft, observer = makers.draft_story(noon), Person.objects.create(family_name="Observer", given_name="Invented")
    draft.article.people.add(observer)
    clearance.clear(observer, "name", basis="consent", by=editor, at=noon, until=noon + 3 * DAY)
    edition = publishing.approve(draft, by=editor, at=noon, public_from=noon + DAY)
    with pytest.raises(CannotMove, match="clearance"):
        rescheduling.reschedule(edition, public_from=noon + 4 * DAY, public_until=None, by=editor, at=noon)
    edition.refresh_from_db()
    assert edition.public_from == noon + DAY


def test_a_public_edition_can_be_given_an_end_ahead_but_none_in_the_past(editor, noon, contingent):
    edition = makers.approved_story(noon, editor)
    rescheduling.reschedule(edition, public_from=noon, public_until=noon + 2 * DAY, by=editor, at=noon + DAY)
    assert not Edition.objects.in_force(noon + 2 * DAY).exists()
    with pytest.raises(CannotMove, match="end has passed"):
        rescheduling.reschedule(edition, public_from=noon, public_until=noon + DAY, by=editor, at=noon + DAY)


def test_an_edition_cancelled_before_its_hour_is_never_public(editor, noon, contingent):
    edition = scheduled(editor, noon)
    publishing.withdraw(edition, reason="Not needed.", by=editor, at=noon + DAY)
    assert not Edition.objects.issued(noon + 5 * DAY).exists()
    assert words(edition, noon + DAY) == "Nothing is public."


def test_what_would_be_seen_is_said_before_the_approval_and_leaves_nothing(editor, noon, contingent):
    draft = makers.draft_story(noon)
    [(_story, said)] = schedule.if_it_were_done(
        [draft.article], lambda: publishing.approve(draft, by=editor, at=noon, public_from=noon + DAY), at=noon
    )
    assert "From Friday" in " ".join(dict(said)["English"])
    draft.refresh_from_db()
    assert draft.state == "draft" and not Transition.objects.exists()


moments = st.integers(0, 12).map(lambda hours: datetime(2025, 10, 23, 7, tzinfo=UTC) + timedelta(hours=hours))
rows = st.lists(
    st.tuples(st.sampled_from(["kk", "en"]), moments, st.none() | moments, st.none() | moments, st.none() | moments),
    max_size=5,
)


class TheWords(TestCase):
    """A property: sentences change exactly where the public's own question changes its answer."""

    @settings(max_examples=25, deadline=None)
    @given(rows=rows, at=moments)
    def test_the_words_never_disagree_with_what_the_public_sees(self, rows, at):
        with transaction.atomic():
            self._hold(rows, at)
            transaction.set_rollback(True)

    def _hold(self, rows, at):
        approved_at = datetime(2025, 10, 23, 0, tzinfo=UTC)
        editor, article = makers.author(), makers.draft_story(approved_at, language="ru").article
        for number, (language, start, until, withdrawn, suppressed) in enumerate(rows, start=1):
            Edition.objects.create(
                article=article, language=language, number=number, title="T", slug=f"t-{number}", day=start.date(),
                created_at=approved_at, approved_at=approved_at, approved_by=editor, public_from=start,
                public_until=until if until and until > start else None, withdrawn_at=withdrawn,
                withdrawal_reason="x" if withdrawn else "", state="withdrawn" if withdrawn else "approved",
                suppressed_at=suppressed,
            )  # fmt: skip
        for language, found in schedule.spans(article, at=at).items():
            assert found[0].since == at and found[-1].until is None
            for span in found:
                last = span.until - timedelta(microseconds=1) if span.until else span.since + timedelta(days=30)
                for moment in (span.since, last):
                    current = Edition.objects.in_force(moment).filter(article=article, language=language).first()
                    assert current == (span.edition if span.kind == schedule.IN_FORCE else None)


def test_the_calendar_lists_what_begins_and_ends_in_its_month_and_asks_few_questions(
    client, editor, noon, contingent, django_assert_max_num_queries
):
    scheduled(editor, noon, public_until=noon + 4 * DAY)
    client.force_login(editor)
    with django_assert_max_num_queries(10):
        page = client.get("/admin/articles/edition/calendar/?month=2025-10", headers={"accept-language": "en"})
    text = page.content.decode()
    assert "becomes public" in text and "ends" in text and "The Golan contingent" in text
    text = client.get("/admin/articles/edition/calendar/?month=2025-10&language=ru").content.decode()
    assert "The Golan contingent" not in text


def shown_at(client, address, chosen):
    """This will return what the page of confirmation carries along for the chosen hours."""
    return re.search(r'name="shown" value="([^"]+)"', client.post(address, chosen).content.decode())[1]


def test_an_approval_for_a_later_hour_is_shown_in_words_before_the_last_click(client, editor, contingent):
    draft = makers.draft_story(datetime(2025, 10, 23, 7, tzinfo=UTC))
    client.force_login(editor)
    address, chosen = f"/admin/articles/edition/{draft.pk}/approve/", {"public_from": "2090-11-27T09:00"}
    page = client.post(address, chosen, headers={"accept-language": "en"}).content.decode()
    draft.refresh_from_db()
    assert (
        draft.state == "draft"
        and schedule.local(datetime(2090, 11, 27, 4, tzinfo=UTC)) in page
        and "Asia/Almaty" in page
    )
    client.post(address, {**chosen, "_confirmed": "1", "shown": shown_at(client, address, chosen)})
    draft.refresh_from_db()
    assert draft.state == "approved"


def test_an_hour_that_the_zone_had_twice_is_refused_at_its_field_and_nothing_typed_is_lost(client, editor, contingent):
    draft = makers.draft_story(datetime(2025, 10, 23, 7, tzinfo=UTC))
    client.force_login(editor)
    typed = {"public_from": "2024-02-29T23:30", "public_until": "2090-01-01T10:00"}
    page = client.post(f"/admin/articles/edition/{draft.pk}/approve/", typed).content.decode()
    assert "errorlist" in page and "2024-02-29T23:30" in page and "2090-01-01T10:00" in page


def test_the_writing_screen_says_the_hours_and_an_editor_moves_them_there(client, editor, contingent):
    at = datetime(2025, 10, 23, 7, tzinfo=UTC)
    edition = publishing.approve(
        makers.draft_story(at), by=editor, at=at, public_from=datetime(2090, 11, 27, 4, tzinfo=UTC)
    )
    client.force_login(editor)
    address = f"/admin/articles/edition/{edition.pk}/"
    page = client.get(f"{address}change/", headers={"accept-language": "en"}).content.decode()
    assert "nothing is public" in page and 'value="2090-11-27T09:00"' in page
    moved = {"public_from": "2090-11-28T09:00", "public_until": ""}
    moved |= {"_confirmed": "1", "shown": shown_at(client, f"{address}reschedule/", moved)}
    assert client.post(f"{address}reschedule/", moved).status_code == 302
    edition.refresh_from_db()
    assert edition.public_from == datetime(2090, 11, 28, 4, tzinfo=UTC)
    client.force_login(makers.author())
    assert client.post(f"{address}reschedule/", moved).status_code == 403


def test_the_last_click_counts_for_the_hour_that_was_shown_and_for_no_other(client, editor, contingent):
    draft = makers.draft_story(datetime(2025, 10, 23, 7, tzinfo=UTC), created_by=makers.author())
    client.force_login(editor)
    address, chosen = f"/admin/articles/edition/{draft.pk}/approve/", {"public_from": "2090-11-27T09:00"}
    confirmed = {"_confirmed": "1", "shown": shown_at(client, address, chosen)}
    for other in ({"public_from": "2090-11-27T08:00"}, {}, {**chosen, "public_until": "2091-01-01T09:00"}):
        page = client.post(address, {**other, **confirmed}, headers={"accept-language": "en"}).content.decode()
        assert "not those that this page had shown" in page
        draft.refresh_from_db()
        assert draft.state == "draft"
    client.post(address, {**chosen, **confirmed})
    draft.refresh_from_db()
    assert draft.state == "approved"
    address = f"/admin/articles/edition/{draft.pk}/reschedule/"
    moved = {"public_from": "2090-11-28T09:00"}
    confirmed = {"_confirmed": "1", "shown": shown_at(client, address, moved)}
    client.post(address, {"public_from": "2090-11-28T07:00", **confirmed})
    draft.refresh_from_db()
    assert draft.public_from == datetime(2090, 11, 27, 4, tzinfo=UTC)
    client.post(address, {**moved, **confirmed})
    draft.refresh_from_db()
    assert draft.public_from == datetime(2090, 11, 28, 4, tzinfo=UTC)


def test_the_last_click_counts_for_the_text_and_the_files_that_stood_there_when_it_was_asked(
    client, editor, contingent, english_desk
):
    draft = makers.draft_story(datetime(2025, 10, 23, 7, tzinfo=UTC), created_by=makers.author())
    client.force_login(editor)
    address, chosen = f"/admin/articles/edition/{draft.pk}/approve/", {"public_from": "2090-11-27T09:00"}
    shown = shown_at(client, address, chosen)
    draft.attachments.create(title="Added meanwhile", file="attachments/list.txt", kind="txt", size=1)
    client.post(address, {**chosen, "_confirmed": "1", "shown": shown})
    shown = shown_at(client, address, chosen)
    Edition.objects.update(title="Changed meanwhile", version=2)
    client.post(address, {**chosen, "_confirmed": "1", "shown": shown})
    draft.refresh_from_db()
    assert draft.state == "draft"
    with pytest.raises(publishing.CannotApprove, match="changed meanwhile"):
        publishing.approve(draft, by=editor, at=datetime(2025, 10, 23, 8, tzinfo=UTC), upon=seen.edition(draft) + "x")


def test_a_trial_tells_nobody_even_after_the_commit(editor, noon, contingent, django_capture_on_commit_callbacks):
    told = []
    with django_capture_on_commit_callbacks(execute=True):
        schedule.if_it_were_done([], lambda: transaction.on_commit(lambda: told.append("a letter")), at=noon)
    assert told == []
