"""Totals that are kept are what the rows say, whatever path a change took and whenever it is read."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from articles import publishing, totals
from articles.models import Edition, StoryTotal
from ledger import guards
from tests import makers

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def editor():
    return makers.person_of_role("editor")


def kept(at, language="en"):
    """This will return the months' numbers as a page shows them, which must be those of the editions."""
    assert totals.wrong(at=at) == []
    return {f"{month:%Y-%m}": stories for month, stories in totals.months(language, at)}


def test_the_months_follow_every_verb(noon, editor):
    story = makers.approved_story(noon, editor, body="<p>b</p>")
    assert kept(noon) == {"2025-10": 1}
    draft = publishing.open_next(story, by=makers.author(), at=noon + DAY)
    Edition.objects.filter(pk=draft.pk).update(day=noon.date() + 20 * DAY, change_note="Newer.")
    draft.refresh_from_db()
    later = publishing.approve(draft, by=editor, at=noon + DAY, public_from=noon + 5 * DAY)
    assert kept(noon + DAY) == {"2025-10": 1}
    assert kept(noon + 5 * DAY) == {"2025-11": 1}  # the clock alone has changed it
    publishing.withdraw(later, by=editor, at=noon + 6 * DAY, reason="It was not so.")
    assert kept(noon + 6 * DAY) == {}
    assert kept(noon + DAY) == {"2025-10": 1}  # a past moment is counted as it was


def test_what_a_verb_changed_is_counted_before_its_commit_and_nothing_else_is(noon, editor, django_assert_num_queries):
    makers.public_stories(range(90), noon, editor)
    makers.approved_story(noon, editor, slug="last", body="<p>b</p>")
    assert not StoryTotal.objects.filter(is_stale=True).exists()
    with django_assert_num_queries(3):
        assert sum(kept_of for _month, kept_of in totals.months("en", noon)) == 91


@pytest.mark.parametrize(
    "change",
    [
        {"public_until": "ahead"}, {"withdrawn_at": "now", "state": "withdrawn", "withdrawal_reason": "So."},
        {"suppressed_at": "now"}, {"public_from": "ahead"},
    ],
)  # fmt: skip
def test_a_change_past_every_verb_is_marked_and_counted_by_whoever_reads(noon, editor, change):
    makers.public_stories(range(40), noon, editor)
    totals.count_again(at=noon)
    moments = {"now": noon, "ahead": noon + DAY}
    Edition.objects.filter(day__month=9).update(**{name: moments.get(to, to) for name, to in change.items()})
    assert StoryTotal.objects.filter(is_stale=True).exists()
    for at in (noon, noon + 2 * DAY):
        kept(at)


def test_rows_that_are_made_in_bulk_are_counted(noon, editor):
    totals.count_again(at=noon)
    makers.public_stories(range(3), noon, editor)
    makers.public_stories(range(2), noon, editor, language="kk")
    assert kept(noon) == {"2025-10": 3} and kept(noon, "kk") == {"2025-10": 2}
    assert sum(1 for _number in totals.files(noon)) >= 1


def test_the_sitemap_has_the_files_that_hold_a_story_and_no_other(noon, editor):
    totals.count_again(at=noon)
    StoryTotal.objects.filter(shelf=totals.FILES).delete()
    kept_so = [(900, 1, False), (901, 4, False), (902, 0, False), (903, 2, False), (910, 5, True), (911, 0, True)]
    StoryTotal.objects.bulk_create(
        StoryTotal(shelf=totals.FILES, number=number, stories=stories, is_stale=is_stale)
        for number, stories, is_stale in kept_so
    )
    assert totals.files(noon) == [900, 901, 903], "what is stale is counted, and of those files no story is left"
    makers.public_stories(range(1), noon, editor)
    assert totals.files(noon) == [Edition.objects.get().article_id // StoryTotal.STORIES_PER_FILE, 900, 901, 903]


def test_a_total_that_was_spoilt_is_told_and_counted_again(noon, editor, monkeypatch):
    makers.approved_story(noon, editor, body="<p>b</p>")
    StoryTotal.objects.filter(shelf="en").update(stories=7)
    monkeypatch.setattr("django.utils.timezone.now", lambda: noon)
    with pytest.raises(CommandError, match="1 totals are wrong"):
        call_command("count_stories", "--check")
    call_command("count_stories")
    call_command("count_stories", "--check")
    assert kept(noon) == {"2025-10": 1}


def test_the_marks_are_among_the_rules_that_every_migrate_installs():
    from django.db import connection

    assert {"story_totals_on_insert", "story_totals_on_update", "story_totals_on_delete"} <= guards.installed(
        connection
    )
