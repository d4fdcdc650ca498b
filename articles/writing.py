"""Saves what somebody writes: a draft is saved in place, and nobody's newer text is overwritten unseen."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from articles import tokens
from articles.models import Edition, Presence, Revision
from articles.publishing import CannotMove, keep_revision
from ledger import audit

HERE_FOR = timedelta(seconds=30)
SITTING = timedelta(hours=1)
TEXT = Edition.TRANSLATED
WRITTEN_OVER = "Before it was written over"


class Conflict(Exception):
    """Somebody saved a newer text since this one was opened. `edition` is that text; nothing was saved."""

    def __init__(self, edition):
        self.edition = edition
        super().__init__(
            _("%(name)s saved a newer text meanwhile. Nothing of yours is lost: compare both, then save again.")
            % {"name": edition.saved_by.full_name if edition.saved_by else _("Somebody")}
        )


def hold(pk, *, version, text):
    """This will return the open edition, its row held for this transaction, where `text` may be saved upon it.

    `version` is the one that the text was typed upon. Raises `CannotMove` for an edition that was decided, and
    `Conflict` where a newer version says something else than `text` (a dict of the fields of `Edition.WRITTEN`).
    """
    held = Edition.objects.held().select_related("saved_by", "article").get(pk=pk)
    if not held.is_open:
        raise CannotMove(_("This edition was decided meanwhile and takes no further text. Copy what you wrote."))
    if version != held.version and any(getattr(held, name) != value for name, value in text.items()):
        raise Conflict(held)
    return held


def save(edition, text, *, version, by, at):
    """This will save `text`, a dict of fields of `Edition.WRITTEN`, upon the `version` it was typed on.

    The text as it was before another person, or another sitting, began is kept as a revision, and who began is an entry
    of the ledger; single saves are neither.
    Raises what `hold` raises.
    """
    with transaction.atomic():
        held = hold(edition.pk, version=version, text=text)
        if all(getattr(held, name) == value for name, value in text.items()):
            return held
        begins = held.saved_at is None or held.saved_by != by or at - held.saved_at > SITTING
        if held.saved_at and begins:
            name = "Before another sitting" if held.saved_by == by else "Before a colleague's changes"
            keep_revision(held, name=name, by=held.saved_by, at=held.saved_at)
        for name, value in text.items():
            setattr(held, name, value)
        held.version += 1
        held.saved_at, held.saved_by = at, by
        held.save(update_fields=[*text, "version", "saved_at", "saved_by"])
        if begins:
            audit.note("write", held, by=by, at=at)
    return held


def keep_newer(edition, *, by, at):
    """This will keep a newer text that somebody is about to write over, once for each text of it."""
    text = {name: getattr(edition, name) for name in TEXT}
    if not Revision.objects.filter(edition=edition, name=WRITTEN_OVER, **text).exists():
        keep_revision(edition, name=WRITTEN_OVER, by=by, at=at)


def keep(edition, *, name, by, at):
    """This will keep the present text of an edition as a revision under a name of its own."""
    if not name.strip():
        raise CannotMove(_("Give the revision a name."))
    with transaction.atomic():
        kept = keep_revision(edition, name=name.strip()[:120], by=by, at=at)
        audit.note("keep revision", edition, by=by, at=at, revision=kept.pk)
    return kept


def restore(revision, into, *, by, at, version=None):
    """This will bring a revision's text into the open edition `into`; the text until then is kept as a revision.

    The revision may be of another edition of the same story and language: its photos come along where their places are
    free. `version` is the one of `into` that was looked at, where it matters; raises `CannotMove` where it has another
    by now, and for a revision of another story or language.
    """
    text = {name: getattr(revision, name) for name in TEXT}
    with transaction.atomic():
        held = Edition.objects.held().get(pk=into.pk)
        of = revision.edition
        if (of.article_id, of.language) != (held.article_id, held.language):
            raise CannotMove(_("That text is of another story or language."))
        if version is not None and version != held.version:
            raise CannotMove(_("The text changed meanwhile. Look at both again."))
        keep_revision(held, name="Before another text was brought back", by=held.saved_by or by, at=at)
        held = save(held, text, version=held.version, by=by, at=at)
        if of != held:
            for use in photos_of(revision, held)[0]:
                shown = {"photo": use.photo, "caption": use.caption, "alt": use.alt}
                held.photo_uses.update_or_create(place=use.place, defaults=shown)
        audit.note("restore revision", held, by=by, at=at, revision=revision.pk)
    return held


def photos_of(revision, into):
    """This will return (the photos of a revision's edition that its text shows and that `into` has no photo for,
    the places of the text where `into` shows another photo), each in the order of the places."""
    theirs = {use.place: use for use in revision.edition.photo_uses.exclude(photo=None).select_related("photo")}
    ours = dict(into.photo_uses.exclude(photo=None).values_list("place", "photo"))
    shown = sorted(set(tokens.places_in(revision.body)) & theirs.keys())
    missing = [theirs[place] for place in shown if place not in ours]
    return missing, [place for place in shown if ours.get(place, theirs[place].photo_id) != theirs[place].photo_id]


def place_photo(edition, photo, *, by, at):
    """This will give a photo the next free place in an open edition's text and return its `PhotoUse`."""
    with transaction.atomic():
        held = Edition.objects.held().get(pk=edition.pk)
        if not held.is_open:
            raise CannotMove(_("This edition was decided meanwhile and takes no further photo."))
        last = held.photo_uses.aggregate(last=Max("place"))["last"] or 0
        use = held.photo_uses.create(place=last + 1, photo=photo)
        audit.note("place photo", held, by=by, at=at, photo=photo.pk, place=use.place)
    return use


def note_presence(edition, *, by, at):
    """This will note that `by` has the edition open, and return the names of the others who have."""
    Presence.objects.update_or_create(edition=edition, user=by, defaults={"seen_at": at})
    others = Presence.objects.filter(edition=edition, seen_at__gt=at - HERE_FOR).exclude(user=by)
    return [presence.user.full_name for presence in others.select_related("user").order_by("user__username")]


def revisions(edition):
    """This will return the revisions of an edition, newest first."""
    return Revision.objects.filter(edition=edition).select_related("by").order_by("-at", "-pk")
