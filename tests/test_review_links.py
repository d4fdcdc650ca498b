import re
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from articles import publishing, review
from articles.models import Comment, Edition, ReviewLink
from ledger.models import Entry
from missions.models import Person
from tests import makers

pytestmark = pytest.mark.django_db
POLITE = "There is nothing to review at this address"


@pytest.fixture
def now(monkeypatch, noon):
    """The doors' clock, which a test can put forward."""
    clock = {"at": noon}
    monkeypatch.setattr(timezone, "now", lambda: clock["at"])
    return clock


@pytest.fixture
def draft(noon):
    makers.golan_contingent()
    return makers.draft_story(
        noon, title="A secret draft", created_by=makers.author(),
        body="<p>On the Golan [[strength mission=UNDOF]] serve. They came in 1,200 lorries over three months.</p>",
    )  # fmt: skip


@pytest.fixture
def link(draft, editor, noon, now):
    return review.make_link(draft, reviewer="Aigul Serikova", by=editor, at=noon)


def address(token):
    return f"/en/review/{token}/"


def page_of(client, token):
    response = client.get(address(token))
    assert response.status_code == 200
    return response.content.decode()


def test_a_fact_checker_reads_the_draft_as_it_would_be_printed_with_its_figures_and_sources(client, link):
    page = page_of(client, link[1])
    assert "A secret draft" in page and ">139</a>" in page and "[[" not in page
    assert "https://paper.example/1" in page and "Contingent of 139" in page and "The Paper" in page
    typed = page[page.index("Numbers typed in the text") :]
    assert "<b>1,200, over three</b><br>They came in 1,200 lorries over three months." in typed


def test_only_the_digest_of_the_token_is_kept(link):
    made, token = link
    assert len(token) >= 43 and made.token_sha256 == review.digest(token)
    for row in (*ReviewLink.objects.values(), *Entry.objects.values()):
        assert token not in str(row)


def test_two_links_never_have_one_token(draft, editor, noon):
    tokens = {review.make_link(draft, reviewer="A", by=editor, at=noon)[1] for _ in range(20)}
    assert len(tokens) == 20


def test_whatever_closed_a_link_the_answer_is_the_same_and_holds_nothing(client, link, draft, editor, now, noon):
    _made, token = link
    answers = [client.get(address("x" * 43))]
    now["at"] = noon + timedelta(days=7)
    answers.append(client.get(address(token)))
    now["at"] = noon + timedelta(hours=1)
    assert client.get(address(token)).status_code == 200
    other, other_token = review.make_link(draft, reviewer="B", by=editor, at=noon)
    review.revoke(other, by=editor, at=noon)
    answers.append(client.get(address(other_token)))
    publishing.approve(draft, by=editor, at=now["at"])
    answers += [client.get(address(token)), client.post(address(token), {"text": "Too late"})]
    bodies = {re.sub(r"/review/[^/]+/", "", answer.content.decode()) for answer in answers}
    assert len(bodies) == 1 and POLITE in bodies.pop()
    for answer in answers:
        assert answer.status_code == 410 and "secret" not in answer.content.decode()
        assert answer["Cache-Control"] == "private, no-store"
    assert not Comment.objects.exists()


def test_nothing_of_a_reviewed_draft_stays_in_a_cache_or_a_search_engine_or_leaks_its_address(client, link):
    response = client.get(address(link[1]))
    assert response["Cache-Control"] == "private, no-store"
    assert response["Referrer-Policy"] == "no-referrer" and response["X-Robots-Tag"] == "noindex"


def test_a_draft_that_names_an_uncleared_person_is_shown_to_nobody_outside(client, link, draft, editor, noon):
    _made, token = link
    person = Person.objects.create(family_name="Uncleared", given_name="Daniyar", sex="m", born=date(1990, 1, 1))
    draft.article.people.add(person)
    response = client.get(address(token))
    assert response.status_code == 410 and "secret" not in response.content.decode()
    with pytest.raises(review.CannotReview, match="not cleared"):
        review.make_link(draft, reviewer="B", by=editor, at=noon)


def test_a_draft_that_names_an_uncleared_place_is_shown_to_nobody_outside(client, link, draft, editor, noon):
    makers.golan_contingent(140, place="Camp Faouar", rotation=2)
    Edition.objects.filter(pk=draft.pk).update(body="<p>At Camp Faouar, a secret.</p>")
    draft.refresh_from_db()
    assert client.get(address(link[1])).status_code == 410
    with pytest.raises(review.CannotReview, match="places that are not cleared"):
        review.make_link(draft, reviewer="B", by=editor, at=noon)


def test_a_figure_that_is_not_cleared_reaches_no_fact_checker(client, noon, now, editor):
    makers.golan_contingent(strength=871, cleared=("kind", "period"))
    draft = makers.draft_story(noon, body="<p>[[strength mission=UNDOF]] and [[missions_joined]] serve.</p>")
    _link, token = review.make_link(draft, reviewer="A", by=editor, at=noon)
    page = page_of(client, token)
    assert "871" not in page.replace("Contingent of 871", "") and "Not printed yet" in page


