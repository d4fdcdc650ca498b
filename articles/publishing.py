"""What a person does with an edition: hand it in, send it back, approve it, withdraw it, open the next one."""

from django.conf import settings
from django.db import transaction
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from articles import claims, notices, photos, readiness, rendering, renditions, seen, share_pictures, suppression
from articles.models import Claim, Correction, Edition, Redirect, Revision, State, Transition
from articles.search import indexing
from articles.signals import articles_changed
from ledger import audit
from missions import clearance
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
        keep_revision(edition, name="Handed in", by=by, at=at)
        notices.handed_in(edition, by=by, at=at)
        return _move(edition, State.IN_REVIEW, by=by, at=at)


def send_back(edition, *, reason, by, at):
    """This will give a text in review back to its author, with the reason."""
    with transaction.atomic():
        edition = _locked(edition)
        if edition.state != State.IN_REVIEW:
            raise CannotMove(_("Only a text in review can be sent back."))
        if not reason.strip():
            raise CannotMove(_("Say why you send the text back."))
        notices.sent_back(edition, reason=reason.strip(), by=by, at=at)
        return _move(edition, State.DRAFT, by=by, at=at, reason=reason)


def approve(edition, *, by, at, public_from=None, public_until=None, bundle=None, upon=None):
    """This will approve an edition for the public from `public_from` (or at once), freezing its figures.

    `bundle` is the bundle that is approved as a whole now. `upon` is what `seen.edition` returned for the page that
    was confirmed: another text, photo or file by now is refused. Raises `CannotApprove` with every problem; then
    nothing has changed.
    """
    public_from = public_from or at
    with transaction.atomic():
        edition = _locked(edition)
        if not edition.is_open:
            raise CannotApprove(_("This edition was decided already."))
        uses = readiness.uses_of(edition)
        photos.hold(uses)
        if upon is not None and upon != seen.edition(edition):
            raise CannotApprove(_("The text, a photo or a file was changed meanwhile: look at it, then approve."))
        edition.body = rendering.clean(edition.body)
        found, answered = readiness.problems(edition, at=at, public_from=public_from)
        found += [*own_text(edition, by), *_of_the_bundle(edition, bundle)]
        if public_until and public_until <= public_from:
            found.append(_("An edition cannot end before it is public."))
        if found:
            renditions.queue_missing([use.photo for use in uses], at=at)
            raise CannotApprove(*found)
        frozen = Claim.objects.bulk_create(
            claims.as_claim(edition, place, token, answer, at=at)
            for place, (token, answer) in enumerate(answered, start=1)
        )
        _freeze_photos(edition)
        edition.rendered = render(edition, frozen)
        edition.approved_at, edition.approved_by = at, by
        edition.public_from, edition.public_until = public_from, public_until
        people, places = readiness.named(edition)
        edition.named_people.set(people)
        edition.named_places.set(places)
        # A clearance that is being revoked is waited for: one of the two verbs sees what the other did. That comes
        # before anything is marked to be counted again, since who revokes counts it too.
        clearance.hold(people, places | {pair[0] for claim in frozen for pair in claim.rests_on})
        acronyms = {answer.question.parameters.get("mission") for _token, answer in answered} - {None}
        edition.article.missions.add(*Mission.objects.filter(acronym__in=acronyms))
        _redirect_old_addresses(edition)
        keep_revision(edition, name="Approved", by=by, at=at)
        _note_correction(edition, by, at)
        _move(edition, State.APPROVED, by=by, at=at)
        suppression.suppress_uncleared(at=at)  # a clearance that it rests on may have an end ahead
        edition.refresh_from_db(fields=["suppressed_at"])
        share_pictures.order(edition)
        indexing.retag(edition.article)
        indexing.follow(edition)
        notices.approved(edition, by=by, at=at)
        notices.source_moved(edition, by=by, at=at)
        _tell(edition, by=by, at=at)
    return edition


def writers(edition):
    """This will return the ids of those whose own text the edition is: who began it, and who handed it in last.

    An imported draft was begun by nobody. Until it is handed in, it is who's saved it last.
    """
    handed_in = edition.transitions.filter(to_state=State.IN_REVIEW).order_by("-at", "-pk").first()
    writers = {edition.created_by_id, handed_in.by_id if handed_in else None} - {None}
    return writers or {edition.saved_by_id} - {None}


def own_text(edition, by):
    """This will return the sentence that nobody approves their own text, unless the newsroom's setting allows it."""
    if settings.OWN_TEXT_MAY_BE_APPROVED or by is None or by.pk not in writers(edition):
        return []
    return [_("You wrote this text or handed it in: somebody else has to approve it.")]


def _of_the_bundle(edition, approved):
    """This will return the sentence that an edition is not approved without the others of its bundle."""
    if edition.bundle_id is None or approved == edition.bundle:
        return []
    if not edition.bundle.editions.exclude(pk=edition.pk).exists():
        return []
    return [
        _("The edition is in the bundle “%(bundle)s”: approve the bundle, or take the edition out of it first.")
        % {"bundle": edition.bundle}
    ]


