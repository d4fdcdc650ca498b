"""The editor's own words, held against the record: read, frozen, asked again, bound on the desk, checked by command."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from articles import binding, claims, publishing, readiness, tokens
from articles.models import Claim, Edition
from missions import figures
from missions.signals import record_changed
from tests import makers

pytestmark = pytest.mark.django_db


def typed(noon, words, key="strength mission=UNDOF", **values):
    return makers.draft_story(noon, body=f"<p>On the Golan [[{key}: {words}]] serve.</p>", **values)


def changed(row, noon, editor, **values):
    for name, value in values.items():
        setattr(row, name, value)
    row.save()
    record_changed.send(sender=type(row), at=noon, by=editor)


def sentences(edition, noon):
    return [str(problem) for problem in readiness.problems(edition, at=noon)[0]]


ANSWERS = [
    # words, the record's value or bounds, whether it bears the words out
    ("139", 139, True), ("139", 140, False), ("139", (130, 150), None), ("100", (139, None), False),
    ("more than 600", 612, True), ("more than 600", 600, False), ("more than 600", (139, None), None),
    ("more than 100", (139, None), True), ("at least 139", (139, None), True), ("кемінде 139", 138, False),
    ("менее 140", 139, True), ("fewer than 139", (139, None), False), ("до 140", 140, True), ("до 140", (139, None), None),
    ("не более 100", (139, None), False), ("about 150", 139, True), ("about 150", 134, False), ("around 150", 166, False),
    ("шамамен 150", (140, 160), True), ("около 150", (140, 170), None), ("about 7", 7, True), ("about 7", 8, False),
]  # fmt: skip


@pytest.mark.parametrize(("words", "record", "held"), ANSWERS)
def test_words_agree_with_the_record_just_where_every_value_it_allows_for_fulfils_them(
    contingent, noon, words, record, held
):
    token = tokens.read(f"strength: {words}")
    low, high = record if isinstance(record, tuple) else (None, None)
    answer = replace(
        figures.ask(token.question, on=noon.date()),
        value=None if isinstance(record, tuple) else record, low=low, high=high,
    )  # fmt: skip
    assert claims.holds(token.number.value, token.number.relation, answer) is held


@pytest.mark.parametrize(
    "words", ["many", "between 130 and 150", "139 of 159", "2.5", "5 %", "x" * 50 + " more than 139", ""]
)
def test_words_without_one_readable_number_are_an_error_at_the_field(words):
    with pytest.raises(tokens.BrokenToken, match=r"\[\[strength:"):
        tokens.find(f"<p>[[strength: {words}]]</p>")


@pytest.mark.parametrize(("language", "words", "relation"), [
    ("en", "more than one hundred & thirty", "more_than"), ("ru", "свыше ста тридцати", "more_than"),
    ("kk", "жүз отыздан астам", "more_than"), ("ru", "сто тридцать девять", "exactly"),
])  # fmt: skip
def test_the_editors_words_are_printed_as_they_stand_with_the_records_card(
    client, editor, noon, contingent, language, words, relation
):
    words = words.replace(" & ", " and ")
    edition = publishing.approve(typed(noon, words, language=language), by=editor, at=noon)
    claim = edition.claims.get()
    assert (claim.printed, claim.relation, claim.verdict) == (words, relation, "agrees")
    assert claim.value in (130, 139) and claim.value_then == 139
    page = client.get(f"/{language}/articles/{edition.slug}/").content.decode()
    assert f">{words}</a>" in page and "The Paper" in page


def test_words_that_the_record_contradicts_block_the_approval_and_say_what_it_says(editor, noon, contingent):
    draft = typed(noon, "more than 600")
    (sentence,) = sentences(draft, noon)
    assert "contradicts “more than 600”" in sentence and "The record says 139." in sentence
    with pytest.raises(publishing.CannotApprove, match="contradicts"):
        publishing.approve(draft, by=editor, at=noon)


def test_words_that_the_record_cannot_judge_block_the_approval_with_its_bounds(editor, noon):
    makers.golan_contingent(cleared=("kind", "period", "strength", "women", "tours"))
    draft = typed(noon, "more than 600", "persons_served")
    (sentence,) = sentences(draft, noon)
    assert "cannot say" in sentence and "at least 139" in sentence
    draft.body = draft.body.replace("600", "100")
    draft.save()
    claim = publishing.approve(draft, by=editor, at=noon).claims.get()
    assert (claim.value, claim.relation, claim.value_then) == (100, "more_than", None)
    record_changed.send(sender=Edition, at=noon, by=editor)
    claim.refresh_from_db()
    assert claim.verdict == "agrees"


def test_what_is_not_cleared_answers_no_words_either(noon):
    makers.golan_contingent(cleared=())
    (sentence,) = sentences(typed(noon, "more than 100"), noon)
    assert "not" in sentence and "cleared" in sentence and "139" not in sentence


def test_each_token_keeps_its_own_answer_where_typed_and_asked_figures_mix(editor, noon, contingent):
    draft = makers.draft_story(
        noon,
        body="<p>[[women mission=UNDOF: seven]] of [[strength mission=UNDOF]], [[strength mission=UNDOF: over 100]]</p>",
    )
    edition = publishing.approve(draft, by=editor, at=noon)
    assert [claim.printed for claim in edition.claims.order_by("place")] == ["seven", "139", "over 100"]
    assert (
        edition.rendered.index(">seven</a>")
        < edition.rendered.index(">139</a>")
        < edition.rendered.index(">over 100</a>")
    )


@pytest.mark.parametrize(
    ("words", "strength", "verdict"),
    [("over 100", 141, "agrees"), ("over 100", 90, "wrong"), ("about 139", 150, "agrees"), ("139", 140, "wrong")],
)
def test_a_typed_claim_is_held_against_every_change_of_the_record(
    client, editor, noon, contingent, words, strength, verdict
):
    edition = publishing.approve(typed(noon, words), by=editor, at=noon)
    changed(contingent, noon, editor, strength=strength)
    claim = edition.claims.get()
    assert (claim.printed, claim.verdict, claim.value_then) == (words, verdict, strength)
    assert f">{words}</a>" in client.get("/en/articles/golan-contingent/").content.decode()


def test_the_record_may_move_on_from_words_that_were_right(editor, noon, contingent):
    edition = publishing.approve(typed(noon, "over 100"), by=editor, at=noon)
    later = noon + timedelta(days=30)
    contingent.end = later.date() - timedelta(days=5)
    contingent.save()
    makers.golan_contingent(strength=40, start=later.date() - timedelta(days=4))
    record_changed.send(sender=type(contingent), at=later, by=editor)
    assert edition.claims.get().verdict == "moved_on"


@pytest.mark.parametrize(
    ("printed", "here", "conflict"),
    [("over 130", "[[strength mission=UNDOF]]", False), ("139", "[[strength mission=UNDOF: over 130]]", False),
     ("over 130", "[[strength mission=UNDOF: fewer than 140]]", False)],
)  # fmt: skip
def test_languages_may_say_the_same_figure_in_other_words(editor, noon, contingent, printed, here, conflict):
    first = publishing.approve(typed(noon, printed), by=editor, at=noon)
    other = makers.draft_story(noon, language="ru", article=first.article, body=f"<p>{here}</p>")
    assert bool(sentences(other, noon)) is conflict


def test_languages_that_contradict_each_other_are_named(editor, noon, contingent):
    first = publishing.approve(typed(noon, "fewer than 140"), by=editor, at=noon)
    contingent.strength = 612
    contingent.save()
    other = typed(noon, "более 600", language="ru", article=first.article)
    (sentence,) = sentences(other, noon)
    assert "более 600" in sentence and "fewer than 140" in sentence


def test_an_edition_that_prints_other_words_for_the_day_must_say_so_in_a_correction(editor, noon, contingent):
    first = publishing.approve(typed(noon, "fewer than 140"), by=editor, at=noon)
    contingent.strength = 612
    contingent.save()
    second = publishing.open_next(first, by=makers.author(), at=noon)
    second.body = second.body.replace("fewer than 140", "more than 600")
    second.save()
    found = readiness.problems(second, at=noon)[0]
    assert [problem.field for problem in found] == ["correction"] and "more than 600" in str(found[0])


# The desk's page of numbers


BODY = (
    "<p>On the Golan 139 serve now, says the ministry.</p><p>More than <b>600</b> served. [[women mission=UNDOF]]</p>"
)


def test_the_numbers_page_offers_figures_and_says_whether_the_record_agrees(client, editor, noon, contingent):
    draft = makers.draft_story(noon, body=BODY, title="140 on the Golan now serve")
    client.force_login(editor)
    page = client.get(
        f"/admin/articles/edition/{draft.pk}/numbers/", headers={"accept-language": "en"}
    ).content.decode()
    assert (
        "On the Golan <mark>139</mark> serve now, says the ministry." in page and "[[strength mission=UNDOF]]" in page
    )
    assert "The record says 139." in page and ">agrees<" in page and ">differs<" in page
    assert page.count("Print the record") == 1  # not in the title, nor where a format begins between the words
    assert "/numbers/" in client.get(f"/admin/articles/edition/{draft.pk}/change/").content.decode()


def bound(client, draft, **values):
    (one,) = [one for one in binding.unclaimed(draft, at=timezone.now()) if one.place is not None]
    posted = {
        "place": one.place,
        "words": one.words,
        "version": draft.version,
        "way": "value",
        "figure": "strength mission=UNDOF",
    }
    response = client.post(
        f"/admin/articles/edition/{draft.pk}/numbers/", posted | values, follow=True, headers={"accept-language": "en"}
    )
    draft.refresh_from_db()
    return response.content.decode()


@pytest.mark.parametrize(
    ("values", "text"),
    [({}, "On the Golan [[strength mission=UNDOF]] serve"),
     ({"way": "words"}, "On the Golan [[strength mission=UNDOF: 139]] serve"),
     ({"typed": "persons_served"}, "On the Golan [[persons_served]] serve")],
)  # fmt: skip
def test_one_press_binds_just_that_number(client, editor, noon, contingent, values, text):
    draft = makers.draft_story(noon, body="<p>[[women mission=UNDOF]]</p>" + BODY)
    client.force_login(editor)
    bound(client, draft, **values)
    assert text in draft.body and draft.version == 2 and draft.saved_by == editor
    assert draft.body.replace(text, "On the Golan 139 serve").endswith(BODY)


@pytest.mark.parametrize(
    ("values", "said"),
    [({"version": 7}, "changed meanwhile"), ({"place": 1}, "changed meanwhile"), ({"words": "140"}, "changed meanwhile"),
     ({"figure": "weather"}, "weather"), ({"figure": "photo 1"}, "no figure"), ({"figure": ""}, "Choose the figure"),
     ({"figure": "strength]] <b>[[women"}, ""), ({"figure": "strength: 5"}, "no figure")],
)  # fmt: skip
def test_a_number_is_never_bound_where_it_no_longer_stands_or_to_no_figure(
    client, editor, noon, contingent, values, said
):
    draft = makers.draft_story(noon, body=BODY)
    client.force_login(editor)
    assert said in bound(client, draft, **values)
    assert (draft.body, draft.version) == (BODY, 1)


def test_the_numbers_of_an_approved_text_and_of_others_are_closed(client, editor, noon, contingent):
    edition = makers.approved_story(noon, editor)
    client.force_login(editor)
    assert client.get(f"/admin/articles/edition/{edition.pk}/numbers/").status_code == 302
    client.force_login(makers.person_of_role("report staff"))
    assert client.get(f"/admin/articles/edition/{edition.pk}/numbers/").status_code == 403


# manage.py check_claims


def test_the_command_asks_the_record_anew_and_writes_nothing(capsys, editor, noon, contingent):
    edition = publishing.approve(typed(noon, "over 100"), by=editor, at=noon)
    makers.draft_story(noon, slug="draft", title="Never public")
    call_command("check_claims", "--json")
    (row,) = json.loads(capsys.readouterr().out)
    assert row["edition"].endswith("/en/articles/golan-contingent/1/")
    assert (row["printed"], row["then"]["value"], row["state"]) == ("over 100", 139, "agrees")
    contingent.strength = 90
    contingent.save()
    with pytest.raises(CommandError, match="1 of 1") as failure:
        call_command("check_claims")
    assert failure.value.returncode == 1
    out = capsys.readouterr().out
    assert "printed “over 100”" in out and "90" in out and "wrong" in out
    assert Claim.objects.get(edition=edition).verdict == "agrees"