@pytest.mark.parametrize(
    "body", ["<p>[[weather]]</p>", "<p>[[[weather]]]</p>", "<p>[[ [[photo 1 2]] ]]</p>", "<p>[[</p>"]
)
def test_a_half_written_text_can_still_be_reviewed(client, noon, now, editor, body):
    draft = makers.draft_story(noon, body=body)
    _link, token = review.make_link(draft, reviewer="A", by=editor, at=noon)
    page_of(client, token)


def test_a_script_in_a_draft_or_a_comment_does_not_run_at_the_fact_checkers(client, draft, link):
    draft.body = "<p>Text<script>alert(1)</script></p>"
    draft.save()
    client.post(address(link[1]), {"text": "<script>alert(2)</script>"})
    assert "<script>alert" not in page_of(client, link[1])


def test_pictures_of_the_draft_are_seen_through_the_link_and_no_other_way(
    client, draft, link, editor, noon, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path
    placed, other = (makers.photo(noon, caption_en=name) for name in ("placed", "other"))
    draft.photo_uses.create(place=1, photo=placed)
    draft.body = "<p>[[photo 1]]</p>"
    draft.save()
    page = page_of(client, link[1])
    picture = f"{address(link[1])}photos/{placed.pk}/960/"
    assert picture in page and "/photos/" not in page.replace(address(link[1]), "")
    seen = client.get(picture)
    assert seen.status_code == 200 and seen["Cache-Control"] == "private, no-store"
    assert client.get(f"/photos/{placed.pk}/960/").status_code == 404
    assert client.get(f"{address(link[1])}photos/{other.pk}/960/").status_code == 410
    assert client.get(f"{address(link[1])}photos/{placed.pk}/7/").status_code == 410
    review.revoke(link[0], by=editor, at=noon)
    assert client.get(picture).status_code == 410


def test_a_fact_checker_comments_on_a_figure_and_the_desk_reads_it_under_their_name(client, draft, link, editor):
    response = client.post(address(link[1]), {"about": "139 persons", "text": "The Paper says 140."})
    assert response.status_code == 302 and response["Location"].endswith("#comments")
    comment = Comment.objects.get()
    assert (comment.link, comment.by, comment.about, comment.edition) == (link[0], None, "139 persons", draft)
    assert "The Paper says 140." in page_of(client, link[1])
    client.force_login(editor)
    for page in ("review", "change"):
        desk = client.get(f"/admin/articles/edition/{draft.pk}/{page}/", headers={"accept-language": "en"})
        assert "The Paper says 140." in desk.content.decode() and "Aigul Serikova" in desk.content.decode()


def test_one_fact_checker_does_not_read_what_others_wrote(client, draft, link, editor, noon):
    review.comment(draft, text="Among ourselves", by=editor, at=noon)
    _other, token = review.make_link(draft, reviewer="B", by=editor, at=noon)
    client.post(address(token), {"text": "From somebody else"})
    page = page_of(client, link[1])
    assert "Among ourselves" not in page and "From somebody else" not in page


def test_a_comment_through_a_link_that_just_ended_or_to_another_text_is_refused(draft, link, editor, noon):
    other = makers.draft_story(noon, language="ru", slug="other")
    with pytest.raises(review.Closed):
        review.comment(other, text="Elsewhere", link=link[0], at=noon)
    review.revoke(link[0], by=editor, at=noon)
    with pytest.raises(review.Closed):
        review.comment(draft, text="Too late", link=link[0], at=noon)


@pytest.mark.parametrize("text", ["", "   ", "x" * 4001])
def test_an_empty_or_endless_comment_is_refused(client, link, draft, editor, noon, text):
    assert client.post(address(link[1]), {"text": text}).status_code == 200
    with pytest.raises(review.CannotReview):
        review.comment(draft, text=text, by=editor, at=noon)
    assert not Comment.objects.exists()


def test_a_link_takes_so_many_comments_and_then_says_so(client, link, draft, monkeypatch):
    monkeypatch.setattr(review, "MOST_COMMENTS", 2)
    for text in ("One", "Two", "Three"):
        last = client.post(address(link[1]), {"text": text})
    assert Comment.objects.count() == 2
    assert "takes no more" in last.content.decode() and "Three" in last.content.decode()


def test_the_desk_shows_a_link_once_and_then_only_who_has_it(client, draft, editor, now):
    client.force_login(editor)
    desk = f"/admin/articles/edition/{draft.pk}/review/"
    page = client.post(desk, {"do": "link", "reviewer": "Aigul Serikova", "days": "3"}).content.decode()
    token = re.search(r"/en/review/([\w-]{43})/", page)[1]
    made = ReviewLink.objects.get()
    assert made.expires_at - made.created_at == timedelta(days=3) and made.created_by == editor
    Client().get(address(token))
    again = client.get(desk)
    assert token not in again.content.decode() and "Aigul Serikova" in again.content.decode()
    assert "no-store" in again["Cache-Control"]
    made.refresh_from_db()
    assert made.opened_at == now["at"]
    client.post(desk, {"do": "revoke", "link": made.pk})
    assert Client().get(address(token)).status_code == 410


@pytest.mark.parametrize("days", [0, 31, -1])
def test_no_link_holds_for_longer_than_a_month_or_for_no_time(client, draft, editor, noon, days):
    with pytest.raises(review.CannotReview):
        review.make_link(draft, reviewer="A", days=days, by=editor, at=noon)
    client.force_login(editor)
    client.post(f"/admin/articles/edition/{draft.pk}/review/", {"do": "link", "reviewer": "A", "days": days})
    assert not ReviewLink.objects.exists()


def test_a_decided_edition_takes_no_link_and_no_comment(draft, editor, noon):
    publishing.approve(draft, by=editor, at=noon)
    with pytest.raises(review.CannotReview):
        review.make_link(draft, reviewer="A", by=editor, at=noon)
    with pytest.raises(review.CannotReview):
        review.comment(draft, text="Late", by=editor, at=noon)


def test_an_author_comments_and_lets_nobody_in(client, draft, link):
    client.force_login(makers.person_of_role("author", "another-author"))
    desk = f"/admin/articles/edition/{draft.pk}/review/"
    assert client.post(desk, {"do": "comment", "text": "I asked the ministry."}).status_code == 302
    for forged in ({"do": "link", "reviewer": "A", "days": 1}, {"do": "revoke", "link": link[0].pk}, {"do": "other"}):
        assert client.post(desk, forged).status_code == 403
    assert "I asked the ministry." in client.get(desk).content.decode()


def test_an_author_settles_comments_on_their_own_text_and_nobody_elses_on_anothers(client, draft, link, editor, noon):
    other = makers.draft_story(noon, language="ru", slug="other", created_by=editor)
    author = makers.author()
    client.force_login(author)
    cases = [
        (draft, {"link": link[0]}, True), (draft, {"by": editor}, True), (other, {"by": author}, True),
        (other, {"by": editor}, False),
    ]  # fmt: skip
    for edition, who, may in cases:
        comment = review.comment(edition, text="Is this so?", at=noon, **who)
        desk = f"/admin/articles/edition/{edition.pk}/review/"
        assert ('value="settle"' in client.get(desk).content.decode()) == may
        assert client.post(desk, {"do": "settle", "comment": comment.pk}).status_code == (302 if may else 403)
        comment.refresh_from_db()
        assert bool(comment.settled_at) == may


def test_an_editor_settles_a_comment_and_it_stays_readable(client, draft, editor, noon):
    comment = review.comment(draft, text="Is this so?", by=makers.author(), at=noon)
    client.force_login(editor)
    desk = f"/admin/articles/edition/{draft.pk}/review/"
    client.post(desk, {"do": "settle", "comment": comment.pk})
    comment.refresh_from_db()
    assert comment.settled_at and "Is this so?" in client.get(desk).content.decode()
    assert "Is this so?" not in client.get(f"/admin/articles/edition/{draft.pk}/change/").content.decode()


def test_nobody_settles_a_comment_of_another_text_by_its_number(client, draft, editor, noon):
    other = makers.draft_story(noon, language="ru", slug="other", created_by=editor)
    comment = review.comment(other, text="Elsewhere", by=makers.author(), at=noon)
    client.force_login(editor)
    for number in (comment.pk, "x", "9" * 30, "²"):
        answer = client.post(f"/admin/articles/edition/{draft.pk}/review/", {"do": "settle", "comment": number})
        assert answer.status_code == 404


def test_open_comments_forbid_no_approval(draft, editor, noon):
    review.comment(draft, text="Still open", by=makers.author(), at=noon)
    assert publishing.approve(draft, by=editor, at=noon).state == "approved"


@pytest.mark.parametrize("role", ["photo editor", "records officer", "report staff"])
def test_the_review_is_closed_to_roles_that_have_no_part_in_it(client, draft, role):
    client.force_login(makers.person_of_role(role))
    assert client.get(f"/admin/articles/edition/{draft.pk}/review/").status_code == 403


def test_every_step_of_a_review_is_in_the_ledger(client, draft, link, editor, noon):
    for _visit in range(2):
        client.get(address(link[1]))
    client.post(address(link[1]), {"text": "Why?"})
    review.settle(Comment.objects.get(), by=editor, at=noon)
    review.revoke(link[0], by=editor, at=noon)
    verbs = Entry.objects.filter(noun__in=["articles.reviewlink", "articles.comment"]).order_by("pk")
    assert list(verbs.values_list("verb", "by")) == [
        ("make review link", editor.pk), ("open review link", None), ("comment", None), ("settle comment", editor.pk),
        ("revoke review link", editor.pk),
    ]  # fmt: skip


def test_the_review_asks_as_many_questions_for_many_comments_as_for_one(
    client, draft, link, editor, noon, django_assert_max_num_queries
):
    for number in range(12):
        review.comment(draft, text=f"Remark {number}", link=link[0], at=noon)
    with django_assert_max_num_queries(24):
        page_of(client, link[1])
    client.force_login(editor)
    with django_assert_max_num_queries(18):
        client.get(f"/admin/articles/edition/{draft.pk}/review/")
