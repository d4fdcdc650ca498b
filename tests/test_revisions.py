"""What was written before: on the desk by revision, and for readers by edition."""

from datetime import timedelta

import pytest
from django.utils.translation import override

from articles import publishing, writing
from articles.models import Edition, Revision
from tests import makers

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english_desk")]


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
    for revision in (Revision.objects.get(edition=second), of_first):
        client.post(address, {"restore": revision.pk, "seen_version": second.version})
    assert Revision.objects.filter(edition__article=first.article_id).count() == 2
    second.refresh_from_db()
    assert "women and men" in second.body


@pytest.fixture
def third(corrected, noon):
    """The next draft of the story, in which somebody has begun to write."""
    third = publishing.open_next(corrected[1], by=makers.author(), at=noon + timedelta(days=2))
    return writing.save(third, {"body": "<p>Half a sentence</p>"}, version=1, by=makers.author(), at=third.created_at)


def test_an_earlier_editions_text_comes_back_only_after_its_page_said_whose_it_is(client, corrected, third):
    first, _second = corrected
    client.force_login(makers.author())
    address = f"/admin/articles/edition/{third.pk}/revisions/"
    of_first = Revision.objects.get(edition=first)
    page = client.post(address, {"restore": of_first.pk}).content.decode()
    assert "Bring back a text of edition 1" in page and "editor" in page and "<ins>" in page
    third.refresh_from_db()
    assert third.body == "<p>Half a sentence</p>"
    client.post(address, {"restore": of_first.pk, "seen_version": third.version})
    third.refresh_from_db()
    assert third.body == first.body and third.number == 3
    assert Revision.objects.filter(edition=third, body="<p>Half a sentence</p>").exists()
    first.refresh_from_db()
    assert first.body == of_first.body


def test_a_text_that_grew_while_its_page_was_looked_at_is_not_replaced_unseen(client, corrected, third):
    of_first = Revision.objects.get(edition=corrected[0])
    seen = third.version
    writing.save(third, {"body": "<p>A whole sentence.</p>"}, version=seen, by=makers.author(), at=third.created_at)
    client.force_login(makers.author())
    address = f"/admin/articles/edition/{third.pk}/revisions/"
    page = client.post(address, {"restore": of_first.pk, "seen_version": seen}).content.decode()
    assert "The text changed meanwhile" in page
    third.refresh_from_db()
    assert third.body == "<p>A whole sentence.</p>"
    with pytest.raises(publishing.CannotMove, match="changed meanwhile"):
        writing.restore(of_first, third, by=makers.author(), at=third.created_at, version=seen)


def test_a_text_of_another_story_or_language_is_never_brought_into_this_one(client, third, noon):
    russian = makers.draft_story(noon, "ru", third.article, slug="golan")
    other = makers.draft_story(noon, slug="other")
    client.force_login(makers.author())
    for foreign in (russian, other):
        revision = writing.keep(foreign, name="Foreign", by=makers.author(), at=noon)
        address = f"/admin/articles/edition/{third.pk}/revisions/"
        assert client.post(address, {"restore": revision.pk, "seen_version": third.version}).status_code == 404
        with pytest.raises(publishing.CannotMove, match="another story or language"):
            writing.restore(revision, third, by=makers.author(), at=noon)


def test_photos_come_back_with_an_earlier_text_and_none_that_stands_there_is_exchanged(client, editor, noon):
    flag, chart, map_ = (makers.photo(noon, makers.picture((500 + n, 400))) for n in range(3))
    draft = makers.draft_story(noon, body="<p>Text.</p><p>[[photo 1]]</p><p>[[gallery 2 3]]</p><p>[[nonsense</p>")
    kept = writing.keep(draft, name="With pictures", by=makers.author(), at=noon)
    for place, photo in enumerate((flag, chart), start=1):
        draft.photo_uses.create(place=place, photo=photo, caption=f"Caption {place}")
    draft.body = "<p>Text.</p><p>[[photo 1]]</p><p>[[photo 2]]</p>"
    draft.save()
    following = publishing.open_next(publishing.approve(draft, by=editor, at=noon), by=makers.author(), at=noon)
    following.photo_uses.filter(place=1).update(photo=None, credit_found="Somebody")
    following.photo_uses.filter(place=2).update(photo=map_)
    client.force_login(makers.author())
    address = f"/admin/articles/edition/{following.pk}/revisions/"
    page = client.post(address, {"restore": kept.pk}).content.decode()
    assert "[[photo 1]]</code> Caption 1" in page and "another photo by now" in page
    client.post(address, {"restore": kept.pk, "seen_version": following.version})
    shown = following.photo_uses.order_by("place").values_list("place", "photo", "caption")
    assert list(shown) == [(1, flag.pk, "Caption 1"), (2, map_.pk, "Caption 2")]


def test_a_text_with_the_longest_name_can_be_brought_back(noon):
    draft, author = makers.draft_story(noon), makers.author()
    kept = writing.keep(draft, name="n" * 120, by=author, at=noon)
    writing.save(draft, {"title": "Another"}, version=1, by=author, at=noon)
    assert writing.restore(kept, draft, by=author, at=noon).title == kept.title


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


def test_a_revision_that_the_house_named_is_called_in_the_language_of_whoever_looks(client, noon):
    draft = makers.draft_story(noon)
    with override("ru"):
        publishing.submit(draft, by=makers.author(), at=noon)
    client.force_login(makers.author())
    address = f"/admin/articles/edition/{draft.pk}/revisions/"
    for language, name in (("en", "Handed in"), ("kk", "Тапсырылды"), ("ru", "Сдано")):
        assert name in client.get(address, headers={"accept-language": language}).content.decode()
