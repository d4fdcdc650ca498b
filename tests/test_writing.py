"""The writing screen: nobody's typing is lost, and nobody's newer text is written over unseen."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles import publishing, review, writing
from articles.models import Article, Edition, Photo, PhotoUse, Presence, Revision
from ledger.models import User
from missions.models import Mission, Person
from tests import makers

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(noon):
    makers.golan_contingent()
    return makers.draft_story(noon)


@pytest.fixture
def author(client):
    author = makers.author()
    client.force_login(author)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return author


def address(draft, name="autosave"):
    return f"/admin/articles/edition/{draft.pk}/{name}/"


def typed(draft, **values):
    fields = ("title", "slug", "standfirst", "byline", "day", "body", "change_note", "correction")
    return {**{name: getattr(draft, name) for name in fields}, "typed_upon": draft.version, **values}


def test_what_is_typed_is_saved_in_place_and_no_keystroke_makes_a_revision(client, author, draft):
    version = 1
    for length in range(1, 6):
        text = typed(draft, body=f"<p>{'word ' * length}</p>", typed_upon=version)
        version = client.post(address(draft), text).json()["version"]
    draft.refresh_from_db()
    assert draft.body == "<p>word word word word word </p>" and draft.saved_by == author
    assert version == draft.version == 6 and not Revision.objects.exists()


def test_a_save_upon_an_older_version_is_refused_and_nothing_of_either_text_is_lost(client, author, draft):
    editor = makers.person_of_role("editor")
    writing.save(draft, {"title": "The editor's title"}, version=1, by=editor, at=draft.created_at)
    answer = client.post(address(draft), typed(draft, title="The author's title"))
    assert answer.status_code == 409 and answer.json()["compare"]
    draft.refresh_from_db()
    assert draft.title == "The editor's title"
    mine = makers.written(draft, title="The author's title", typed_upon=1, _continue="1")
    page = client.post(address(draft, "change"), mine).content.decode()
    assert "The editor&#x27;s title" in page and page.count("The author&#x27;s title") >= 2
    assert "removed: </span> editor" in page and "added: </span> author" in page  # what differs is marked
    assert f'name="typed_upon" value="{draft.version}"' in page
    client.post(address(draft, "change"), mine | {"typed_upon": draft.version})
    draft.refresh_from_db()
    assert draft.title == "The author's title"
    assert Revision.objects.filter(title="The editor's title").exists()


def test_the_same_text_saved_twice_is_no_conflict(client, author, draft):
    text = typed(draft, title="Once more")
    assert client.post(address(draft), text).status_code == 200
    assert client.post(address(draft), text).status_code == 200
    draft.refresh_from_db()
    assert draft.version == 2


def test_an_unfinished_token_is_saved_while_typing_and_refused_at_the_save(client, author, draft):
    assert client.post(address(draft), typed(draft, body="<p>[[weat</p>")).status_code == 200
    draft.refresh_from_db()
    assert draft.body == "<p>[[weat</p>"
    page = client.post(address(draft, "change"), makers.written(draft, title="Other", _continue="1"))
    assert page.status_code == 200 and "do not close" in page.content.decode()


def test_a_field_that_cannot_be_saved_is_named_and_the_others_are_saved(client, author, draft):
    answer = client.post(address(draft), typed(draft, title="Kept", slug="not an address")).json()
    assert any("Address" in sentence for sentence in answer["refused"])
    draft.refresh_from_db()
    assert (draft.title, draft.slug) == ("Kept", "golan-contingent")


def test_script_that_is_autosaved_is_cleaned_like_any_other(client, author, draft):
    client.post(address(draft), typed(draft, body="<p onclick=x()>Text<script>y()</script></p>"))
    draft.refresh_from_db()
    assert draft.body == "<p>Text</p>"


def test_two_at_one_text_see_each_others_names_and_not_their_own(client, author, draft):
    editor = makers.person_of_role("editor")
    client.post(address(draft))
    client.force_login(editor)
    assert client.post(address(draft)).json()["others"] == ["author"]
    gone = Presence.objects.get(user=author).seen_at - writing.HERE_FOR
    Presence.objects.filter(user=author).update(seen_at=gone)
    assert client.post(address(draft)).json()["others"] == []


def test_typing_into_a_text_that_was_approved_meanwhile_is_refused_with_a_sentence(client, author, draft, noon):
    publishing.approve(draft, by=makers.person_of_role("editor"), at=noon)
    answer = client.post(address(draft), typed(draft, title="Too late"))
    assert answer.status_code == 409 and "decided" in answer.json()["sentence"]
    assert Edition.objects.get().title == "The Golan contingent"


def test_the_text_before_another_person_took_it_up_is_kept(draft, noon):
    author, editor = makers.author(), makers.person_of_role("editor")
    draft = writing.save(draft, {"title": "By the author"}, version=1, by=author, at=noon)
    draft = writing.save(draft, {"title": "Still the author"}, version=2, by=author, at=noon)
    assert not Revision.objects.exists()
    writing.save(draft, {"title": "By the editor"}, version=3, by=editor, at=noon + timedelta(minutes=5))
    assert Revision.objects.get().title == "Still the author"


def test_a_revision_comes_back_and_what_stood_there_is_kept(draft, noon):
    author = makers.author()
    kept = writing.keep(draft, name="As imported", by=author, at=noon)
    draft = writing.save(draft, {"body": "<p>Rewritten.</p>"}, version=1, by=author, at=noon)
    restored = writing.restore(kept, draft, by=author, at=noon)
    assert restored.body == kept.body
    assert Revision.objects.filter(body="<p>Rewritten.</p>").exists()


def test_the_checks_ask_as_many_questions_for_a_long_text_as_for_a_short_one(
    client, author, draft, noon, ready_pictures, django_assert_num_queries
):
    for edition, length in ((draft, 1), (makers.draft_story(noon, slug="long"), 30)):
        text = "<p>Some 140 serve on the Golan, [[strength mission=UNDOF]].</p>" * length
        for place in range(1, length + 1):
            photo = Photo.objects.create(credit="Drawn", licence="CC0", checksum=f"{length} {place}")
            PhotoUse.objects.create(edition=edition, place=place, photo=photo)
            text += f"<p>[[photo {place}]]</p>"
        Edition.objects.filter(pk=edition.pk).update(body=text)
        with django_assert_num_queries(27):
            assert client.get(address(edition, "checks")).status_code == 200


def test_the_chips_show_todays_value_and_say_what_is_wrong_with_a_token(client, author, draft):
    tokens = ["strength mission=UNDOF", "weather", "photo 1"]
    cards = client.post(address(draft, "chips"), {"token": tokens}).json()["cards"]
    assert (
        cards["strength mission=UNDOF"]["shown"] == "139" and "The Paper" in cards["strength mission=UNDOF"]["detail"]
    )
    assert cards["weather"]["kind"] == "broken" and "weather" in cards["weather"]["detail"]
    assert cards["photo 1"]["kind"] == "photo"


def test_the_preview_shows_what_would_be_printed_and_marks_what_cannot_be(client, author, draft):
    Edition.objects.update(body="<p>On the Golan [[strength mission=UNDOF]] serve, [[weather]].</p>")
    response = client.get(address(draft, "page"))
    page = response.content.decode()
    assert ">139</a>" in page and 'class="unprintable"' in page
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in response["Content-Security-Policy"]
    assert not draft.claims.exists()


def test_the_chip_of_another_story_bears_the_title_that_readers_of_this_language_will_see(client, author, draft, noon):
    other = makers.approved_story(noon, makers.person_of_role("editor"), slug="other", title="What readers see")
    Article.objects.filter(pk=other.article_id).update(working_title="Only for the newsroom")
    asked = {"token": [f"story {other.article_id}"]}
    assert client.post(address(draft, "chips"), asked).json()["cards"][asked["token"][0]]["shown"] == "What readers see"
    Edition.objects.filter(pk=draft.pk).update(language="ru")  # where that story is not public
    cards = client.post(address(draft, "chips"), asked).json()["cards"]
    assert cards[asked["token"][0]]["shown"] == "Only for the newsroom"


def test_the_preview_has_the_files_that_readers_would_get(client, author, draft):
    draft.attachments.create(title="The budget of 2025", file="budget.pdf", kind="pdf", size=300)
    assert "The budget of 2025" in client.get(address(draft, "page")).content.decode()


def test_the_preview_names_the_missions_that_the_story_is_about(client, author, draft):
    draft.article.missions.add(makers.golan_mission())
    assert ">UNDOF</a>" in client.get(address(draft, "page")).content.decode()


def test_who_goes_on_writing_reads_why_the_text_came_back_and_no_longer_once_it_is_handed_in(
    client, author, draft, noon
):
    editor = makers.person_of_role("editor")
    for step in range(2):
        publishing.submit(draft, by=author, at=noon + timedelta(hours=2 * step))
        page = client.get(address(draft, "change")).content.decode()
        assert "needs a second source" not in page
        reason = f"The third paragraph needs a second source, {step}."
        publishing.send_back(draft, reason=reason, by=editor, at=noon + timedelta(hours=2 * step + 1))
        page = client.get(address(draft, "change")).content.decode()
        assert reason in page and page.count("needs a second source") == 1


def test_a_text_that_waits_for_its_hour_has_no_link_that_leads_to_nothing(client, author, draft, noon):
    editor = makers.person_of_role("editor")
    ahead = timezone.now() + timedelta(days=3)
    publishing.approve(draft, by=editor, at=noon, public_from=ahead)
    page = client.get(address(draft, "change")).content.decode()
    assert 'href="/en/articles/golan-contingent/"' not in page and "/en/articles/golan-contingent/" in page
    assert "View on site" not in page
    Edition.objects.filter(pk=draft.pk).update(public_from=noon)
    page = client.get(address(draft, "change")).content.decode()
    assert 'href="/en/articles/golan-contingent/"' in page and "View on site" in page


def test_an_error_about_brackets_shows_the_writers_words_and_no_tags(client, author, draft):
    text = "<p>ten of them</p><p>women &amp; [[women mission=UNDOF]</p><p>Then</p>"
    page = client.post(address(draft, "change"), makers.written(draft, body=text)).content.decode()
    assert "women &amp; [[women mission=UNDOF] Then" in page.replace("  ", " ")
    assert "UNDOF]&lt;/p" not in page.partition("errorlist")[2].partition("</ul>")[0]


def test_a_photo_from_the_library_gets_the_next_place(client, author, draft):
    photo = Photo.objects.create(credit="Credit", licence="Licence")
    for place in (1, 2):
        answer = client.post(address(draft, "place-photo"), {"photo": photo.pk}).json()
        assert answer["token"] == f"[[photo {place}]]"
    assert PhotoUse.objects.count() == 2


def test_only_who_may_write_can_save_and_only_who_may_read_can_look(client, draft):
    client.force_login(makers.person_of_role("report staff"))
    for name in ("autosave", "chips", "place-photo"):
        assert client.post(address(draft, name), typed(draft)).status_code == 403
    for name in ("checks", "preview", "page", "choices"):
        assert client.get(address(draft, name)).status_code == 403


def test_people_offered_for_the_text_are_those_whose_names_are_cleared(client, author, draft):
    Person.objects.create(family_name="Uncleared", given_name="Somebody")
    assert client.get(address(draft, "choices") + "?of=person").json() == {"choices": []}


def test_what_speaks_of_many_missions_asks_no_more_questions_than_what_speaks_of_one(
    client, author, draft, noon, monkeypatch
):
    monkeypatch.setattr(timezone, "now", lambda: noon)
    client.force_login(author)
    _link, token = review.make_link(draft, reviewer="R. Eviewer", by=author, at=noon)
    pages = [address(draft, "choices"), address(draft, "page"), f"/en/review/{token}/"]
    for page in pages:
        client.get(page)
    few = [questions_of(client, page) for page in pages]
    for number in range(6):
        mission = Mission.objects.create(
            acronym=f"UNX {number}", slug=f"unx-{number}", name_en="X", kind=Mission.Kind.UN_PEACEKEEPING
        )
        makers.golan_contingent(140 + number, mission=mission)
    body = "".join(f"<p>[[strength mission=UNX_{number}]]</p>" for number in range(6))
    Edition.objects.filter(pk=draft.pk).update(body=draft.body + body)
    assert len(client.get(pages[0]).json()["choices"]) > 6 * 7
    assert "UNX 5" in client.get(pages[1]).content.decode()
    for page, before in zip(pages, few, strict=True):
        assert questions_of(client, page) <= before, page


def questions_of(client, page):
    with CaptureQueriesContext(connection) as asked:
        assert client.get(page).status_code == 200
    return len(asked)


def test_another_story_is_put_into_the_page_while_it_is_public_and_leads_nobody_on_later(client, draft, noon):
    editor = makers.person_of_role("editor")
    publishing.approve(draft, by=editor, at=noon)
    other = makers.draft_story(noon, slug="other", body=f"<p>Text.</p><p>[[story {draft.article_id}]]</p>")
    publishing.approve(other, by=editor, at=noon)
    assert "/en/articles/golan-contingent/" in client.get("/en/articles/other/").content.decode()
    publishing.withdraw(draft, reason="Wrong.", by=editor, at=noon)
    page = client.get("/en/articles/other/").content.decode()
    assert "golan-contingent" not in page and "[[story" not in page


def test_an_autosave_holds_its_row_in_a_transaction_of_its_own(client, draft, monkeypatch):
    client.force_login(User.objects.create_superuser("root", password="a long pass phrase"))
    queries, depths, outside = type(Edition.objects.all()), [], len(connection.savepoint_ids)
    plain = queries.held

    def held(self):
        depths.append(len(connection.savepoint_ids))
        return plain(self)

    monkeypatch.setattr(queries, "held", held)
    assert client.post(address(draft), typed(draft, title="Saved")).status_code == 200
    assert depths and min(depths) > outside
    assert client.post(address(draft), typed(draft, title="Refused")).status_code == 409
