"""The texts that were kept of a story: compare any two, keep the present one under a name, bring one back."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from articles import comparing, publishing, writing
from articles.admin.base import say_why
from articles.models import Edition, Revision
from ledger.typed import number_of, sentence

NOW = "now"


def revisions(request, pk):
    if not request.user.has_perm("articles.view_edition"):
        raise PermissionDenied
    edition = get_object_or_404(Edition.objects.defer("rendered"), pk=pk)
    kept = Revision.objects.filter(edition__article=edition.article_id, edition__language=edition.language)
    if request.method == "POST":
        if not request.user.has_perm("articles.change_edition"):
            raise PermissionDenied
        return _change(request, edition)
    kept = list(kept.select_related("by", "edition").defer("edition__body", "edition__rendered").order_by("-at", "-pk"))
    texts = {NOW: edition, **{str(revision.pk): revision for revision in kept}}
    old = request.GET.get("old") or (str(kept[0].pk) if kept else NOW)
    new = request.GET.get("new") or NOW
    if old not in texts or new not in texts:
        raise Http404
    parts = comparing.compare(*[comparing.text_of(texts[key]) for key in (old, new)]) if kept else []
    context = {
        **admin.site.each_context(request),
        "title": _("Revisions"),
        "edition": edition,
        "revisions": kept,
        "old": old,
        "new": new,
        "old_name": _name(texts[old]),
        "new_name": _name(texts[new]),
        **_compared(parts),
        "may_change": edition.is_open and request.user.has_perm("articles.change_edition"),
    }
    return render(request, "admin/articles/edition/revisions.html", context)


def _compared(parts):
    return {"parts": parts, "is_changed": any(part.is_changed for part in parts)}


def _change(request, edition):
    """This will keep the present text under the name given, or bring back the revision asked for.

    The text of another edition comes back only from the page that shows whose it is and what it would change.
    """
    at = timezone.now()
    try:
        if "restore" in request.POST:
            revision, seen = _asked_for(request, edition), request.POST.get("seen_version", "")
            if revision.edition != edition and edition.is_open and seen != str(edition.version):
                return _before_restoring(request, edition, revision, is_changed_meanwhile=bool(seen))
            writing.restore(revision, edition, by=request.user, at=at, version=edition.version)
            messages.success(request, _("“%(name)s” is the text again. The text until now was kept.")
                             % {"name": _name(revision)})  # fmt: skip
        else:
            writing.keep(edition, name=sentence(request.POST, "name"), by=request.user, at=at)
            messages.success(request, _("The present text was kept."))
    except publishing.CannotMove as refusal:
        say_why(request, refusal)
    return redirect("admin:articles_edition_revisions", edition.pk)


def _asked_for(request, edition):
    """This will return the revision that is to come back: of the edition, or of another of its story and language."""
    of_story = Revision.objects.filter(edition__article=edition.article_id, edition__language=edition.language)
    key = request.POST["restore"]
    return get_object_or_404(of_story.select_related("edition", "by"), pk=number_of(key))


def _before_restoring(request, edition, revision, *, is_changed_meanwhile):
    """The page before the text of another edition comes back: whose it is, and what it changes in the present one."""
    coming, other_photos = writing.photos_of(revision, edition)
    compared = comparing.compare(*map(comparing.text_of, (edition, revision)))
    context = {
        **admin.site.each_context(request), **_compared(compared),
        "title": _("Bring back a text of edition %(number)s") % {"number": revision.edition.number},
        "edition": edition, "revision": revision, "old_name": _name(edition), "new_name": _name(revision),
        "coming": coming, "other_photos": other_photos, "is_changed_meanwhile": is_changed_meanwhile,
    }  # fmt: skip
    return render(request, "admin/articles/edition/bring_back.html", context)


def _name(text):
    if isinstance(text, Edition):
        return _("the text now")
    return text.called or _("a revision without a name")
