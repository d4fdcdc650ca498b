"""Whether an edition may go out: what forbids its approval, each with the field to look at."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from articles import claims, links, naming, renditions, tokens
from articles.models import Claim, Edition, Photo, PhotoUse
from missions import clearance, dates, figures


@dataclass(frozen=True)
class Problem:
    """A sentence for the editor, and where to mend it.

    `field` is a field of the writing screen, or `photo:ID`, `article:ID`: a page of its own.
    """

    sentence: str
    field: str = ""
    words: str = ""  # as the text has them: the name of somebody who may be a namesake of the person of the record
    place: str = ""  # as the text has it: the name of a place that may be another than the record's

    def __str__(self):
        return str(self.sentence)


def problems(edition, *, at, public_from=None, uses=None):
    """This will return (the `Problem`s that forbid the approval, (token, answer) of its figures), writing nothing.

    Who is named must be cleared now and when the edition becomes public. `uses` is what `uses_of` returned, where that
    was asked already.
    """
    public_from = public_from or at
    found = list(_of_the_text(edition))
    try:
        placed = tokens.find(edition.body)
    except tokens.BrokenToken as error:
        placed = []
        found.append(Problem(str(error), "body"))
    answered, unanswered = _answers(edition, placed, at)
    uses = uses_of(edition) if uses is None else uses
    found += [
        *unanswered, *_of_the_photos(edition, placed, uses),
        *_of_the_people(edition, uses, at, public_from), *_of_the_places(edition, uses, at, public_from),
        *(Problem(sentence, "body") for sentence in links.broken(edition, placed, public_from)),
        *_of_the_languages(edition, answered),
        *_of_the_correction(edition, answered), *_of_the_hour(edition, at, public_from),
    ]  # fmt: skip
    return found, answered


def answered_figures(placed, day, at):
    """This will return (token, answer as the public may know it) of each figure among `placed`, in a story of `day`.

    No figure is asked for a day that has not come.
    """
    today = timezone.localdate(at)
    asked = [token for token in placed if isinstance(token, tokens.FigureToken)]
    found = figures.ask_many([(token.question, min(token.on or day, today)) for token in asked])
    return list(zip(asked, clearance.answers(found, at=at), strict=True))


def _answers(edition, placed, at):
    """This will return ((token, answer) in the order of the text, problems of those that the record does not bear out).

    Words of the editor's own are answered too where the record knows only bounds, and these bear them out.
    """
    answered, found = [], []
    for token, answer in answered_figures(placed, edition.day, at):
        held = is_borne_out(token, answer)
        if held:
            answered.append((token, answer))
        else:
            found.append(Problem(_refusal(token, answer, held), "body"))
    return answered, found


def is_borne_out(token, answer):
    """This will say whether the record bears out what a figure's token prints: True, False, None if it cannot say."""
    if token.words:
        return claims.holds(token.number.value, token.number.relation, answer)
    return None if answer.value is None else True


def _refusal(token, answer, held):
    if not token.words:
        return _("The record cannot answer [[%(figure)s]]: %(reason)s") % {
            "figure": answer.question, "reason": answer.reason,
        }  # fmt: skip
    told = {
        "words": token.words, "figure": answer.question, "day": date_format(answer.as_of),
        "answer": claims.what_record_says(answer),
    }  # fmt: skip
    if held is False:
        return _("The record contradicts “%(words)s” ([[%(figure)s]], %(day)s). %(answer)s") % told
    return _("The record cannot say whether “%(words)s” is right ([[%(figure)s]], %(day)s). %(answer)s") % told


def _of_the_text(edition):
    if not edition.title.strip():
        yield Problem(_("The title is missing."), "title")
    if not edition.standfirst.strip():
        yield Problem(_("The standfirst is missing."), "standfirst")
    if not edition.body.strip():
        yield Problem(_("The body is empty."), "body")


def _of_the_photos(edition, placed, uses):
    seen = set()
    for place in (place for token in placed if isinstance(token, tokens.PhotoPlaces) for place in token.places):
        if place in seen:
            yield Problem(_("The text shows photo %(place)s twice.") % {"place": place}, "body")
        seen.add(place)
    for place in sorted(seen - {use.place for use in uses}):
        yield Problem(
            _("The text has a place for photo %(place)s and no photo is there: choose one, or take the place out.")
            % {"place": place},
            "photo_uses",
        )
    for use in uses:
        where, photo = _where(use.place), use.photo
        if not (use.alt or getattr(photo, f"alt_{edition.language}")).strip():
            yield Problem(_("%(where)s has no alt text in this language.") % {"where": where}, f"photo:{photo.pk}")
        if not renditions.are_made(photo):
            sentence = _("%(where)s is still being made ready for readers. Try again in a minute.")
            yield Problem(sentence % {"where": where}, f"photo:{photo.pk}")
        if not photo.credit.strip():
            yield Problem(_("%(where)s has no credit.") % {"where": where}, f"photo:{photo.pk}")
        if not photo.licence.strip():
            yield Problem(_("%(where)s has no licence.") % {"where": where}, f"photo:{photo.pk}")


def _where(place):
    return _("The lead photo") if place == PhotoUse.LEAD else _("Photo %(place)s") % {"place": place}


def uses_of(edition):
    """This will return the edition's photos as `PhotoUse` rows, the lead first; empty places are left out.

    The lead photo of an open edition is the article's, in a row that is not saved.
    """
    placed = [use for use in edition.photo_uses.select_related("photo").order_by("place") if use.photo]
    if edition.is_open and edition.article.lead_photo:
        placed.insert(0, edition.photo_uses.model(edition=edition, place=0, photo=edition.article.lead_photo))
    return placed


