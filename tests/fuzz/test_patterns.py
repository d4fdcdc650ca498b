"""Every regular expression of the project, fed with what makes such an expression go back and forth for ever."""

import importlib
import pkgutil
import re
import signal
from re import _constants as codes
from re import _parser as parser

import pytest

import articles
import ledger
import missions
import peacekeeping
import reports

LONG = 20_000  # letters: what goes back and forth over them needs minutes, what goes once a thousandth of a second
BEARABLE = 2  # seconds of this process, for all attacks on one expression
# Asked of a few letters only, as their callers cut them.
SHORT = {"articles.suggestions": "of the words around a number, which it cuts"}
# Asked where a text begins, and never from each of its letters on.
FROM_THE_BEGINNING = (
    "SPEAKER_BELOW", "OPENING", "ORDINAL", "PERCENT_AFTER", "FRACTION_AFTER", "PEOPLE", "AFTER_FROM", "AFTER_TO", "AFTER_ANY",
    "RANGE",
)  # fmt: skip


class GoesBackAndForth(Exception):
    pass


def _modules():
    for floor in (ledger, missions, articles, reports, peacekeeping):
        for found in pkgutil.walk_packages(floor.__path__, f"{floor.__name__}."):
            if "migrations" not in found.name and ".management" not in found.name and ".demo" not in found.name:
                if found.name not in ("peacekeeping.wsgi", "peacekeeping.derive_fonts", "reports.writers.typeset"):
                    yield importlib.import_module(found.name)


def _patterns_in(value, depth=0):
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, dict | list | tuple | set) and depth < 4:
        for one in value.values() if isinstance(value, dict) else value:
            yield from _patterns_in(one, depth + 1)


def all_patterns():
    """This will return (module, name, pattern) of every compiled expression that a module of the project keeps."""
    found = {}
    for module in _modules():
        for name, value in list(vars(module).items()):
            for pattern in _patterns_in(value):
                found.setdefault((pattern.pattern, pattern.flags), (module.__name__, name, pattern))
    return found.values()


def _letters(parts, depth=0):
    """This will return a short text that the parts of an expression match, or nearly, and [texts worth repeating]."""
    text, pumped = "", []
    for code, argument in parts:
        if code is codes.LITERAL:
            text += chr(argument)
        elif code is codes.NOT_LITERAL or code is codes.ANY:
            text += "a"
        elif code is codes.IN:
            text += _one_of(argument)
        elif code is codes.CATEGORY:
            text += _one_of([(code, argument)])
        elif code in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
            inner, more = _letters(argument[2], depth + 1)
            if argument[1] > 50:
                pumped.append((text, inner))
            pumped += [(text + before, again) for before, again in more]
            text += inner * max(argument[0], 1 if depth < 3 else 0)
        elif code is codes.SUBPATTERN:
            inner, more = _letters(argument[3], depth + 1)
            pumped += [(text + before, again) for before, again in more]
            text += inner
        elif code is codes.ATOMIC_GROUP:
            inner, more = _letters(argument, depth + 1)
            pumped += [(text + before, again) for before, again in more]
            text += inner
        elif code is codes.BRANCH:
            first = ""
            for branch in argument[1]:
                inner, more = _letters(branch, depth + 1)
                first = first or inner
                pumped += [(text + before, again) for before, again in more]
            text += first
    return text, pumped


def _one_of(members):
    for code, argument in members:
        if code is codes.LITERAL:
            return chr(argument)
        if code is codes.RANGE:
            return chr(argument[0])
        if code is codes.CATEGORY:
            return {codes.CATEGORY_SPACE: " ", codes.CATEGORY_DIGIT: "1", codes.CATEGORY_WORD: "a"}.get(argument, "-")
    return "a"


def attacks(pattern):
    """This will yield texts of `LONG` letters: every part that repeats, again and again, and then what fits nowhere."""
    source = pattern.pattern.decode("latin-1") if isinstance(pattern.pattern, bytes) else pattern.pattern
    whole, pumped = _letters(parser.parse(source, pattern.flags & ~re.UNICODE & ~re.LOCALE))
    texts = {(before, again) for before, again in pumped if again} | {("", before + again) for before, again in pumped}
    texts |= {("", whole), ("", whole[:-1]), ("", whole[:1])} | {
        (whole[:-1], mark) for mark in (" ", "\n", "1", "a", "-")
    }
    for before, again in sorted(texts):
        if again:
            for end in ("\x01", "\n\x01", ">"):
                text = before + again * (LONG // len(again)) + end
                yield text.encode("latin-1", "replace") if isinstance(pattern.pattern, bytes) else text


@pytest.mark.sqlite  # no database is asked: one leg is enough
def test_no_expression_goes_back_and_forth_over_a_long_text():
    def end(_signal, _frame):
        raise GoesBackAndForth

    before, slow, count = signal.signal(signal.SIGVTALRM, end), [], 0
    try:
        for module, name, pattern in all_patterns():
            count += 1
            text = ""
            signal.setitimer(signal.ITIMER_VIRTUAL, BEARABLE)
            try:
                for text in attacks(pattern):
                    text = text[:400] if module in SHORT else text
                    (pattern.match if name in FROM_THE_BEGINNING else pattern.search)(text)
            except GoesBackAndForth:
                slow.append(f"{module}.{name}: {pattern.pattern[:120]!r} on {text[:40]!r}…{text[-10:]!r}")
            finally:
                signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    finally:
        signal.signal(signal.SIGVTALRM, before)
    assert count > 150
    assert not slow, "\n".join(slow)
