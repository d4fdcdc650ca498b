"""What was written before: on the desk by revision, and for readers by edition."""

from datetime import timedelta

import pytest

from articles import publishing, writing
from articles.models import Edition, Revision
from tests import makers

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english_desk")]


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


def test_two_texts_are_compared_and_one_is_brought_back_with_the_present_text_kept(client, noon):
    makers.golan_contingent()
    draft = makers.draft_story(noon, body="<p>It was the first text.</p>")
    author = makers.author()
    kept = writing.keep(draft, name="Before lunch", by=author, at=noon)
    writing.save(draft, {"body": "<p>It was the second text.</p>"}, version=1, by=author, at=noon)
    client.force_login(author)
    address = f"/admin/articles/edition/{draft.pk}/revisions/"
    page = client.get(address).content.decode()
    assert "Before lunch" in page and "<ins>" in page and "second" in page
    assert "Both texts say the same" in client.get(f"{address}?old={kept.pk}&new={kept.pk}").content.decode()
    assert client.get(f"{address}?old=999999").status_code == 404
    client.post(address, {"restore": kept.pk})
    draft.refresh_from_db()
    assert "first" in draft.body
    assert Revision.objects.filter(edition=draft, body__contains="second").exists()


def test_revisions_of_earlier_editions_can_be_compared_but_a_decided_text_takes_none_back(client, corrected):
    first, second = corrected
    client.force_login(makers.author())
    address = f"/admin/articles/edition/{second.pk}/revisions/"
    of_first = Revision.objects.get(edition=first)
    assert "women and men" in client.get(f"{address}?old={of_first.pk}&new=now").content.decode()
    client.post(address, {"restore": Revision.objects.get(edition=second).pk})
    assert client.post(address, {"restore": of_first.pk}).status_code == 404
    assert Revision.objects.filter(edition__article=first.article_id).count() == 2


def test_who_may_only_read_reads_revisions_and_keeps_none(client, noon):
    draft = makers.draft_story(noon)
    client.force_login(makers.person_of_role("photo editor"))
    address = f"/admin/articles/edition/{draft.pk}/revisions/"
    assert client.get(address).status_code == 200
    assert client.post(address, {"name": "Mine"}).status_code == 403
    client.force_login(makers.person_of_role("records officer"))
    assert client.get(address).status_code == 403


def test_a_text_is_kept_under_a_name_from_the_page(client, noon):
    draft = makers.draft_story(noon)
    client.force_login(makers.author())
    client.post(f"/admin/articles/edition/{draft.pk}/revisions/", {"name": "For Dana"})
    assert Revision.objects.get(edition=draft).name == "For Dana"
