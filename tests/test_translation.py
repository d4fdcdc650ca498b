"""A story in another language: begun from its source, written beside it, and told when the source moves on."""

from datetime import timedelta

import pytest

from articles import publishing, translating, writing
from articles.models import Edition, Notice, Revision
from tests import makers

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english_desk")]

BODY = "<p>On the Golan [[strength mission=UNDOF]] serve.</p><h2>Home</h2><ul><li>one</li><li>two</li></ul>"


@pytest.fixture
def source(editor, noon):
    makers.golan_contingent()
    return makers.approved_story(noon, editor, body=BODY)


@pytest.fixture
def translator(client):
    client.force_login(makers.author())
    return client


def begin(source, language="ru"):
    return translating.begin(source, language, by=makers.author(), at=source.approved_at + timedelta(hours=1))


def corrected(source, editor, body):
    """The source's next edition, approved two hours later with another body."""
    following = publishing.open_next(source, by=makers.author(), at=source.approved_at + timedelta(hours=2))
    Edition.objects.filter(pk=following.pk).update(body=body)
    return publishing.approve(following, by=editor, at=source.approved_at + timedelta(hours=2))


def posted(draft, **changes):
    pairs = translating.pairs(draft.translated_from.body, draft.translated_from.body, draft.body)
    data = {"version": draft.version, "base": draft.body, "count": len(pairs), "title": draft.title,
            "standfirst": draft.standfirst, "byline": draft.byline}  # fmt: skip
    for number, pair in enumerate(pairs):
        data |= {f"place-{number}": number, f"tag-{number}": "p", f"words-{number}": pair.target.html}
    return data | changes


def test_a_translation_begins_with_the_sources_figures_and_blocks_and_none_of_its_words(source):
    draft = begin(source)
    assert draft.body == "<p>[[strength mission=UNDOF]]</p><h2></h2><ul><li></li><li></li></ul>"
    assert (draft.language, draft.number, draft.article, draft.state) == ("ru", 1, source.article, "draft")
    assert draft.translated_from.edition == source and draft.translated_from.body == source.body
    assert Revision.objects.filter(edition=source).count() == 1  # the approved text is not kept a second time


def test_a_translation_of_a_draft_keeps_the_drafts_text_as_it_was(noon):
    draft = makers.draft_story(noon)
    russian = translating.begin(draft, "ru", by=makers.author(), at=noon)
    assert russian.translated_from.body == draft.body and translating.staleness(russian) is None
    Edition.objects.filter(pk=draft.pk).update(standfirst="Other words.")
    assert translating.staleness(russian).source == draft


def test_a_second_draft_in_one_language_and_the_same_language_are_refused(source):
    begin(source)
    for language in ("ru", "en", "xx"):
        with pytest.raises(translating.CannotTranslate):
            begin(source, language)
    assert [code for code, _name in translating.languages_for(source)] == ["kk"]


def test_an_address_that_another_story_has_in_that_language_is_not_taken(source, noon):
    other = makers.draft_story(noon, language="ru", slug=source.slug)
    assert begin(source).slug == f"{source.slug}-{source.article_id}" != other.slug


def test_a_translation_is_stale_from_the_sources_next_approval_on_and_says_what_changed(source, editor):
    draft = begin(source)
    assert translating.staleness(draft) is None
    open_one = publishing.open_next(source, by=makers.author(), at=source.approved_at + timedelta(hours=2))
    Edition.objects.filter(pk=open_one.pk).update(body=BODY.replace("two", "three"))
    assert translating.staleness(draft) is None  # what is not approved may still change
    publishing.approve(open_one, by=editor, at=source.approved_at + timedelta(hours=3))
    told = translating.staleness(draft)
    assert told.source == open_one
    assert [block.kind for part in told.parts if part.name == "body" for block in part.blocks].count("same") == 3
    assert list(Edition.objects.stale_translations()) == [draft]


def test_a_translation_marked_current_is_stale_no_more_and_its_text_stays(source, editor):
    draft = begin(source)
    second = corrected(source, editor, BODY.replace("two", "three"))
    translating.mark_current(draft, by=editor, at=second.approved_at)
    fresh = Edition.objects.get(pk=draft.pk)
    assert translating.staleness(fresh) is None and fresh.translated_from.edition == second
    assert (fresh.body, fresh.version) == (draft.body, draft.version)
    assert not Edition.objects.stale_translations()


