"""What was written before: on the desk by revision, and for readers by edition."""

from datetime import timedelta

import pytest

from articles import publishing, writing
from articles.models import Edition, Revision
from tests import makers

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor():
    return makers.person_of_role("editor")


@pytest.fixture
def corrected(editor, noon):
    """Two editions of one story: the second prints another strength, a day later, with its correction."""
    makers.golan_contingent()
    first = makers.approved_story(noon, editor)
    later = noon + timedelta(days=1)
    second = publishing.open_next(first, by=makers.author(), at=later)
    second.body = "<p>On the Golan [[strength mission=UNDOF]] women and men serve.</p>"
    second.correction = "It left the women out."
    second.save()
    return first, publishing.approve(second, by=editor, at=later)


def changes(client, edition):
    return client.get(f"/en/articles/{edition.slug}/{edition.number}/changes/")


def test_a_reader_sees_what_changed_with_the_figures_as_printed(client, corrected):
    _first, second = corrected
    page = changes(client, second).content.decode()
    assert "<ins>" in page and "women and men" in page
    assert "139" in page and "[[strength" not in page
    assert "It left the women out." in page


def test_the_story_its_correction_and_the_earlier_edition_lead_to_what_changed(client, corrected):
    first, second = corrected
    address = f"/en/articles/{second.slug}/2/changes/"
    assert client.get(f"/en/articles/{second.slug}/").content.decode().count(address) == 2
    assert address in client.get(f"/en/articles/{first.slug}/1/").content.decode()
    assert changes(client, first).status_code == 404  # there is nothing before it


def test_the_page_of_changes_asks_as_many_questions_for_many_figures_as_for_one(
    client, corrected, django_assert_num_queries
):
    _first, second = corrected
    with django_assert_num_queries(6):
        changes(client, second)


@pytest.mark.parametrize("field", ["withdrawn", "suppressed"])
def test_the_text_of_an_edition_that_was_taken_back_never_shows_among_the_changes(
    client, corrected, editor, noon, field
):
    first, second = corrected
    if field == "withdrawn":
        publishing.withdraw(first, reason="It named somebody.", by=editor, at=noon + timedelta(days=2))
    else:
        Edition.objects.filter(pk=first.pk).update(suppressed_at=noon + timedelta(days=2))
    assert changes(client, second).status_code == 404
    assert "/changes/" not in client.get(f"/en/articles/{second.slug}/").content.decode()


def test_changes_of_an_edition_whose_hour_has_not_come_are_not_found(client, corrected, editor):
    _first, second = corrected
    third = publishing.open_next(second, by=makers.author(), at=second.approved_at + timedelta(hours=1))
    assert changes(client, third).status_code == 404
    Edition.objects.filter(pk=third.pk).update(body="<p>Nobody knows this.</p>")
    assert "Nobody knows this" not in changes(client, second).content.decode()
