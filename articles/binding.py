"""Binds the numbers that stand in a text to figures of the record: what may be bound, and the exchange itself."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from articles import numbers, plain_text, suggestions, tokens, writing
from articles.publishing import CannotMove


class CannotBind(CannotMove):
    """The number cannot become a claim. The message says why; nothing was saved."""


@dataclass(frozen=True)
class Unclaimed:
    """A number of a draft that is no claim yet.

    `place` is where its words begin in the body's HTML, or None where they cannot be exchanged: in the title and the
    standfirst, or where the marks of a format stand among them. `words` is the HTML that would be exchanged.
    """

    field: str
    suggestion: suggestions.Suggestion
    place: int | None = None
    words: str = ""


def unclaimed(edition, *, at):
    """This will return the `Unclaimed` numbers of the title, the standfirst and the body, in reading order."""
    day = min(edition.day, timezone.localdate(at))
    body = plain_text.read(edition.body)
    # One text, so that the record is asked once.
    parts = [("title", edition.title), ("standfirst", edition.standfirst), ("body", body.text)]
    whole, starts = "", []
    for _field, text in parts:
        starts.append(len(whole))
        whole += text + "\n\n"
    found = []
    for suggestion in suggestions.suggest(whole, on=day, language=edition.language):
        start, end = suggestion.number.start, suggestion.number.end
        place = max(place for place, begins in enumerate(starts) if begins <= start)
        if parts[place][0] != "body":
            found.append(Unclaimed(parts[place][0], suggestion))
            continue
        begin, finish = body.in_html(start - starts[place], end - starts[place])
        words = edition.body[begin:finish]
        if "<" in words:
            found.append(Unclaimed("body", suggestion))
        else:
            found.append(Unclaimed("body", suggestion, begin, words))
    return found


def count(text, *, language):
    """This will return how many numbers of a body's text may be figures and are no claims; the record is not asked.

    What counts kilometres or months is none. The title and the standfirst hold no figures, so nothing could be done.
    """
    found = numbers.counts(text, language=language)
    return sum(not suggestions.counts_something_else(text, number) for number in found)


def bind(edition, *, place, words, asked, keep_words, version, by, at):
    """This will put a figure's token in the place of the `words` that begin at `place` of the body, and save it.

    `asked` is what stands in a token: "persons_served mission=UNDOF". With `keep_words` the words stay in print and are
    held against the record. Raises `CannotBind` where the text moved meanwhile or the figure cannot be read.
    """
    body = edition.body
    if version != edition.version or not words or body[place : place + len(words)] != words:
        raise CannotBind(_("The text changed meanwhile. Look at its numbers again."))
    if any(match.start() < place + len(words) and place < match.end() for match in tokens.TOKEN.finditer(body)):
        raise CannotBind(_("This number is a claim already."))
    token = f"[[{' '.join(asked.split())}{f': {words}' if keep_words else ''}]]"
    try:
        (found,) = tokens.find(token) or [None]
    except tokens.BrokenToken as error:
        raise CannotBind(str(error)) from error
    except ValueError as error:
        raise CannotBind(_("One number becomes one figure.")) from error
    if not isinstance(found, tokens.FigureToken) or bool(found.words) != keep_words:
        raise CannotBind(_("“%(figure)s” is no figure of the record.") % {"figure": asked})
    exchanged = body[:place] + token + body[place + len(words) :]
    try:
        return writing.save(edition, {"body": exchanged}, version=version, by=by, at=at)
    except writing.Conflict as conflict:
        raise CannotBind(str(conflict)) from conflict
