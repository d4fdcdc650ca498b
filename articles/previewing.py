"""An open edition as readers would get it, before anything of it is frozen."""

from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from articles import claims, photos, readiness, rendering, tokens
from missions import figures


@dataclass(frozen=True)
class Drawn:
    """An open edition as it would be printed: its HTML, what stands for its figures in reading order, its photos.

    `figures` are unsaved claims and whatever else stands where nothing can be printed; `uses` maps places to photos.
    """

    html: str
    figures: list
    uses: dict


def body(edition, *, at):
    """This will return the body of an edition as it would be printed at `at`; what cannot be printed says why."""
    return draw(edition, rendering.clean(edition.body), at=at, unanswered=_says_why).html


def draw(edition, body, *, at, unanswered, shown=lambda use: use):
    """This will return the `Drawn` page of a clean `body`, the edition's own or what its reader may see, unsaved.

    `unanswered(place, token, answer)` says what stands where a figure cannot be printed at `at`, and `shown(use)` what
    a filled `PhotoUse` is to the reader. A token that cannot be read says why.
    """
    known_as = tokens.acronyms_for(body)
    placed = [_read(match[1], known_as) for match in tokens.TOKEN.finditer(body)]
    answered = iter(readiness.answered_figures(placed, edition.day, at))
    printed = []
    for token in placed:
        if isinstance(token, rendering.Unprintable):
            printed.append(token)
        elif isinstance(token, tokens.FigureToken):
            (_token, answer), place = next(answered), len(printed) + 1
            if readiness.is_borne_out(token, answer):
                printed.append(claims.as_claim(edition, place, token, answer, at=at))
            else:
                printed.append(unanswered(place, token, answer))
    uses = {use.place: shown(photos.fill(use, edition.language)) for use in readiness.uses_of(edition)}
    html = rendering.render(body, language=edition.language, claims=printed, photos=uses)
    return Drawn(rendering.with_stories(html, language=edition.language, at=at), printed, uses)


def _says_why(_place, _token, answer):
    return rendering.Unprintable(claims.what_record_says(answer))


def _read(text, known_as):
    try:
        return tokens.read(text, known_as)
    except tokens.BrokenToken as error:
        return rendering.Unprintable(str(error))


def cards(texts, *, day, at):
    """This will return {text between brackets: card} for the chips of the writing screen, for a story of that `day`.

    A card holds `kind` (figure, silent, photo, story, broken), what is `shown` in the text and the `detail` in words.
    """
    found, asked, known_as = {}, {}, figures.acronyms()
    for text in texts:
        try:
            token = tokens.read(text, known_as)
        except tokens.BrokenToken as error:
            found[text] = {"kind": "broken", "shown": "!", "detail": str(error)}
            continue
        if isinstance(token, tokens.FigureToken):
            asked[text] = token
        else:
            kind = "story" if isinstance(token, tokens.StoryLink) else "photo"
            found[text] = {"kind": kind, "shown": "", "detail": ""}
    for text, (token, answer) in zip(asked, readiness.answered_figures(asked.values(), day, at), strict=True):
        found[text] = _figure_card(token, answer)
    return found


def _figure_card(token, answer):
    if not readiness.is_borne_out(token, answer):
        return {"kind": "silent", "shown": token.words or "?", "detail": str(claims.what_record_says(answer))}
    detail = _("%(value)s %(unit)s, %(label)s, as of %(day)s. %(sources)s") % {
        "value": answer.value, "unit": answer.unit_label, "label": answer.label, "day": date_format(answer.as_of),
        "sources": "; ".join(f"{publisher}: {title}" for title, publisher, _address in answer.sources),
    }  # fmt: skip
    return {"kind": "figure", "shown": token.words or str(answer.value), "detail": detail}
