"""Every check that forbids an approval: the story that it blocks, and the same story when it was mended."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from articles import publishing, readiness
from articles.models import Edition, Photo
from articles.templatetags.desk import place_of
from missions import clearance
from missions.models import Deployment, Person
from peacekeeping.demo import illustrations
from tests import makers

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("ready_pictures")]


class Case:
    """A story about to be approved at noon, with what a check needs around it."""

    def __init__(self, noon):
        self.noon, self.public_from = noon, noon
        self.editor = makers.person_of_role("editor")
        self.contingent = makers.golan_contingent()
        self.draft = makers.draft_story(noon)

    def change(self, **values):
        Edition.objects.filter(pk=self.draft.pk).update(**values)

    def photo(self, **values):
        given = {"credit": "Drawn", "licence": "CC0", "alt_en": "A chart", **values}
        return Photo.objects.create(original=ContentFile(illustrations.draw("figures"), name="chart.png"), **given)

    def print_photo(self, **values):
        photo = self.photo(**values)
        self.change(body="<p>[[photo 1]]</p>")
        self.draft.photo_uses.create(place=1, photo=photo)
        return photo

    def person(self, **values):
        return Person.objects.create(family_name="Observer", given_name="Invented", **values)

    def clear(self, person):
        clearance.clear(person, "name", basis="consent", by=self.editor, at=self.noon - timedelta(days=3))

    def other_story(self, slug="other", language="en", **values):
        draft = makers.draft_story(
            self.noon - timedelta(days=2), slug=slug, language=language, title="Other", body="<p>Text</p>", **values
        )
        return publishing.approve(draft, by=self.editor, at=self.noon - timedelta(days=1))


@pytest.fixture
def case(noon, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return Case(noon)


# Each check is a pair: what spoils the story, and how it is mended; then the field that its problem leads to.
# The spoiler may return something that the mender needs.
def no_title(case):
    case.change(title=" ")


def title(case, _spoiled):
    case.change(title="A title")


def no_standfirst(case):
    case.change(standfirst=" ")


def standfirst(case, _spoiled):
    case.change(standfirst="Who serves there.")


def no_body(case):
    case.change(body="")


def body(case, _spoiled):
    case.change(body="<p>Text</p>")


def broken_token(case):
    case.change(body="<p>[[weather]]</p>")


def open_brackets(case):
    case.change(body="<p>[[strength</p>")


def place_without_photo(case):
    case.change(body="<p>Text</p><p>[[photo 1]]</p>")


def photo_in_its_place(case, _spoiled):
    case.print_photo()


def photo_twice(case):
    case.print_photo()
    case.change(body="<p>[[photo 1]]</p><p>[[photo 1]]</p>")


def photo_once(case, _spoiled):
    case.change(body="<p>[[photo 1]]</p>")


def photo_without_alt(case):
    return case.print_photo(alt_en="")


def alt(case, photo):
    Photo.objects.filter(pk=photo.pk).update(alt_en="A chart")


def alt_of_the_edition(case, _photo):
    case.draft.photo_uses.update(alt="A chart, in this story")


def photo_without_credit(case):
    return case.print_photo(credit=" ")


def credit(case, photo):
    Photo.objects.filter(pk=photo.pk).update(credit="Drawn")


def photo_without_licence(case):
    return case.print_photo(licence=" ")


def licence(case, photo):
    Photo.objects.filter(pk=photo.pk).update(licence="CC0")


def lead_without_alt(case):
    # A caption in another language alone is no fault: a caption is optional, the alt text is not.
    case.draft.article.lead_photo = photo = case.photo(alt_en="", alt_ru="Схема", caption_ru="Подпись")
    case.draft.article.save()
    return photo


def uncleared_person_listed(case):
    person = case.person()
    case.draft.article.people.add(person)
    return person


def person_cleared(case, person):
    case.clear(person)


def uncleared_person_in_the_text(case):
    case.change(body="<p>Invented Observer spoke.</p>")
    return case.person()


def uncleared_person_in_the_caption(case):
    case.print_photo(caption_en="Invented Observer in the camp")
    return case.person()


def uncleared_person_in_the_photo(case):
    person = case.person()
    case.print_photo().people.add(person)
    return person


def private_place(case):
    Deployment.objects.update(place="Faouar")
    case.change(body="<p>The camp at Faouar</p>")


def place_open(case, _spoiled):
    Deployment.objects.update(end=case.noon.date())
    clearance.clear(
        case.contingent, "place", basis="official_release", by=case.editor, at=case.noon - timedelta(days=1)
    )  # fmt: skip


def unanswered_figure(case):
    Deployment.objects.update(strength=None, women=None)


def answered_figure(case, _spoiled):
    Deployment.objects.update(strength=139)


def another_value_than_the_sibling(case):
    case.other_sibling = makers.draft_story(case.noon, language="ru", slug="golany", article=case.draft.article)
    publishing.approve(case.other_sibling, by=case.editor, at=case.noon - timedelta(hours=1))
    Deployment.objects.update(strength=140)


def the_siblings_value(case, _spoiled):
    Deployment.objects.update(strength=139)


def another_value_than_printed_before(case):
    first = publishing.approve(case.draft, by=case.editor, at=case.noon)
    Deployment.objects.update(strength=140)
    case.draft = publishing.open_next(first, by=makers.author(), at=case.noon)


def said_in_a_correction(case, _spoiled):
    case.change(correction="It was 140, not 139.")


def link_to_nothing(case):
    case.change(body='<p><a href="/en/nothing/">there</a></p>')


def link_to_a_list(case, _spoiled):
    case.change(body='<p><a href="/en/articles/">there</a></p>')


def link_to_a_story_that_is_not_there(case):
    case.change(body='<p><a href="/en/articles/other/">there</a></p>')


def the_story_is_there(case, _spoiled):
    case.other_story()


def link_to_a_mission_that_is_not_there(case):
    case.change(body='<p><a href="/en/missions/nowhere/">there</a></p>')


def link_to_a_mission(case, _spoiled):
    case.change(body='<p><a href="/en/missions/undof/">there</a></p>')


def token_of_no_story(case):
    case.change(body="<p>Text</p><p>[[story 999999]]</p>")


def token_of_itself(case):
    case.change(body=f"<p>Text</p><p>[[story {case.draft.article_id}]]</p>")


def token_of_a_story_in_another_language(case):
    case.change(body=f"<p>Text</p><p>[[story {case.other_story(language='ru').article_id}]]</p>")


def token_of_a_story(case, _spoiled):
    case.change(body=f"<p>Text</p><p>[[story {case.other_story(slug='third').article_id}]]</p>")


def embargo(case):
    case.draft.article.embargo_until = case.noon + timedelta(hours=2)
    case.draft.article.save()


def after_the_embargo(case, _spoiled):
    case.public_from = case.noon + timedelta(hours=2)


def public_before_the_approval(case):
    case.public_from = case.noon - timedelta(hours=1)


def public_at_once(case, _spoiled):
    case.public_from = case.noon


CHECKS = [
    (no_title, title, "title"),
    (no_standfirst, standfirst, "standfirst"),
    (no_body, body, "body"),
    (broken_token, body, "body"),
    (open_brackets, body, "body"),
    (place_without_photo, photo_in_its_place, "photo_uses"),
    (place_without_photo, body, "photo_uses"),
    (photo_twice, photo_once, "body"),
    (photo_without_alt, alt, "photo"),
    (photo_without_alt, alt_of_the_edition, "photo"),
    (photo_without_credit, credit, "photo"),
    (photo_without_licence, licence, "photo"),
    (lead_without_alt, alt, "photo"),
    (uncleared_person_listed, person_cleared, "article"),
    (uncleared_person_in_the_text, person_cleared, "body"),
    (uncleared_person_in_the_caption, person_cleared, "photo"),
    (uncleared_person_in_the_photo, person_cleared, "photo"),
    (private_place, place_open, "body"),
    (unanswered_figure, answered_figure, "body"),
    (another_value_than_the_sibling, the_siblings_value, "body"),
    (another_value_than_the_sibling, said_in_a_correction, "body"),
    (another_value_than_printed_before, said_in_a_correction, "correction"),
    (link_to_nothing, link_to_a_list, "body"),
    (link_to_a_story_that_is_not_there, the_story_is_there, "body"),
    (link_to_a_mission_that_is_not_there, link_to_a_mission, "body"),
    (token_of_no_story, token_of_a_story, "body"),
    (token_of_itself, token_of_a_story, "body"),
    (token_of_a_story_in_another_language, token_of_a_story, "body"),
    (embargo, after_the_embargo, "public_from"),
    (public_before_the_approval, public_at_once, "public_from"),
]


@pytest.mark.parametrize(
    "spoil, mend, field", CHECKS, ids=[f"{spoil.__name__}-{mend.__name__}" for spoil, mend, _ in CHECKS]
)
def test_each_fault_blocks_the_approval_leads_to_its_field_and_is_gone_when_mended(client, case, spoil, mend, field):
    spoiled = spoil(case)
    draft = Edition.objects.get(pk=case.draft.pk)
    found, _answers = readiness.problems(draft, at=case.noon, public_from=case.public_from)
    assert [problem.field.partition(":")[0] for problem in found] == [field]
    with pytest.raises(publishing.CannotApprove):
        publishing.approve(draft, by=case.editor, at=case.noon, public_from=case.public_from)

    # Its link leads to a field of the writing screen or to a page that opens.
    address = place_of(found[0])
    client.force_login(case.editor)
    page = client.get(address if address.startswith("/") else reverse("admin:articles_edition_change", args=[draft.pk]))
    assert page.status_code == 200
    if address.startswith("#"):
        assert f'id="{address[1:]}"' in page.content.decode()

    if mend is said_in_a_correction and draft.number == 1:
        return _corrected_in_a_next_edition(case)
    mend(case, spoiled)
    draft = Edition.objects.get(pk=draft.pk)
    assert readiness.problems(draft, at=case.noon, public_from=case.public_from)[0] == []
    approved = publishing.approve(draft, by=case.editor, at=case.noon, public_from=case.public_from)
    assert approved.state == "approved"


def _corrected_in_a_next_edition(case):
    """A correction is never blocked by its siblings."""
    Deployment.objects.update(strength=139)
    first = publishing.approve(case.draft, by=case.editor, at=case.noon)
    Deployment.objects.update(strength=140)
    case.draft = publishing.open_next(first, by=makers.author(), at=case.noon)
    said_in_a_correction(case, None)
    following = Edition.objects.get(pk=case.draft.pk)
    assert publishing.approve(following, by=case.editor, at=case.noon).state == "approved"


@pytest.mark.parametrize("href", [
    "//evil.example/x", "/\\evil.example", "http:/en/articles/", "/admin/", "/photos/1/480/",
    "/admin/articles/edition/1/change/", "/reports/", "http://127.0.0.1:8000/admin/", "/en/articles/none/1/", "/none/",
    "http://127.0.0.1:8000/ru/articles/golan-contingent/", "none/x/y", "/i18n/setlang/",
])  # fmt: skip
def test_a_link_that_leads_no_reader_anywhere_blocks_and_is_named_by_its_words(case, href):
    case.change(body=f'<p><a href="{href}">the words</a></p>')
    found, _answers = readiness.problems(Edition.objects.get(pk=case.draft.pk), at=case.noon)
    assert [problem.field for problem in found] == ["body"] and "“the words”" in found[0].sentence


@pytest.mark.parametrize("href", [
    "#part", "mailto:desk@paper.example", "https://elsewhere.example/admin/", "/", "/en/", "/kk/articles/?page=2",
    "/en/missions/undof/", "/en/missions/undof", "http://127.0.0.1:8000/ru/missions/", "/en/articles/other/",
    "/en/articles/other/1/", "http://localhost/en/articles/other/#top", "../other/", "/en/articles/golan-contingent/",
])  # fmt: skip
def test_a_link_that_leads_somewhere_is_left_alone(case, href):
    case.other_story()
    case.change(body=f'<p><a href="{href}">the words</a></p>')
    assert readiness.problems(Edition.objects.get(pk=case.draft.pk), at=case.noon)[0] == []


def test_a_link_may_lead_to_a_story_whose_hour_comes_no_later(case):
    other = makers.draft_story(case.noon, slug="other", body="<p>Text</p>")
    publishing.approve(other, by=case.editor, at=case.noon, public_from=case.noon + timedelta(hours=2))
    case.change(body='<p><a href="/en/articles/other/">there</a></p>')
    draft = Edition.objects.get(pk=case.draft.pk)
    assert readiness.problems(draft, at=case.noon, public_from=case.noon + timedelta(hours=1))[0] != []
    assert readiness.problems(draft, at=case.noon, public_from=case.noon + timedelta(hours=2))[0] == []


def test_a_link_to_an_address_that_a_story_once_had_is_no_fault_and_to_a_withdrawn_one_is(case):
    first = case.other_story()
    second = publishing.open_next(first, by=makers.author(), at=case.noon - timedelta(hours=9))
    Edition.objects.filter(pk=second.pk).update(slug="renamed")
    second = publishing.approve(second, by=case.editor, at=case.noon - timedelta(hours=8))
    case.change(body='<p><a href="/en/articles/other/">there</a></p>')
    draft = Edition.objects.get(pk=case.draft.pk)
    assert readiness.problems(draft, at=case.noon)[0] == []
    publishing.withdraw(second, reason="Wrong.", by=case.editor, at=case.noon - timedelta(hours=1))
    assert readiness.problems(draft, at=case.noon)[0] != []


def test_the_questions_of_the_checks_do_not_grow_with_the_story(case):
    def questions():
        draft = Edition.objects.select_related("article__lead_photo").get(pk=case.draft.pk)
        with CaptureQueriesContext(connection) as asked:
            readiness.problems(draft, at=case.noon)
        return len(asked)

    def grow(first, last):
        photo = case.photo()
        for number in range(first, last):
            person = Person.objects.create(family_name=f"Observer{'abcdefghijklmnop'[number]}", given_name="Invented")
            case.draft.article.people.add(person)
            photo.people.add(person)
            case.draft.photo_uses.create(place=number + 1, photo=photo)
            case.draft.attachments.create(title="Invented Observer", file="attachments/x.pdf", kind="pdf", size=1)
            case.other_story(slug=f"other-{number}")
        text = "".join(
            f"<p>[[photo {n + 1}]] [[strength mission=UNDOF on=2024-10-0{n % 9 + 1}]] [[story {case.draft.article_id}]] "
            f"Invented Observer{'abcdefghijklmnop'[n]} "
            f'<a href="/en/articles/other-{n}/">x</a> <a href="/en/missions/undof/">y</a></p>'
            for n in range(last)
        )
        case.change(body=text)

    grow(0, 2)
    few = questions()
    grow(2, 12)
    assert questions() == few


def test_who_may_not_change_a_photo_is_led_to_the_texts_own_alt_text(client, noon):
    draft = makers.draft_story(noon, body="<p>Text. [[photo 1]]</p>")
    photo = makers.photo(noon, alt_en="")
    draft.photo_uses.create(place=1, photo=photo)
    led = {}
    for role in ("author", "editor"):
        client.force_login(makers.person_of_role(role))
        page = client.get(reverse("admin:articles_edition_checks", args=[draft.pk])).content.decode()
        led[role] = page.partition('desk-problems"><li><a href="')[2].partition('"')[0]
    assert led["editor"] == reverse("admin:articles_photo_change", args=[photo.pk])
    address, _hash, place = led["author"].partition("#")
    client.force_login(makers.person_of_role("author", "another-author"))
    page = client.get(address).content.decode()
    assert f'id="{place}"' in page and 'name="photo_uses-0-alt"' in page
