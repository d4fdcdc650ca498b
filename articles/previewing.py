"""An open edition as readers would get it, before anything of it is frozen."""

from django.utils.translation import gettext as _

from articles import claims, photos, readiness, rendering, tokens
from missions import figures


def body(edition, *, at):
    """This will return the body of an edition as it would be printed at `at`; what cannot be printed says why."""
    text = rendering.clean(edition.body)
    known_as = tokens.acronyms_for(text)
    placed = [_read(match[1], known_as) for match in tokens.TOKEN.finditer(text)]
    answered = iter(readiness.answered_figures(placed, edition.day, at))
    printed = []
    for token in placed:
        if isinstance(token, rendering.Unprintable):
            printed.append(token)
        elif isinstance(token, tokens.FigureToken):
            _token, answer = next(answered)
            if readiness.is_borne_out(token, answer):
                printed.append(claims.as_claim(edition, len(printed) + 1, token, answer, at=at))
            else:
                printed.append(rendering.Unprintable(claims.what_record_says(answer)))
    uses = {use.place: photos.fill(use, edition.language) for use in readiness.uses_of(edition)}
    html = rendering.render(text, language=edition.language, claims=printed, photos=uses)
    return rendering.with_stories(html, language=edition.language, at=at)


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
        "value": answer.value, "unit": answer.unit_label, "label": answer.label, "day": answer.as_of,
        "sources": "; ".join(f"{publisher}: {title}" for title, publisher, _address in answer.sources),
    }  # fmt: skip
    return {"kind": "figure", "shown": token.words or str(answer.value), "detail": detail}