def test_a_new_source_blocks_nobody_and_each_language_is_approved_alone(source, editor):
    draft = begin(source)
    corrected(source, editor, BODY.replace("two", "three"))
    Edition.objects.filter(pk=draft.pk).update(
        title="Голан", standfirst="Кто там служит.", body="<p>[[strength mission=UNDOF]]</p>"
    )
    approved = publishing.approve(draft, by=editor, at=source.approved_at + timedelta(hours=4))
    assert approved.state == "approved" and translating.staleness(approved)
    following = translating.begin(
        Edition.objects.get(article=source.article, language="en", number=2), "ru", by=makers.author(),
        at=source.approved_at + timedelta(hours=5),
    )  # fmt: skip
    assert following.number == 2 and following.body == "<p>[[strength mission=UNDOF]]</p>"
    assert translating.staleness(following)  # it still says what the first edition said


def test_an_added_paragraph_of_the_source_leaves_its_place_free_beside_it():
    pairs = translating.pairs("<p>One of them.</p><p>Two of them.</p>",
                              "<p>One of them.</p><p>Something wholly new.</p><p>Two of them.</p>",
                              "<p>raz</p><p>dva</p>")  # fmt: skip
    assert [pair.target and pair.target.html for pair in pairs] == ["raz", None, "dva"]
    body = translating.compose("<p>raz</p><p>dva</p>", [(0, "p", "raz"), (None, "p", "novoe"), (1, "p", "dva")])
    assert body == "<p>raz</p><p>novoe</p><p>dva</p>"


def test_a_different_number_of_paragraphs_loses_none():
    pairs = translating.pairs("<p>One.</p>", "<p>One.</p>", "<p>raz</p><p>dva</p><p>tri</p>")
    assert [pair.target.html for pair in pairs] == ["raz", "dva", "tri"]


def test_what_is_typed_into_a_block_changes_nothing_around_it():
    body = "<ul><li><p>raz</p></li><li><p>dva</p></li></ul><p>end</p>"
    rows = [(0, "li", "odin"), (1, "li", ""), (None, "li", "tri"), (2, "p", "<script>x</script>end <p>b</p>")]
    assert translating.compose(body, rows) == "<ul><li><p>odin</p></li><li></li><li>tri</li></ul><p>end b</p>"


def test_the_page_shows_both_texts_and_saves_what_is_typed(translator, source):
    response = translator.post(f"/admin/articles/edition/{source.pk}/translate/", {"language": "ru"})
    draft = Edition.objects.get(language="ru")
    address = f"/admin/articles/edition/{draft.pk}/translation/"
    assert response["Location"] == address
    page = translator.get(address).content.decode()
    assert "On the Golan" in page and page.count("<textarea") == 5
    words = "На Голанах служат [[strength mission=UNDOF]] человек."
    translator.post(address, posted(draft, title="Голан", **{"words-0": words, "words-1": "Дом"}))
    draft.refresh_from_db()
    assert draft.title == "Голан" and draft.body.startswith(f"<p>{words}</p><h2>Дом</h2>")


def test_a_translations_address_is_made_from_its_own_title_until_somebody_writes_another(translator, source):
    draft = begin(source)
    address = f"/admin/articles/edition/{draft.pk}/translation/"
    translator.post(address, posted(draft, title="Жуан құлақты өгіз"))
    draft.refresh_from_db()
    assert draft.slug == "zhuan-qulaqty-ogiz"
    translator.post(address, posted(draft, title="Голан"))
    draft.refresh_from_db()
    assert (draft.title, draft.slug) == ("Голан", "zhuan-qulaqty-ogiz")


def test_the_browser_is_told_when_the_house_has_a_translations_words(translator, source):
    draft = begin(source)
    address = f"/admin/articles/edition/{draft.pk}/translation/"
    assert "desk/translation.js" in translator.get(address).content.decode()
    assert translator.post(address, posted(draft, title="Голан"))["Location"] == f"{address}#saved"
    draft.refresh_from_db()
    refused = translator.post(address, posted(draft, title=""))
    assert refused.status_code == 200 and "needs a title" in refused.content.decode()


