"""Compares two texts of an edition as a reader would: paragraph by paragraph, then word by word inside a changed one.

Everything is plain data, and every text in it is text, not HTML: templates escape it.
"""

import html
import re
from collections import Counter
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from django.utils.translation import gettext as _

from articles import rendering, tokens

TAG = re.compile(r'<(/?)([a-z0-9]+)((?:\s+[a-z-]+(?:="[^"]*")?)*)\s*/?>')
HREF = re.compile(r'href="([^"]*)"')
# A token is one word, whatever stands in it; so is a number with its thousands set apart.
WORD = re.compile(rf"{tokens.TOKEN.pattern}|\w+(?:[-'’.,\u00a0\u202f]\w+)*|[^\w\s]")
SPACE = re.compile(r"\s+")
LEAVES = ("p", "h2", "h3", "li", "blockquote")
FRAMES = ("ul", "ol", "hr")
SAME, CHANGED, ADDED, REMOVED, MOVED, MOVED_AWAY = "same", "changed", "added", "removed", "moved", "moved away"
ALIKE = 0.5  # from this share of common words on, two paragraphs are one that was changed
SHORTEST_ISLAND = 3  # fewer unchanged words than this between two changes belong to the change
LARGEST_TABLE = 250_000  # cells; beyond, difflib may take frequent words for junk and blocks pair in order
CONTEXT = 1  # unchanged blocks that stay beside a change when the others are folded


@dataclass(frozen=True)
class Piece:
    """A paragraph, heading, list item or quotation of a body: where it starts and ends there, and its own HTML."""

    kind: str
    html: str
    start: int
    end: int
    outer_start: int
    outer_end: int

    @property
    def text(self):
        return SPACE.sub(" ", html.unescape(TAG.sub("", self.html.replace("<br>", " ")))).strip()


@dataclass(frozen=True)
class Word:
    """One word, sign or token, with the marks it bears (`strong`, `em`, the address of a link)."""

    text: str
    marks: tuple = ()
    spaced: bool = field(default=False, compare=False)

    @property
    def key(self):
        return self.text, self.marks  # a plain tuple, which difflib hashes and compares far faster


@dataclass(frozen=True)
class Segment:
    """A run of words that stayed (`same`), came (`added`) or went (`removed`). `link` is an address, or empty."""

    kind: str
    text: str
    marks: tuple = ()

    @property
    def link(self):
        return next((mark.removeprefix("a ") for mark in self.marks if mark.startswith("a ")), "")


@dataclass(frozen=True)
class Block:
    """A paragraph of the comparison. `kind` is what happened to it, `tag` what it is, in the newer text."""

    kind: str
    tag: str
    segments: list

    is_fold = False

    @property
    def is_changed(self):
        return self.kind != SAME


@dataclass(frozen=True)
class Fold:
    """A run of unchanged blocks, which a page may keep closed."""

    blocks: list

    is_fold = True


@dataclass(frozen=True)
class Part:
    """The title, standfirst, byline or body of both texts, compared."""

    name: str
    label: str
    blocks: list

    @property
    def is_changed(self):
        return any(block.is_changed for block in self.blocks)

    @property
    def folded(self):
        return fold(self.blocks)


@dataclass(frozen=True)
class Text:
    """A text to compare; `body` is HTML, the rest is plain."""

    title: str
    standfirst: str
    byline: str
    body: str


def text_of(source):
    """This will return the `Text` of an edition or a revision, with its tokens as they were typed."""
    return Text(source.title, source.standfirst, source.byline, source.body)


def printed_text_of(edition, claims, uses=()):
    """This will return the `Text` of an approved edition as readers got it: printed values instead of tokens.

    `claims` are the edition's in reading order, `uses` its photos in the text. A place for photos becomes their
    captions; a link to another story, which may lead nowhere by now, says nothing.
    """
    waiting = iter(claims)
    captions = {use.place: use.caption for use in uses}

    def one(match):
        placed = tokens.place_of(match[1])
        if isinstance(placed, tokens.PhotoPlaces):
            return html.escape(" ".join(captions[place] for place in placed.places if captions.get(place)))
        claim = None if placed else next(waiting, None)
        return html.escape(claim.printed) if claim else ""

    body = tokens.TOKEN.sub(one, rendering.clean(edition.body))
    return Text(edition.title, edition.standfirst, edition.byline, body)


