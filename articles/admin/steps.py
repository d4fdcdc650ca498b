"""The steps of an edition: the buttons beside its text."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles import publishing
from articles.admin import hours
from articles.admin.base import say_why
from articles.forms import MomentsForm
from articles.models import Edition
from ledger.typed import sentence


class Steps:
    """The part of the edition's admin that moves an edition from one state to the next, each by POST.

    The steps of an open edition have no address of their own: they belong to the form of its text, which is saved
    first, so that nobody hands in or approves a wording that their page did not show.
    """

    def step_urls(self):
        views = {"approve": hours.approve_view, "withdraw": self.withdraw_view, "open-next": self.open_next_view}
        return [
            path(f"<int:pk>/{name}/", self.admin_site.admin_view(view), name=f"articles_edition_{name}")
            for name, view in views.items()
        ]

    def response_change(self, request, obj):
        """This will make the step that was asked for, now that what was typed is saved."""
        steps = {"submit": self._submit, "send-back": self._send_back, "approve": self._approve}
        step = steps.get(request.POST.get("_step"))
        return step(request, obj.pk) if step else super().response_change(request, obj)

    def _submit(self, request, pk):
        return self._step(request, pk, "articles.change_edition", publishing.submit, _("The text is in review."))

    def _send_back(self, request, pk):
        reason = sentence(request.POST, "reason")
        done = _("The text went back to its author.")
        return self._step(request, pk, "articles.approve_edition", publishing.send_back, done, reason=reason)

    def _approve(self, request, pk):
        if not request.user.has_perm("articles.approve_edition"):
            raise PermissionDenied
        if request.parts_changed:
            messages.error(request, _("A photo or a file was changed while you wrote: look at it, then approve."))
            return redirect("admin:articles_edition_change", pk)
        form, at = MomentsForm(request.POST), timezone.now()
        if not form.is_valid() or any(form.moments().values()):
            return hours.approval(request, get_object_or_404(Edition, pk=pk), form, at=at)
        return self._step(request, pk, "articles.approve_edition", publishing.approve, hours.approved_from(at))

    def withdraw_view(self, request, pk):
        reason = sentence(request.POST, "reason")
        done = _("Withdrawn. Its address now answers with the reason.")
        return self._step(request, pk, "articles.withdraw_edition", publishing.withdraw, done, reason=reason)

    def open_next_view(self, request, pk):
        return self._step(
            request, pk, "articles.change_edition", publishing.open_next, _("This is the draft of the next edition.")
        )

    def _step(self, request, pk, permission, verb, done, **arguments):
        """This will make one step of an edition by POST and go back to the writing screen with a message."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not request.user.has_perm(permission):
            raise PermissionDenied
        edition = get_object_or_404(Edition, pk=pk)
        try:
            edition = verb(edition, by=request.user, at=timezone.now(), **arguments)
        except publishing.CannotMove as refusal:
            say_why(request, refusal)
        else:
            messages.success(request, done)
        return redirect("admin:articles_edition_change", edition.pk)