def _freeze_photos(edition):
    """This will keep with the edition what it prints with its pictures, the lead photo's too."""
    for use in readiness.uses_of(edition):
        photos.fill(use, edition.language)
        use.save()
        if use.place == use.LEAD:
            edition.lead = use


def _note_correction(edition, by, at):
    if not edition.correction.strip():
        return
    wrong = Edition.objects.approved_before(edition).first()
    made = Correction.objects.create(edition=wrong, set_right_by=edition, text=edition.correction.strip(), at=at, by=by)
    audit.note("correct", made, by=by, at=at, edition=wrong.pk, set_right_by=edition.pk)
    # The other languages of the story that print what is corrected here join the queue.
    render_again(claims.ask_again(at=at, article=edition.article_id))


def withdraw(edition, *, reason, by, at, bundle=None):
    """This will take an approved edition back; its address then answers 410 with the reason, for everyone.

    Whom and what place the reason names is bound to the edition: when one is cleared no longer, the reason is gone too.
    """
    with transaction.atomic():
        edition = _locked(edition)
        if edition.state != State.APPROVED:
            raise CannotWithdraw(_("Only an approved edition can be withdrawn."))
        if not reason.strip():
            raise CannotWithdraw(_("Give the reason: the public reads it at the story's address."))
        uncleared, people, places = readiness.of_the_reason(edition, reason, at=at)
        if uncleared:
            raise CannotWithdraw(*uncleared)
        if edition.bundle_id and bundle != edition.bundle and edition.public_from > at:
            raise CannotWithdraw(
                _("The edition waits in the bundle “%(bundle)s”: cancel or move the whole bundle.")
                % {"bundle": edition.bundle}
            )
        edition.withdrawn_at, edition.withdrawal_reason = at, reason.strip()
        edition.named_people.add(*people)
        edition.named_places.add(*places)
        clearance.hold(people, places)
        _move(edition, State.WITHDRAWN, by=by, at=at, reason=reason)
        suppression.suppress_uncleared(at=at)
        indexing.follow(edition)
        notices.withdrawn(edition, reason=edition.withdrawal_reason, by=by, at=at)
        _tell(edition, by=by, at=at)
    return edition


def open_next(edition, *, by, at):
    """This will open the next draft of an approved edition, with the same text, and return it."""
    with transaction.atomic():
        edition = _locked(edition)
        others = Edition.objects.filter(article=edition.article_id, language=edition.language)
        if others.open().exists():
            raise CannotMove(_("This story already has an open draft in this language."))
        number = others.order_by("-number").values_list("number", flat=True)[0] + 1
        following = Edition.objects.create(
            article_id=edition.article_id, language=edition.language, number=number, day=edition.day,
            created_at=at, created_by=by, translated_from_id=edition.translated_from_id,
            **{name: getattr(edition, name) for name in Edition.PRINTED},
        )  # fmt: skip
        for use in edition.photo_uses.exclude(place=0):
            following.photo_uses.create(
                place=use.place, photo=use.photo, credit_found=use.credit_found, caption=use.caption, alt=use.alt
            )
        for file in edition.attachments.order_by("pk"):
            following.attachments.create(title=file.title, file=file.file.name, kind=file.kind, size=file.size)
        audit.note("open next", following, by=by, at=at)
    return following


def keep_revision(edition, *, name, by, at):
    """This will keep the edition's present text under a name, which is cut where it is too long for one."""
    name = Truncator(name).chars(Revision._meta.get_field("name").max_length)
    return Revision.objects.create(
        edition=edition, name=name, at=at, by=by, title=edition.title, standfirst=edition.standfirst,
        byline=edition.byline, body=edition.body,
    )  # fmt: skip


def render(edition, frozen):
    """This will return the edition's body as readers get it, with its frozen claims."""
    placed = {use.place: photos.fill(use, edition.language) for use in readiness.uses_of(edition)}
    return rendering.render(edition.body, language=edition.language, claims=frozen, photos=placed)


def render_again(ids):
    """This will build the rendered body of these editions anew, since a claim of theirs got another answer."""
    for edition in Edition.objects.filter(pk__in=ids).order_by("pk"):
        Edition.objects.filter(pk=edition.pk).update(rendered=render(edition, edition.claims.order_by("place")))


def _locked(edition):
    """This will hold the edition and its story: two steps of one story, in whatever language, come one by one."""
    held = Edition.objects.held(with_story=True).select_related("article__lead_photo")
    return held.get(pk=edition.pk)


def _redirect_old_addresses(edition):
    """This will let the addresses of earlier editions lead to the story for ever."""
    old = Edition.objects.approved_before(edition).exclude(slug=edition.slug).order_by()
    for slug in old.values_list("slug", flat=True).distinct():
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
