"""Advice deserves a second look and forbids nothing."""

import pytest

from articles import publishing
from articles.advice import advice
from tests import makers

pytestmark = pytest.mark.django_db


def told(noon, **values):
    values.setdefault("body", "<p>Quiet.</p>")
    return [(problem.field, str(problem)) for problem in advice(makers.draft_story(noon, **values))]


def test_a_calm_text_gets_no_advice(noon):
    assert (
        told(noon, body="<p>On the Golan [[strength mission=UNDOF]] serve since 2024.</p><h2>Then</h2><p>More.</p>")
        == []
    )


def test_numbers_that_nobody_watches_are_counted(noon):
    body = "<p>On 5 March 2024 139 went 40 km, [[women]] of them women; more than 600 served.</p>"
    assert told(noon, body=body, title="Seven missions") == [
        ("numbers", "2 numbers in the text are not held against the record.")
    ]


def test_a_long_sentence_is_named_by_its_beginning(noon):
    long = "Nobody who begins to read this sentence " + "and so on " * 12
    ((field, sentence),) = told(noon, body=f"<p>Short. {long}.</p>")
    assert field == "body" and "“Nobody who begins to read this …” has 43 words" in sentence


def test_a_long_sentence_does_not_run_on_over_a_paragraph(noon):
    assert told(noon, body="<p>" + "word " * 30 + "</p><p>" + "word " * 30 + "</p>") == []


@pytest.mark.parametrize(
    ("body", "said"),
    [("<h3>Deep</h3><p>x</p>", "“Deep” is a heading of the third level"),
     ("<h2>First</h2><h2>Then</h2><p>x</p>", "No text stands between the heading before and “Then”"),
     ("<h2> </h2><p>x</p>", "A heading is empty.")],
)  # fmt: skip
def test_headings_out_of_order_are_named(noon, body, said):
    ((field, sentence),) = told(noon, body=body)
    assert field == "body" and said in sentence


def test_a_section_may_open_with_its_first_subsection(noon):
    assert told(noon, body="<h2>One</h2><h3>Deeper</h3><p>x</p>") == []


@pytest.mark.parametrize(
    "body",
    ["<blockquote><p>We keep the peace &amp; go home.</p></blockquote><p>So they said.</p>",
     "<blockquote><p>We keep the peace &amp; go home.</p><p><cite> </cite></p></blockquote>",
     "<p><cite>A. Speaker</cite></p><blockquote>We keep the peace &amp; go home.</blockquote><p>No <cite>b</cite></p>"],
)  # fmt: skip
def test_a_quotation_that_names_no_speaker_is_named_by_its_beginning(noon, body):
    assert told(noon, body=body) == [("body", "The quotation “We keep the peace & go …” names no speaker.")]


@pytest.mark.parametrize(
    "body",
    ["<blockquote><p>We keep the peace.</p><p><cite>A. Speaker</cite></p></blockquote>",
     "<blockquote>We keep the peace. <cite>A. Speaker</cite></blockquote>",
     "<blockquote>We keep the peace.</blockquote><p><cite>A. Speaker</cite>, an observer</p>",
     "<blockquote><p> </p></blockquote>"],
)  # fmt: skip
def test_a_quotation_with_its_speaker_gets_no_advice(noon, body):
    assert told(noon, body=body) == []


def test_a_title_and_a_standfirst_that_lists_would_cut_are_named(noon):
    found = told(noon, title="T" * 111, standfirst="Quiet. " * 43)
    assert [field for field, _sentence in found] == ["title", "standfirst"]


def test_advice_stands_on_the_writing_screen_and_forbids_no_approval(client, noon):
    makers.golan_contingent()
    draft = makers.draft_story(noon, title="T" * 111)
    editor = makers.person_of_role("editor")
    client.force_login(editor)
    page = client.get(f"/admin/articles/edition/{draft.pk}/change/", headers={"accept-language": "en"}).content.decode()
    assert "Worth a second look" in page and "The title has 111 characters" in page
    assert publishing.approve(draft, by=editor, at=noon).state == "approved"


def test_a_photo_that_was_chosen_and_that_the_text_shows_nowhere_is_named(noon):
    draft = makers.draft_story(noon, body="<p>Quiet.</p><p>[[photo 1]]</p>")
    for place in (1, 2):
        draft.photo_uses.create(place=place, photo=makers.photo(noon, makers.picture((300 + place, 200))))
    ((field, sentence),) = [(problem.field, str(problem)) for problem in advice(draft)]
    assert field == "photo_uses" and sentence.startswith("Photo 2 is chosen")
