"""What two texts of an edition say differently, shown so that a person can read it."""

import time

from django.template.loader import render_to_string

from articles import comparing
from articles.comparing import Text


def body(old, new):
    parts = comparing.compare(Text("T", "", "", old), Text("T", "", "", new))
    return next(part for part in parts if part.name == "body").blocks


def kinds(blocks):
    return [block.kind for block in blocks]


def shown(block):
    return [(segment.kind, segment.text.strip()) for segment in block.segments]


def test_one_changed_word_is_one_word_removed_and_one_added():
    (block,) = body("<p>They went to the Golan in spring.</p>", "<p>They went to the Golan in autumn.</p>")
    assert block.kind == "changed"
    assert ("removed", "spring") in shown(block) and ("added", "autumn") in shown(block)
    assert block.segments[0].text == "They went to the Golan in"


def test_a_rewritten_sentence_stands_whole_and_is_no_confetti():
    old = "<p>The unit left Almaty in March. Nobody at the base was told of the plan before the day.</p>"
    new = "<p>The unit left Almaty in March. Families who waited at the gate heard of it from the radio.</p>"
    (block,) = body(old, new)
    assert len([segment for segment in block.segments if segment.kind == "added"]) == 1


def test_a_token_is_never_cut_in_two():
    old = "<p>On the Golan [[strength mission=UNDOF]] people serve.</p>"
    new = "<p>On the Golan [[strength mission=UNIFIL]] people serve.</p>"
    (block,) = body(old, new)
    assert ("removed", "[[strength mission=UNDOF]]") in shown(block)
    assert ("added", "[[strength mission=UNIFIL]]") in shown(block)


def test_paragraphs_added_removed_and_moved_are_said_to_be_so():
    one, two, three = ("<p>First of all comes this.</p>", "<p>Second thing we say.</p>", "<h2>Third heading here</h2>")
    assert kinds(body(one + two, one)) == ["same", "removed"]
    assert kinds(body(one, two + one)) == ["added", "same"]
    assert sorted(kinds(body(one + two + three, three + one + two))) == ["moved", "moved away", "same", "same"]


def test_list_items_and_quotations_are_blocks_of_their_own():
    html = "<ul><li>one</li><li><p>two</p></li></ul><blockquote><p>said</p></blockquote><p>end</p>"
    assert [(piece.kind, piece.text) for piece in comparing.pieces(html)] == [
        ("li", "one"), ("li", "two"), ("blockquote", "said"), ("p", "end"),
    ]  # fmt: skip
    assert kinds(body(html, html.replace("two", "three"))).count("same") == 3


def test_a_changed_link_or_weight_is_seen_though_the_words_stayed():
    (block,) = body('<p>Read <a href="https://a.example">here</a> now</p>',
                    '<p>Read <a href="https://b.example">here</a> now</p>')  # fmt: skip
    assert {segment.link for segment in block.segments if segment.kind != "same"} == {
        "https://a.example", "https://b.example",
    }  # fmt: skip


def test_long_runs_of_unchanged_paragraphs_are_folded_beside_the_change():
    same = "".join(f"<p>Paragraph {number} says what it said.</p>" for number in range(10))
    blocks = comparing.fold(body(f"{same}<p>old</p>{same}", f"{same}<p>wholly else</p>{same}"))
    folds = [block for block in blocks if block.is_fold]
    assert [len(fold.blocks) for fold in folds] == [9, 9]
    assert kinds(block for block in blocks if not block.is_fold) == ["same", "removed", "added", "same"]


def test_hostile_html_stays_harmless_text():
    old = "<p>fine</p>"
    new = "<p>fine <script>alert(1)</script><img src=x onerror=alert(1)> &lt;script&gt;alert(2)&lt;/script&gt;</p>"
    parts = comparing.compare(Text("<b>T", "", "", old), Text("<script>T", "", "", new))
    page = render_to_string("articles/comparison.html", {"parts": parts})
    assert "<script" not in page and "<img" not in page
    assert "&lt;" in page


def test_five_thousand_words_are_compared_within_a_moment():
    words = [f"word{number % 700} the of" for number in range(1700)]
    old = "".join(f"<p>{' '.join(words[start : start + 20])}</p>" for start in range(0, 1700, 20))
    new = old.replace("word7 ", "other ").replace("word33", "elsewhere")
    started = time.perf_counter()
    assert any(block.is_changed for block in body(old, new))
    body(f"<p>{' '.join(words)}</p>", f"<p>{' '.join(reversed(words))}</p>")
    body(f"<p>{'same ' * 5000}</p>", f"<p>{'same ' * 4999} else</p>")
    assert time.perf_counter() - started < 5


def test_what_is_removed_and_added_is_told_in_words_too():
    page = render_to_string(
        "articles/comparison.html",
        {"parts": comparing.compare(Text("Old", "", "", "<p>a</p>"), Text("New", "", "", "<p>a</p>"))},
    )
    assert "<ins>" in page and "<del>" in page and "removed:" in page and "added:" in page
