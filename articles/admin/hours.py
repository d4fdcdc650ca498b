"""The page between a chosen hour and the last click, and the verbs that move an hour."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from articles import bundles, publishing, rescheduling, schedule, seen
from articles.admin.base import say_why
from articles.forms import MomentsForm
from articles.models import Bundle, Edition
from ledger.typed import number_of
from missions import dates


def shown(form, stamp):
    """This will return what a page of confirmation carries along: what it said, by its hours and by `stamp`."""
    moments = form.cleaned_data if form.is_valid() else {}
    return " ".join([stamp, *(f"{name}={moments[name] or '-'}" for name in sorted(moments))])


def is_confirmed(request, form, stamp):
    """This will say whether the last click is upon what its page has shown, and not upon another hour or text."""
    return "_confirmed" in request.POST and form.is_valid() and request.POST.get("shown") == shown(form, stamp)


def page(request, edition, form, change, *, at, stamp, title, action, button):
    """This will show what the public would see if `change()` were done, or what stands in its way."""
    words, problems = [], []
    if "_confirmed" in request.POST and not is_confirmed(request, form, stamp):
        problems.append(_("The hours or the text are not those that this page had shown. Look again, then confirm."))
    if form.is_valid():
        try:
            [(_story, words)] = schedule.if_it_were_done([edition.article], change, at=at)
        except publishing.CannotMove as refusal:
            problems += refusal.problems
    context = {
        **admin.site.each_context(request), "title": title, "edition": edition, "form": form, "words": words,
        "zone": schedule.zone(), "problems": problems, "action": action, "button": button,
        "shown": shown(form, stamp),
    }  # fmt: skip
    return render(request, "admin/articles/edition/moments.html", context)


def approval(request, edition, form, *, at):
    """This will return the page that asks once more before an edition is approved for another moment than now."""

    def change():
        publishing.approve(edition, by=request.user, at=at, **form.moments())

    return page(
        request, edition, form, change, at=at, stamp=seen.edition(edition), title=_("Approve"), button=_("Approve"),
        action=reverse("admin:articles_edition_approve", args=[edition.pk]),
    )  # fmt: skip


def approved_from(moment):
    return _("Approved. The public sees it from %(when)s.") % {"when": dates.shown_moment(moment)}


def _asked(request, pk):
    """This will return (the edition, the form of its hours as sent, now) for who may give an edition an hour."""
    if not request.user.has_perm("articles.approve_edition"):
        raise PermissionDenied
    return get_object_or_404(Edition, pk=pk), MomentsForm(request.POST), timezone.now()


def _is_done(request, change, said):
    """This will do what was confirmed and say so, or say why not."""
    try:
        change()
    except publishing.CannotMove as refusal:
        say_why(request, refusal)
        return False
    messages.success(request, said)
    return True


@require_POST
def approve_view(request, pk):
    """The last click of an approval, upon the text and the hours that the page before it has shown."""
    edition, form, at = _asked(request, pk)
    stamp = seen.edition(edition)
    if not is_confirmed(request, form, stamp):
        return approval(request, edition, form, at=at)

    def change():
        publishing.approve(edition, by=request.user, at=at, upon=stamp, **form.moments())

    _is_done(request, change, approved_from(form.cleaned_data["public_from"] or at))
    return redirect("admin:articles_edition_change", pk)


@require_POST
def reschedule_view(request, pk):
    edition, form, at = _asked(request, pk)
    stamp = f"{edition.public_from} {edition.public_until}"  # an hour left empty stays: this one, and no other

    def change():
        moments = form.moments()
        if not moments["public_from"]:
            moments["public_from"] = edition.public_from
        rescheduling.reschedule(edition, by=request.user, at=at, **moments)

    if is_confirmed(request, form, stamp) and _is_done(request, change, _("The hours were changed.")):
        return redirect("admin:articles_edition_change", pk)
    return page(
        request, edition, form, change, at=at, stamp=stamp, title=_("Move the hour"), button=_("Change the hours"),
        action=reverse("admin:articles_edition_reschedule", args=[pk]),
    )  # fmt: skip


def bundle_view(request, pk):
    """Puts an open edition into the chosen bundle, or takes it out."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    if not request.user.has_perm("articles.change_edition"):
        raise PermissionDenied
    edition = get_object_or_404(Edition, pk=pk)
    chosen = request.POST.get("bundle", "")
    bundle = get_object_or_404(Bundle, pk=number_of(chosen)) if chosen.isdecimal() else None
    try:
        bundles.put(edition, bundle, by=request.user, at=timezone.now())
    except publishing.CannotMove as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The edition is in the bundle.") if bundle else _("The edition is in no bundle."))
    return redirect("admin:articles_edition_change", pk)
