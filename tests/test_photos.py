from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction

from articles import photos, publishing
from articles.models import Article, Photo
from tests import makers

pytestmark = pytest.mark.django_db


@pytest.fixture
def picture(noon):
    return makers.photo(noon)


def test_a_photo_has_no_address_until_an_edition_uses_it_and_none_after_withdrawal(client, noon, picture):
    makers.golan_contingent()
    editor = makers.person_of_role("editor")
    address = f"/photos/{picture.pk}/480/"
    assert client.get(address).status_code == 404
    draft = makers.draft_story(noon, body="<p>Text</p><p>[[photo 1]]</p>")
    draft.photo_uses.create(place=1, photo=picture)
    assert client.get(address).status_code == 404
    edition = publishing.approve(draft, by=editor, at=noon)
    response = client.get(address)
    assert response.status_code == 200 and b"".join(response.streaming_content)[8:12] == b"WEBP"
    assert client.get(f"/photos/{picture.pk}/4000/").status_code == 404
    publishing.withdraw(edition, reason="Wrong.", by=editor, at=noon + timedelta(days=1))
    assert client.get(address).status_code == 404


def test_a_photo_without_alt_text_in_the_storys_language_blocks_its_approval(noon, picture):
    makers.golan_contingent()
    Photo.objects.update(alt_en="")
    draft = makers.draft_story(noon, body="<p>[[photo 1]]</p>")
    draft.photo_uses.create(place=1, photo=picture)
    with pytest.raises(publishing.CannotApprove, match="alt text"):
        publishing.approve(draft, by=makers.person_of_role("editor"), at=noon)


@pytest.mark.parametrize("content", [b"", b"%PDF-1.4", b"GIF89a", b"\x89PNG\r\n\x1a\nbroken"])
def test_a_file_that_is_no_allowed_picture_is_refused_with_a_reason(content):
    with pytest.raises(photos.CannotTake):
        photos.check(SimpleUploadedFile("x.png", content))


def test_what_an_approved_story_prints_with_its_pictures_stays_when_the_photo_changes(client, noon, picture):
    draft = makers.draft_story(noon, body="<p>Text.</p>")
    Article.objects.update(lead_photo=picture)
    edition = publishing.approve(draft, by=makers.person_of_role("editor"), at=noon)
    other = makers.photo(noon, makers.picture((600, 400)), credit="Another", alt_en="Another")
    Article.objects.update(lead_photo=other)
    Photo.objects.filter(pk=picture.pk).update(caption_en="Changed", credit="Changed", alt_en="Changed")
    page = client.get("/en/articles/golan-contingent/").content.decode()
    assert f"/photos/{picture.pk}/960.jpg" in page and 'alt="A chart"' in page and "Drawn" in page
    assert "Changed" not in page and f"/photos/{other.pk}/" not in page
    with pytest.raises(DatabaseError), transaction.atomic():
        edition.photo_uses.update(caption="Changed")
