"""What a person does with an edition: hand it in, send it back, approve it, withdraw it, open the next one."""

from collections import defaultdict

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from articles import claims, rendering, tokens
from articles.models import Claim, Edition, Redirect, Revision, State, Transition
from articles.signals import articles_changed
from ledger import audit
from missions import clearance, figures
from missions.models import Mission


class CannotMove(Exception):
    """The edition cannot make this step. `problems` are sentences for the editor, each naming its place."""

    def __init__(self, *problems):
        self.problems = [str(problem) for problem in problems]
        super().__init__(" ".join(self.problems))


class CannotApprove(CannotMove):
    """The edition is not ready for the public."""


class CannotWithdraw(CannotMove):
    """The edition cannot be withdrawn."""


def submit(edition, *, by, at):
    """This will hand a draft in for review and keep its text as a revision."""
    with transaction.atomic():
        edition = _locked(edition)
        if edition.state != State.DRAFT:
            raise CannotMove(_("Only a draft can be handed in."))
        keep_revision(edition, name=_("Handed in"), by=by, at=at)
        return _move(edition, State.IN_REVIEW, by=by, at=at)


def send_back(edition, *, reason, by, at):
    """This will give a text in review back to its author, with the reason."""
    with transaction.atomic():
        edition = _locked(edition)
        if edition.state != State.IN_REVIEW:
            raise CannotMove(_("Only a text in review can be sent back."))
        if not reason.strip():
            raise CannotMove(_("Say why you send the text back."))
        return _move(edition, State.DRAFT, by=by, at=at, reason=reason)


def problems(edition, *, at, public_from=None):
    """This will return (sentences that forbid the approval, the figures' answers), writing nothing.

    Who is named must be cleared now and when the edition becomes public.
    """
    found = []
    if not edition.standfirst.strip():
        found.append(_("The standfirst is missing."))
    if not edition.body.strip():
        found.append(_("The body is empty."))
    questions, places = [], set()
    try:
        for token in tokens.find(edition.body):
            if isinstance(token, tokens.PhotoPlace):
                if token.place in places:
                    found.append(_("The text shows photo %(place)s twice.") % {"place": token.place})
                places.add(token.place)
                continue
            questions.append((token, min(edition.day, timezone.localdate(at))))
    except tokens.BrokenToken as error:
        found.append(str(error))
    answers = []
    for answer in clearance.answers(figures.ask_many(questions), at=at):
        if answer.value is None:
            found.append(
                _("The record cannot answer [[%(figure)s]]: %(reason)s")
                % {"figure": answer.question, "reason": answer.reason}
            )
        else:
            answers.append(answer)
    for photo, where in _photos(edition):
        if not getattr(photo, f"alt_{edition.language}").strip():
            found.append(_("%(where)s has no alt text in this language.") % {"where": where})
    named = set(edition.article.people.values_list("pk", flat=True))
    uncleared = named - (clearance.may_be_named(named, at=at) & clearance.may_be_named(named, at=public_from or at))
    if uncleared:
        found.append(_("%(count)s of the named people are not cleared.") % {"count": len(uncleared)})
    if edition.number == 1:  # a correction is never blocked by its siblings
        for answer, claim in claims.sibling_conflicts(edition, answers):
            found.append(
                _("[[%(figure)s]] is %(value)s here, but the edition in %(language)s prints %(printed)s for that day.")
                % {
                    "figure": answer.question,
                    "value": answer.value,
                    "language": claim.edition.get_language_display(),
                    "printed": claim.printed,
                }
            )
    return found, answers


def approve(edition, *, by, at, public_from=None, public_until=None):
    """This will approve an edition for the public from `public_from` (or at once), freezing its figures.

    Raises `CannotApprove` with every problem; then nothing has changed.
    """
    public_from = public_from or at
    with transaction.atomic():
        edition = _locked(edition)
        if not edition.is_open:
            raise CannotApprove(_("This edition was decided already."))
        found, answers = problems(edition, at=at, public_from=public_from)
        if public_from < at:
            found.append(_("An edition cannot be public before it was approved."))
        if public_until and public_until <= public_from:
            found.append(_("An edition cannot end before it is public."))
        if found:
            raise CannotApprove(*found)
        edition.body = rendering.clean(edition.body)
        frozen = Claim.objects.bulk_create(
            claims.as_claim(edition, place, answer, at=at) for place, answer in enumerate(answers, start=1)
        )
        edition.rendered = render(edition, frozen)
        edition.approved_at, edition.approved_by = at, by
        edition.public_from, edition.public_until = public_from, public_until
        edition.named_people.set(edition.article.people.all())
        acronyms = {answer.question.parameters["mission"] for answer in answers if answer.question.parameters}
        edition.article.missions.add(*Mission.objects.filter(acronym__in=acronyms))
        _redirect_old_addresses(edition)
        keep_revision(edition, name=_("Approved"), by=by, at=at)
        _move(edition, State.APPROVED, by=by, at=at)
        suppress_uncleared(at=at)  # a clearance that it rests on may have an end ahead
        edition.refresh_from_db(fields=["suppressed_at"])
        _tell(edition, by=by, at=at)
    return edition


