"""What the newsroom forgets: of a colleague who leaves, of fact-checkers and readers, and of what waits no longer."""

from datetime import timedelta

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from articles import error_reports, photo_intake
from articles.models import Author, Notice, Presence, ReviewLink
from ledger import retention

GUESTS_KEPT = timedelta(days=90)  # by name, after their link ended
READ_NOTICES_KEPT = timedelta(days=180)
PRESENCE_KEPT = timedelta(days=1)
SOMEBODY = gettext_noop("a fact-checker")


def leave(user, *, at):
    """This will delete what was a colleague's own, and return the files that go: pictures that waited for them.

    A byline stays as it was printed; it no longer leads to the account.
    """
    Notice.objects.filter(user=user).delete()
    Presence.objects.filter(user=user).delete()
    for author in Author.objects.filter(user=user):
        author.user = None
        author.save()
    Author.history.filter(user_id=user.pk).update(user_id=None)
    return photo_intake.files_of(user)


def forget_guests(*, at):
    """This will take the names off review links that ended long ago; what their guests wrote stays with the text."""
    over = at - GUESTS_KEPT
    ended = ReviewLink.objects.filter(Q(expires_at__lte=over) | Q(revoked_at__lte=over)).exclude(reviewer=SOMEBODY)
    count = 0
    for link in ended.order_by("pk"):
        said = f"{link.reviewer}: "
        for notice in Notice.objects.filter(edition=link.edition_id, text__startswith=said):
            Notice.objects.filter(pk=notice.pk).update(text=notice.text.replace(link.reviewer, SOMEBODY, 1))
        ReviewLink.objects.filter(pk=link.pk).update(reviewer=SOMEBODY)
        count += 1
    return count


def forget_notices(*, at):
    return Notice.objects.filter(read_at__lte=at - READ_NOTICES_KEPT).delete()[0]


def forget_presences(*, at):
    return Presence.objects.filter(seen_at__lte=at - PRESENCE_KEPT).delete()[0]


retention.register("readers", _("e-mail addresses of readers whose reports were settled"), error_reports.forget)
retention.register("guests", _("names of fact-checkers whose links ended"), forget_guests)
retention.register("notices", _("lines of the inbox that were read long ago"), forget_notices)
retention.register("presences", _("notes of who had which text open"), forget_presences)
retention.register("pictures", _("pictures that nobody gave a credit"), photo_intake.forget_old)
