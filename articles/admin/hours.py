"""The page between a chosen hour and the last click, and the verbs that move an hour."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from articles import bundles, publishing, rescheduling, schedule
from articles.forms import MomentsForm
from articles.models import Bundle, Edition


def page(request, edition, form, change, *, at, title, action, button):
    """This will show what the public would see if `change()` were done, or what stands in its way."""
    words, problems = [], []
    if form.is_valid():
        try:
            [(_story, words)] = schedule.if_it_were_done([edition.article], change, at=at)
        except publishing.CannotMove as refusal:
            problems = refusal.problems
    context = {
        **admin.site.each_context(request), "title": title, "edition": edition, "form": form, "words": words,
        "zone": schedule.zone(), "problems": problems, "action": action, "button": button,
    }  # fmt: skip
    return render(request, "admin/articles/edition/moments.html", context)


def approval(request, edition, form, *, at):
    """This will return the page that asks once more before an edition is approved for another moment than now."""

    def change():
        publishing.approve(edition, by=request.user, at=at, **form.moments())

    return page(
        request, edition, form, change, at=at, title=_("Approve"), button=_("Approve"),
        action=reverse("admin:articles_edition_approve", args=[edition.pk]),
    )  # fmt: skip


def reschedule_view(request, pk):
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    if not request.user.has_perm("articles.approve_edition"):
        raise PermissionDenied
    edition, form, at = get_object_or_404(Edition, pk=pk), MomentsForm(request.POST), timezone.now()

    def change():
        moments = form.moments()
        if not moments["public_from"]:
            moments["public_from"] = edition.public_from
        rescheduling.reschedule(edition, by=request.user, at=at, **moments)

    if form.is_valid() and "_confirmed" in request.POST:
        try:
            change()
        except publishing.CannotMove as refusal:
            for problem in refusal.problems:
                messages.error(request, problem)
        else:
            messages.success(request, _("The hours were changed."))
            return redirect("admin:articles_edition_change", pk)
    return page(
        request, edition, form, change, at=at, title=_("Move the hour"), button=_("Change the hours"),
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
    bundle = get_object_or_404(Bundle, pk=chosen) if chosen.isdecimal() else None
    try:
        bundles.put(edition, bundle, by=request.user, at=timezone.now())
    except publishing.CannotMove as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The edition is in the bundle.") if bundle else _("The edition is in no bundle."))
    return redirect("admin:articles_edition_change", pk)