def named(edition):
    """This will return (ids of the people of the record whom the edition names or shows, of deployments whose private
    place it names).
    """
    uses = uses_of(edition)
    listed = edition.article.people.values_list("pk", flat=True)
    in_text = {found.person for found in naming.people_in(edition, uses)}
    places = (ids for ids, _words, _field in naming.places_in(edition, uses))
    return {*listed, *in_text, *(person for _use, person in _shown(uses))}, set().union(*places)


def _shown(uses):
    """This will return (use, person id) for everybody of the record whom the photos show."""
    by_photo = {use.photo_id: use for use in uses}
    of_photos = Photo.people.through.objects.filter(photo__in=by_photo).order_by("photo", "person")
    return [(by_photo[photo], person) for photo, person in of_photos.values_list("photo", "person")]


def _of_the_people(edition, uses, at, public_from):
    listed = set(edition.article.people.values_list("pk", flat=True))
    shown, in_text = _shown(uses), naming.people_in(edition, uses)
    everybody = listed | {person for _use, person in shown} | {named.person for named in in_text}
    cleared = clearance.may_be_named(everybody, at=at) & clearance.may_be_named(everybody, at=public_from)
    if uncleared := listed - cleared:
        yield Problem(
            _("%(count)s of the named people are not cleared.") % {"count": len(uncleared)},
            f"article:{edition.article_id}",
        )
    for photo, place in sorted({(use.photo_id, use.place) for use, person in shown if person not in cleared}):
        yield Problem(
            _("%(where)s shows a person of the record whose name is not cleared.") % {"where": _where(place)},
            f"photo:{photo}",
        )
    said = {(named.field, named.words): named.person for named in in_text if named.person not in cleared}
    for (field, words), person in said.items():
        yield Problem(
            _("The text names “%(words)s”, a person of the record whose name is not cleared.") % {"words": words},
            field,
            words="" if person in listed else words,
        )


def _private(found, *moments):
    """This will return (words, field) of the places, as `naming` finds them, that are private at one of the moments."""
    held = set().union(*(ids for ids, _words, _field in found))
    cleared = set.intersection(*(set(clearance.placed_until(held, at=at)) for at in moments))
    return [(words, field) for ids, words, field in found if ids - cleared]


def of_the_reason(edition, reason, *, at):
    """This will return (sentences, people, places): why the public may not read the words of a withdrawal, and the
    ids of the people and of the deployments' places that these name.
    """
    texts = [("reason", reason)]
    named, placed = naming.people_of(edition.article, texts), naming.places_of(edition.article, texts)
    people = {one.person for one in named}
    cleared = clearance.may_be_named(people, at=at)
    sentences = [
        _("The reason names “%(words)s”, a person of the record whose name is not cleared.") % {"words": one.words}
        for one in named if one.person not in cleared
    ]  # fmt: skip
    sentences += [
        _("The reason names “%(words)s”, where the record has a deployment: its place is not public.")
        % {"words": words}
        for words, _field in _private(placed, at)
    ]  # fmt: skip
    return sentences, people, set().union(*(ids for ids, _words, _field in placed))


def _of_the_places(edition, uses, at, public_from):
    for words, field in _private(naming.places_in(edition, uses), at, public_from):
        yield Problem(
            _("The text names “%(words)s”, where the record has a deployment: its place is not public.")
            % {"words": words},
            field,
            place=words,
        )


def _of_the_languages(edition, answered):
    if edition.correction.strip():
        return  # a correction is never blocked by its siblings: they join the queue
    for token, answer, claim in claims.sibling_conflicts(edition, answered):
        yield Problem(
            _("[[%(figure)s]] is %(value)s here, but the edition in %(language)s prints %(printed)s for that day.")
            % {
                "figure": answer.question,
                "value": token.words or answer.value,
                "language": claim.edition.get_language_display(),
                "printed": claim.printed,
            },
            "body",
        )


def _of_the_correction(edition, answered):
    earlier = Edition.objects.approved_before(edition).first()
    if edition.correction.strip():
        if earlier is None:
            yield Problem(_("There is no earlier edition that could be corrected."), "correction")
        return
    if earlier is None:
        return
    for token, answer, claim in claims.contradicted(answered, Claim.objects.filter(edition=earlier).order_by("place")):
        sentence = _(
            "Edition %(number)s printed %(printed)s for [[%(figure)s]], the record now says %(value)s for that "
            "day: say in the correction what was wrong."
        )
        if token.words:
            sentence = _(
                "Edition %(number)s printed %(printed)s for [[%(figure)s]], this one says “%(value)s” for that day: "
                "say in the correction what was wrong."
            )
        told = {
            "number": earlier.number, "printed": claim.printed, "figure": answer.question,
            "value": token.words or answer.value,
        }  # fmt: skip
        yield Problem(sentence % told, "correction")


def _of_the_hour(edition, at, public_from):
    embargo = edition.article.embargo_until
    if public_from < at:
        yield Problem(_("An edition cannot be public before it was approved."), "public_from")
    if embargo and public_from < embargo:
        yield Problem(
            _("The story is under embargo until %(when)s. Let the edition be public from then on, or later.")
            % {"when": dates.shown_moment(embargo)},
            "public_from",
        )
