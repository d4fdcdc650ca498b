"""Tells people what happened to a text that concerns them: a line in their inbox, and e-mail where they have to act."""

from django.contrib.auth import get_user_model
from django.db import transaction

from articles.models import Edition, Notice, State
from ledger import audit, letters

MAY_READ = "articles.view_edition"
MAY_APPROVE = "articles.approve_edition"
MAY_SETTLE = "articles.change_errorreport"
SHORT = 600  # letters of a comment or a report that stand in the inbox


def handed_in(edition, *, by, at):
    """This will tell everyone who may approve the text, but for who handed it in, that it waits for them."""
    reviewers = _readers().filter(pk__in=_users_with(MAY_APPROVE).values("pk"))
    _tell(edition, Notice.Kind.FOR_REVIEW, reviewers, by=by, at=at, by_mail=True)


def sent_back(edition, *, reason, by, at):
    """This will tell who wrote the text and who handed it in why it came back; it waits for nobody's review now."""
    _no_longer_waits(edition, Notice.Kind.FOR_REVIEW, at=at)
    _tell(edition, Notice.Kind.SENT_BACK, _of(edition), by=by, at=at, text=reason, by_mail=True)


def approved(edition, *, by, at):
    """This will tell who wrote the text and who handed it in that it goes out; it waits for nobody's review now."""
    _no_longer_waits(edition, Notice.Kind.FOR_REVIEW, at=at)
    _tell(edition, Notice.Kind.APPROVED, _of(edition), by=by, at=at)


def withdrawn(edition, *, reason, by, at):
    """This will tell who wrote, handed in or approved the edition that it was taken back, and why."""
    _tell(edition, Notice.Kind.WITHDRAWN, _of(edition), by=by, at=at, text=reason)


def suppressed(edition, *, at):
    """This will tell who wrote, handed in or approved the edition that a clearance which it rests on has ended."""
    _no_longer_waits(edition, Notice.Kind.SUPPRESSION_AHEAD, at=at)
    _tell(edition, Notice.Kind.SUPPRESSED, _of(edition), by=None, at=at)


def suppression_moved(edition, *, at):
    """This will tell the same people of the moment ahead at which the edition will be suppressed, if there is one.

    No job runs at that moment, so they hear of it when it is written down. What was said of an earlier moment is
    settled; the inbox shows the moment as the edition has it now.
    """
    _no_longer_waits(edition, Notice.Kind.SUPPRESSION_AHEAD, at=at)
    if edition.suppressed_at and edition.state == State.APPROVED:
        _tell(edition, Notice.Kind.SUPPRESSION_AHEAD, _of(edition), by=None, at=at)


def source_moved(edition, *, by, at):
    """This will tell who wrote, saved, handed in or approved a translation of the story that its source moved on.

    `edition` was approved now and says something else than what they translated. One unread line is enough, however
    often the source moves.
    """
    of_story = Edition.objects.stale_translations().filter(article=edition.article_id)
    for translation in of_story.with_source().filter(source_now=edition.pk):
        is_current(translation, at=at)
        concerned = _of(translation, translation.saved_by_id)
        _tell(translation, Notice.Kind.SOURCE_MOVED, concerned, by=by, at=at)


def is_current(translation, *, at):
    """This will settle what was said of a source that moved on: the translation follows it, or is told anew."""
    _no_longer_waits(translation, Notice.Kind.SOURCE_MOVED, at=at)


def commented(comment):
    """This will tell who writes the text, and who made the fact-checker's link, of a new comment.

    A fact-checker's comment comes by e-mail too: but one letter, however many comments follow before it is read.
    """
    edition, link = comment.edition, comment.link
    concerned = _of(edition, edition.saved_by_id, link.created_by_id if link else None)
    text = _short(comment.text)
    text = f"{comment.about}: {text}" if comment.about else text
    _tell(
        edition, Notice.Kind.COMMENT, concerned, by=comment.by, at=comment.at, by_mail=link is not None,
        text=f"{link.reviewer}: {text}" if link else text,
    )  # fmt: skip


def error_reported(report, *, at):
    """This will tell everyone who reads the inbox and may settle it that a reader calls a figure wrong."""
    settlers = _readers().filter(pk__in=_users_with(MAY_SETTLE).values("pk")).order_by("pk")
    Notice.objects.bulk_create(
        Notice(user=user, kind=Notice.Kind.ERROR_REPORTED, error_report=report, text=_short(report.wrong), at=at)
        for user in settlers
    )


def error_settled(report, *, at):
    """This will settle what was said of the report: it waits for nobody."""
    report.notices.filter(read_at__isnull=True).update(read_at=at)


def mark_read(user, *, at, pk=None):
    """This will mark one unread notice of `user`, or all of them, as read, and return how many."""
    with transaction.atomic():
        unread = user.notices.filter(read_at__isnull=True)
        read = (unread.filter(pk=pk) if pk else unread).update(read_at=at)
        if read:
            audit.note("read notices", user, by=user, at=at, count=read)
    return read


def _short(text):
    return text if len(text) <= SHORT else text[: SHORT - 1] + "…"


def _no_longer_waits(edition, kind, *, at):
    edition.notices.filter(kind=kind, read_at__isnull=True).update(read_at=at)


def _users_with(permission):
    people = get_user_model().objects.with_perm(
        permission, is_active=True, backend="django.contrib.auth.backends.ModelBackend"
    )
    return people.filter(is_staff=True)  # who left the desk keeps no right of a role


def _readers():
    return _users_with(MAY_READ)


def _of(edition, *others):
    """This will return the users whom an edition concerns: who began, handed in and approved it, and `others`."""
    handed_in = edition.transitions.filter(to_state=State.IN_REVIEW).order_by("-at", "-pk").first()
    ids = {edition.created_by_id, edition.approved_by_id, handed_in.by_id if handed_in else None, *others} - {None}
    return _readers().filter(pk__in=ids)


def _tell(edition, kind, users, *, by, at, text="", by_mail=False):
    """This will write a notice to each of `users` but `by`, inside the transaction of the verb."""
    with transaction.atomic():
        users = list(users.exclude(pk=by.pk if by else None).order_by("pk"))
        waiting = set()
        if kind == Notice.Kind.COMMENT:
            unread = Notice.objects.filter(edition=edition, kind=kind, read_at__isnull=True, by__isnull=True)
            waiting = set(unread.values_list("user", flat=True))
        Notice.objects.bulk_create(
            Notice(user=user, kind=kind, edition=edition, by=by, text=text, at=at) for user in users
        )
        if by_mail:
            context = {"edition": edition, "by": by, "text": text}
            letters.after_commit(
                letters.Letter(user, f"articles/letters/{kind.value}.txt", context)
                for user in users
                if user.pk not in waiting
            )