def compare(old, new):
    """This will return the `Part`s of two `Text`s, each with its blocks: title, standfirst, byline, body.

    What is empty in both is left out.
    """
    parts = []
    for name, label in (("title", _("Title")), ("standfirst", _("Standfirst")), ("byline", _("Byline"))):
        before, after = (_plain(name, getattr(text, name)) for text in (old, new))
        if before or after:
            parts.append(Part(name, label, blocks_of(before, after)))
    body = blocks_of(pieces(old.body), pieces(new.body))
    return [*parts, Part("body", _("Text"), body)] if body else parts


def fold(blocks):
    """This will return the blocks with every long run of unchanged ones as a `Fold`, but for those beside a change."""
    shown, run = [], []
    for block in [*blocks, None]:
        if block is not None and not block.is_changed:
            run.append(block)
            continue
        head = CONTEXT if shown else 0
        tail = CONTEXT if block is not None else 0
        if len(run) > head + tail + 1:
            hidden = run[head : len(run) - tail]
            shown += [*run[:head], Fold(hidden), *run[len(run) - tail :]]
        else:
            shown += run
        run = []
        if block is not None:
            shown.append(block)
    return shown


def pieces(body):
    """This will return the `Piece`s of a body in reading order; their places are those in `rendering.clean(body)`."""
    text = rendering.clean(body)
    found, stack, open_at, opened = [], [], 0, None  # `opened`: (tag, outer start) of the piece being read

    def close(end, outer_end, *, keep_empty=False):
        inner = text[open_at:end]
        if inner.strip() or keep_empty:
            outer_start = opened[1] if opened and keep_empty else open_at
            found.append(Piece(_kind(stack), inner, open_at, end, outer_start, outer_end))

    for match in TAG.finditer(text):
        closing, tag = bool(match[1]), match[2]
        if tag not in LEAVES and tag not in FRAMES:
            continue
        if closing and opened and opened[0] == tag:
            close(match.start(), match.end(), keep_empty=True)
        else:
            close(match.start(), match.start())
        if closing:
            if tag in stack:
                del stack[len(stack) - 1 - stack[::-1].index(tag) :]
            opened = None
        elif tag != "hr":
            stack.append(tag)
            opened = (tag, match.start()) if tag in LEAVES else None
        open_at = match.end()
    close(len(text), len(text))
    return found


def blocks_of(old, new):
    """This will return the `Block`s of two lists of `Piece`s, aligned; what only moved is said to have moved."""
    before, after = ([(piece.kind, _words(piece.html)) for piece in side] for side in (old, new))
    keys = [[(kind, tuple(word.key for word in words)) for kind, words in side] for side in (before, after)]
    pairs = []
    for step, i1, i2, j1, j2 in SequenceMatcher(None, *keys, autojunk=False).get_opcodes():
        if step == "equal":
            pairs += zip(range(i1, i2), range(j1, j2), strict=True)
        else:
            pairs += _alike(keys, range(i1, i2), range(j1, j2))
    went = Counter(keys[0][i] for i, j in pairs if j is None)
    came = Counter(keys[1][j] for i, j in pairs if i is None)
    moved = went & came
    there, here = moved.copy(), moved.copy()
    return [_block(i, j, before, after, keys, there, here) for i, j in pairs]


def _block(i, j, before, after, keys, there, here):
    if j is None:
        (tag, words), kind = before[i], REMOVED
        if there[keys[0][i]] > 0:
            there[keys[0][i]] -= 1
            kind = MOVED_AWAY
        return Block(kind, tag, _segments([(REMOVED if kind == REMOVED else SAME, words)]))
    tag, words = after[j]
    if i is None:
        kind = ADDED
        if here[keys[1][j]] > 0:
            here[keys[1][j]] -= 1
            kind = MOVED
        return Block(kind, tag, _segments([(ADDED if kind == ADDED else SAME, words)]))
    if keys[0][i] == keys[1][j]:
        return Block(SAME, tag, _segments([(SAME, words)]))
    return Block(CHANGED, tag, _segments(_runs(before[i][1], words)))