def test_nobodys_newer_translation_is_overwritten_unseen(translator, source, editor, noon):
    draft = begin(source)
    mine = posted(draft, **{"words-1": "Моё"})
    writing.save(draft, {"body": draft.body.replace("<h2></h2>", "<h2>Чужое</h2>")}, version=draft.version, by=editor,
                 at=noon)  # fmt: skip
    page = translator.post(f"/admin/articles/edition/{draft.pk}/translation/", mine)
    assert page.status_code == 200 and "Моё" in page.content.decode() and "Чужое" in page.content.decode()
    draft.refresh_from_db()
    assert "Чужое" in draft.body
    translator.post(f"/admin/articles/edition/{draft.pk}/translation/", mine | {"version": draft.version})
    draft.refresh_from_db()
    assert "Моё" in draft.body and Revision.objects.filter(edition=draft, body__contains="Чужое").exists()


def test_a_broken_token_is_refused_and_what_was_typed_stays_on_the_page(translator, source):
    draft = begin(source)
    page = translator.post(f"/admin/articles/edition/{draft.pk}/translation/", posted(draft, **{"words-0": "[[oops"}))
    assert page.status_code == 200 and "[[oops" in page.content.decode()
    draft.refresh_from_db()
    assert "oops" not in draft.body


def test_stale_is_said_on_the_writing_screen_in_the_list_and_on_the_desk(translator, source, editor):
    draft = begin(source)
    corrected(source, editor, BODY.replace("two", "three"))
    assert "moved on" in translator.get(f"/admin/articles/edition/{draft.pk}/change/").content.decode()
    listed = translator.get("/admin/articles/edition/?translation=stale").content.decode()
    assert f"/edition/{draft.pk}/change/" in listed and f"/edition/{source.pk}/change/" not in listed
    assert f"/edition/{draft.pk}/translation/" in translator.get("/admin/").content.decode()


def test_who_may_only_read_cannot_begin_or_save_a_translation(client, source):
    draft = begin(source)
    client.force_login(makers.person_of_role("photo editor"))
    assert client.get(f"/admin/articles/edition/{draft.pk}/translation/").status_code == 200
    assert client.post(f"/admin/articles/edition/{draft.pk}/translation/", posted(draft)).status_code == 403
    assert client.post(f"/admin/articles/edition/{source.pk}/translate/", {"language": "kk"}).status_code == 403


def moved(user):
    """The languages of the translations of which this user still has to hear that their source moved on."""
    unread = user.notices.filter(kind="source_moved", read_at=None)
    return list(unread.order_by("pk").values_list("edition__language", flat=True))


def test_who_translated_hears_that_the_source_moved_on_and_the_line_leads_beside_it(client, source, editor):
    translator, stranger = makers.author(), makers.person_of_role("author", "stranger")
    draft = begin(source)
    corrected(source, editor, BODY.replace("two", "three"))
    assert (moved(translator), moved(stranger), moved(editor)) == (["ru"], [], [])  # nobody is told what they did
    client.force_login(translator)
    assert f"/admin/articles/edition/{draft.pk}/translation/" in client.get("/admin/inbox/").content.decode()


def test_a_source_that_moves_twice_is_one_line_and_none_once_the_translation_follows(source, editor):
    draft = begin(source)
    second = corrected(source, editor, BODY.replace("two", "three"))
    corrected(second, editor, BODY.replace("two", "four"))
    assert moved(makers.author()) == ["ru"] and makers.author().notices.filter(kind="source_moved").count() == 2
    translating.mark_current(draft, by=makers.author(), at=second.approved_at + timedelta(hours=9))
    assert moved(makers.author()) == []


def test_an_approval_that_leaves_the_translated_words_alone_tells_no_translator(source, editor):
    begin(source)
    corrected(source, editor, BODY)
    assert not Notice.objects.filter(kind="source_moved").exists()


def test_of_an_approved_translation_its_newest_edition_is_told_and_a_withdrawn_one_is_not(source, editor):
    late = source.approved_at + timedelta(hours=1)
    for language in ("ru", "kk"):
        draft = begin(source, language)
        Edition.objects.filter(pk=draft.pk).update(title="T", standfirst="S", body="<p>[[strength mission=UNDOF]]</p>")
        publishing.approve(draft, by=editor, at=late)
    kazakh = Edition.objects.get(language="kk")
    publishing.withdraw(kazakh, reason="It was not so.", by=editor, at=late)
    following = publishing.open_next(Edition.objects.get(language="ru"), by=makers.author(), at=late)
    corrected(source, editor, BODY.replace("two", "three"))
    assert Notice.objects.get(kind="source_moved").edition == following