def withdraw(edition, *, reason, by, at):
    """This will take an approved edition back; its address then answers 410 with the reason, for everyone."""
    with transaction.atomic():
        edition = _locked(edition)
        if edition.state != State.APPROVED:
            raise CannotWithdraw(_("Only an approved edition can be withdrawn."))
        if not reason.strip():
            raise CannotWithdraw(_("Give the reason: the public reads it at the story's address."))
        edition.withdrawn_at, edition.withdrawal_reason = at, reason.strip()
        _move(edition, State.WITHDRAWN, by=by, at=at, reason=reason)
        _tell(edition, by=by, at=at)
    return edition


def open_next(edition, *, by, at):
    """This will open the next draft of an approved edition, with the same text, and return it."""
    with transaction.atomic():
        edition = _locked(edition)
        others = Edition.objects.filter(article=edition.article_id, language=edition.language)
        if others.filter(state__in=[State.DRAFT, State.IN_REVIEW]).exists():
            raise CannotMove(_("This story already has an open draft in this language."))
        number = others.order_by("-number").values_list("number", flat=True)[0] + 1
        following = Edition.objects.create(
            article_id=edition.article_id, language=edition.language, number=number, day=edition.day,
            created_at=at, created_by=by, **{name: getattr(edition, name) for name in Edition.PRINTED},
        )  # fmt: skip
        for use in edition.photo_uses.all():
            following.photo_uses.create(place=use.place, photo=use.photo, credit_found=use.credit_found)
        audit.note("open next", following, by=by, at=at)
    return following


def keep_revision(edition, *, name, by, at):
    """This will keep the edition's present text under a name."""
    return Revision.objects.create(
        edition=edition, name=name, at=at, by=by, title=edition.title, standfirst=edition.standfirst,
        byline=edition.byline, body=edition.body,
    )  # fmt: skip


def render(edition, frozen):
    """This will return the edition's body as readers get it, with its frozen claims."""
    photos = {use.place: use.photo for use in edition.photo_uses.select_related("photo")}
    return rendering.render(edition.body, language=edition.language, claims=frozen, photos=photos)


def render_again(ids):
    """This will build the rendered body of these editions anew, since a claim of theirs got another answer."""
    for edition in Edition.objects.filter(pk__in=ids).order_by("pk"):
        Edition.objects.filter(pk=edition.pk).update(rendered=render(edition, edition.claims.order_by("place")))


def _locked(edition):
    return Edition.objects.select_for_update(of=("self",)).select_related("article__lead_photo").get(pk=edition.pk)


def _photos(edition):
    """This will yield each photo of the edition with the name of its place."""
    if edition.article.lead_photo:
        yield edition.article.lead_photo, _("The lead photo")
    for use in edition.photo_uses.select_related("photo").order_by("place"):
        if use.photo:
            yield use.photo, _("Photo %(place)s") % {"place": use.place}


def _redirect_old_addresses(edition):
    """This will let the addresses of earlier editions lead to the story for ever."""
    old = (
        Edition.objects.filter(article=edition.article_id, language=edition.language, approved_at__isnull=False)
        .exclude(slug=edition.slug)
        .values_list("slug", flat=True)
    )
    for slug in old.distinct():
        Redirect.objects.get_or_create(
            language=edition.language, slug=slug, defaults={"article_id": edition.article_id}
        )


def _move(edition, state, *, by, at, reason=""):
    edition.state = state
    edition.save()
    Transition.objects.create(edition=edition, to_state=state, at=at, by=by, reason=reason)
    audit.note(state.value, edition, by=by, at=at)
    return edition


def _tell(edition, *, by, at):
    articles_changed.send(sender=Edition, at=at, by=by)


def suppress_uncleared(*, at):
    """This will suppress every approved edition that rests on a clearance that ended, past editions too.

    That is: it names somebody, or prints a figure of a deployment, and the name or the figure is cleared no longer.

    A clearance with an end in the future suppresses at that moment: the clock then needs no help. What was suppressed
    stays so, even if the person is cleared again, until an editor approves a new edition.
    """
    editions = Edition.objects.filter(approved_at__isnull=False).exclude(suppressed_at__lte=at)
    named, pairs = defaultdict(set), defaultdict(set)
    people = editions.filter(named_people__isnull=False)
    for edition, person in people.order_by().values_list("pk", "named_people"):
        named[edition].add(person)
    claims_of_the_house = Claim.objects.filter(edition__in=editions).exclude(rests_on=[])
    for edition, rests_on in claims_of_the_house.values_list("edition", "rests_on"):
        pairs[edition].update(map(tuple, rests_on))
    names_end = clearance.named_until(set().union(*named.values()), at=at)
    figures_end = clearance.deployments_until(set().union(*pairs.values()), at=at)
    for edition in editions.filter(pk__in=[*named, *pairs]).defer("body", "rendered"):
        moments = [names_end.get(person, at) for person in named[edition.pk]]
        moments += [figures_end.get(pair, at) for pair in pairs[edition.pk]]
        ending = min((moment for moment in moments if moment), default=None)
        if ending != edition.suppressed_at:
            edition.suppressed_at = ending
            edition.save(update_fields=["suppressed_at"])