def _alike(keys, left, right):
    """This will pair the blocks of two stretches that share most words, in order; a pair with None stands alone."""
    if len(left) * len(right) > LARGEST_TABLE // 100:
        return [*[(i, None) for i in left], *[(None, j) for j in right]]
    bags = [{i: Counter(side[i][1]) for i in chosen} for side, chosen in zip(keys, (left, right), strict=True)]
    best = [[0.0] * (len(right) + 1) for _row in range(len(left) + 1)]
    share = {}
    for a in range(len(left) - 1, -1, -1):
        for b in range(len(right) - 1, -1, -1):
            one, other = bags[0][left[a]], bags[1][right[b]]
            total = sum(one.values()) + sum(other.values())
            common = 2 * sum((one & other).values()) / total if total else 1.0
            share[a, b] = common if common >= ALIKE else 0.0
            best[a][b] = max(best[a + 1][b], best[a][b + 1], best[a + 1][b + 1] + share[a, b])
    pairs, a, b = [], 0, 0
    while a < len(left) and b < len(right):
        if share[a, b] and best[a][b] == best[a + 1][b + 1] + share[a, b]:
            pairs.append((left[a], right[b]))
            a, b = a + 1, b + 1
        elif best[a][b] == best[a + 1][b]:
            pairs.append((left[a], None))
            a += 1
        else:
            pairs.append((None, right[b]))
            b += 1
    return [*pairs, *[(i, None) for i in left[a:]], *[(None, j) for j in right[b:]]]


def _runs(old, new):
    """This will return (kind, words) runs of a changed block; a sentence that was rewritten stands whole."""
    junk = len(old) * len(new) > LARGEST_TABLE
    keys = [[word.key for word in words] for words in (old, new)]
    steps = SequenceMatcher(None, *keys, autojunk=junk).get_opcodes()
    merged = []
    for place, (step, i1, i2, j1, j2) in enumerate(steps):
        inside = 0 < place < len(steps) - 1
        words = sum(1 for word in old[i1:i2] if word.text[0].isalnum() or word.text.startswith("[["))
        if step == "equal" and not (inside and words < SHORTEST_ISLAND):
            merged.append([True, i1, i2, j1, j2])
        elif merged and not merged[-1][0]:
            merged[-1][2], merged[-1][4] = i2, j2
        else:
            merged.append([False, i1, i2, j1, j2])
    runs = []
    for equal, i1, i2, j1, j2 in merged:
        runs += [(SAME, new[j1:j2])] if equal else [(REMOVED, old[i1:i2]), (ADDED, new[j1:j2])]
    return runs


def _segments(runs):
    """This will join the words of each run that bear the same marks."""
    found = []
    for kind, words in runs:
        for word in words:
            text = f" {word.text}" if word.spaced else word.text
            if found and (found[-1].kind, found[-1].marks) == (kind, word.marks):
                found[-1] = Segment(kind, found[-1].text + text, word.marks)
            else:
                found.append(Segment(kind, text, word.marks))
    return found


def _words(inner):
    found, marks, at, spaced = [], [], 0, False
    for match in [*TAG.finditer(inner), None]:
        text = html.unescape(inner[at : match.start() if match else len(inner)])
        end = 0
        for word in WORD.finditer(text):
            spaced = spaced or word.start() > end
            found.append(Word(SPACE.sub(" ", word[0]), tuple(marks), spaced and bool(found)))
            spaced, end = False, word.end()
        spaced = spaced or end < len(text)
        if match is None:
            break
        at, tag = match.end(), match[2]
        if tag == "br":
            spaced = True
        elif not match[1]:
            address = HREF.search(match[3]) if tag == "a" else None
            marks.append(f"a {html.unescape(address[1])}" if address else tag)
        elif marks:
            marks.pop()
    return found


def _kind(stack):
    """A paragraph inside a list item or a quotation is that item, or that quotation."""
    if "li" in stack:
        return "li"
    if "blockquote" in stack:
        return "blockquote"
    return stack[-1] if stack and stack[-1] in LEAVES else "p"


def _plain(name, text):
    tag = "h2" if name == "title" else "p"
    escaped = html.escape(text.strip())
    return [Piece(tag, escaped, 0, len(escaped), 0, len(escaped))] if escaped else []
