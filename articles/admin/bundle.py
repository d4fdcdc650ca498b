"""A bundle's page: its editions, what stands in their way, and the steps that all of them make together."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from articles import bundles, models, publishing, schedule, seen
from articles.admin import hours
from articles.admin.base import NewsroomAdmin
from articles.forms import MomentsForm
from articles.models import Bundle
from ledger.lists import HouseList
from ledger.typed import sentence


class BundleList(HouseList):
    """The bundles, each leading to the page with its editions and steps."""

    def url_for_result(self, result):
        return reverse("admin:articles_bundle_steps", args=[result.pk])


@admin.register(models.Bundle)
class BundleAdmin(NewsroomAdmin):
    """Its hour is set by its approval alone; a bundle that was decided is only read."""

    list_display = ["name", "public_from"]
    search_fields = ["name"]
    readonly_fields = ["public_from"]
    ordering = ["-pk"]

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and (obj is None or bundles.is_open(obj))

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and (obj is None or bundles.is_open(obj))

    def get_urls(self):
        steps = path("<int:pk>/steps/", self.admin_site.admin_view(steps_view), name="articles_bundle_steps")
        return [steps, *super().get_urls()]

    def get_changelist(self, request, **kwargs):
        return BundleList

    def response_add(self, request, obj, post_url_continue=None):
        """A bundle that was made is empty: its page says how editions come into it."""
        super().response_add(request, obj, post_url_continue)
        return redirect("admin:articles_bundle_steps", obj.pk)


def steps_view(request, pk):
    if not request.user.has_perm("articles.view_edition"):
        raise PermissionDenied
    bundle, at = get_object_or_404(Bundle, pk=pk), timezone.now()
    form = MomentsForm(request.POST or None, initial={"public_from": bundle.public_from})
    del form.fields["public_until"]
    members = list(bundle.editions.select_related("article").defer("rendered").order_by("article", "language"))
    is_open = bundles.is_open(bundle)
    upon = seen.bundle(members) if is_open and request.method == "POST" else {}
    refusal, foreseen = None, []
    step = request.POST.get("_step", "") if request.method == "POST" else ""
    if step and form.is_valid():
        refusal, foreseen = _step(request, bundle, step, form, upon, at)
        if refusal is None and not foreseen:
            messages.success(request, _("Done, for every edition of the bundle."))
            return redirect("admin:articles_bundle_steps", pk)
    stories = {edition.article_id: edition.article for edition in members}
    context = {
        **admin.site.each_context(request), "title": bundle.name, "bundle": bundle, "members": members, "form": form,
        "refusal": refusal, "foreseen": foreseen, "is_open": is_open, "zone": schedule.zone(),
        "shown": hours.shown(form, seen.digest(upon)), "is_other": foreseen and "_confirmed" in request.POST,
        "is_waiting": bool(members) and not is_open and all(
            edition.state == "approved" and edition.public_from > at for edition in members
        ),
        "stories": [(story, schedule.in_words(story, at=at)) for story in stories.values()],
        "may_approve": request.user.has_perm("articles.approve_edition"),
        "may_withdraw": request.user.has_perm("articles.withdraw_edition"),
    }  # fmt: skip
    return render(request, "admin/articles/bundle/steps.html", context)


def _step(request, bundle, step, form, upon, at):
    """This will make one step of the whole bundle and return (the refusal, if there was one; what would be seen).

    A step that gives the bundle an hour is made at the second click only: the first shows what the public would see.
    The second counts for the hour and the texts `upon` which that was shown, and for no other.
    """
    needed = "articles.withdraw_edition" if step == "cancel" else "articles.approve_edition"
    if not request.user.has_perm(needed):
        raise PermissionDenied
    public_from = form.cleaned_data["public_from"]

    def change():
        if step == "approve":
            bundles.approve(bundle, by=request.user, at=at, public_from=public_from, upon=upon)
        elif step == "reschedule":
            bundles.reschedule(bundle, public_from=public_from or at, by=request.user, at=at)
        elif step == "cancel":
            bundles.cancel(bundle, reason=sentence(request.POST, "reason"), by=request.user, at=at)

    try:
        if step != "cancel" and not hours.is_confirmed(request, form, seen.digest(upon)):
            stories = models.Article.objects.filter(editions__bundle=bundle).distinct().order_by("pk")
            return None, schedule.if_it_were_done(stories, change, at=at)
        change()
    except publishing.CannotMove as refusal:
        return refusal, []
    return None, []
