from datetime import timedelta

import pytest
from django.utils import timezone

from articles import front_page, publishing
from articles.models import FrontPage
from ledger.models import Entry
from tests import makers

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
ADDRESS = "/admin/articles/frontpage/layout/"


@pytest.fixture
def stories(noon, editor):
    makers.golan_contingent()
    return [makers.approved_story(noon, editor, title=title, slug=title.lower()) for title in ("Alpha", "Bravo")]


def test_pinned_stories_lead_in_their_order_from_that_moment_on(stories, editor, noon):
    alpha, bravo = (edition.article_id for edition in stories)
    front_page.lay_out("en", [alpha, bravo], since=noon + DAY, by=editor, at=noon)
    assert FrontPage.objects.pinned("en", noon) == []
    pinned = FrontPage.objects.pinned("en", noon + DAY)
    assert front_page.read("en", noon + DAY, pinned).top == stories
    assert Entry.objects.filter(verb="lay out", by=editor).exists()


def test_a_story_that_is_not_public_then_cannot_be_pinned(stories, editor, noon):
    draft = makers.draft_story(noon, slug="ahead")
    publishing.approve(draft, by=editor, at=noon, public_from=noon + 3 * DAY)
    with pytest.raises(front_page.CannotLayOut, match="no edition"):
        front_page.lay_out("en", [draft.article_id], since=noon + DAY, by=editor, at=noon)
    assert front_page.lay_out("en", [draft.article_id], since=noon + 3 * DAY, by=editor, at=noon)


def test_what_the_public_saw_is_never_laid_out_anew(stories, editor, noon):
    with pytest.raises(front_page.CannotLayOut, match="passed"):
        front_page.lay_out("en", [], since=noon - DAY, by=editor, at=noon)


def test_an_editor_pins_moves_and_saves_by_buttons_alone(client, stories, editor):
    client.force_login(editor)
    alpha, bravo = (str(edition.article_id) for edition in stories)
    page = client.post(ADDRESS, {"language": "en", "pins": [alpha, bravo], "_step": f"up:{bravo}"}).content.decode()
    assert page.index("up:" + bravo) < page.index("up:" + alpha)
    assert not FrontPage.objects.exists()
    saved = client.post(ADDRESS, {"language": "en", "pins": [bravo, alpha], "_step": "save"})
    assert saved.status_code == 302
    assert FrontPage.objects.pinned("en", timezone.now()) == [int(bravo), int(alpha)]


def test_the_preview_is_the_desks_alone_and_shows_the_pinned_story_first(client, stories, editor):
    alpha = stories[0].article_id
    address = f"/admin/articles/frontpage/preview/?language=en&pins={alpha}"
    assert client.get(address).status_code == 302
    client.force_login(makers.author())
    assert client.get(address).status_code == 403
    client.force_login(editor)
    page = client.get(address).content.decode()
    assert page.index("Alpha") < page.index("Bravo")
