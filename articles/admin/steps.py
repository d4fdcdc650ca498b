"""The steps of an edition: the buttons beside its text."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from articles import publishing
from articles.admin import hours
from articles.forms import MomentsForm
from articles.models import Edition


class Steps:
    """The part of the edition's admin that moves an edition from one state to the next, each by POST."""

    def step_urls(self):
        return [
            path(f"<int:pk>/{name}/", self.admin_site.admin_view(view), name=f"articles_edition_{name}")
            for name, view in self.steps().items()
        ]

    def steps(self):
        return {
            "submit": self.submit_view,
            "send-back": self.send_back_view,
            "approve": self.approve_view,
            "withdraw": self.withdraw_view,
            "open-next": self.open_next_view,
        }

    def response_change(self, request, obj):
        """This will make the step that was asked for, now that what was typed is saved."""
        step = self.steps().get(request.POST.get("_step"))
        return step(request, obj.pk) if step else super().response_change(request, obj)

    def submit_view(self, request, pk):
        return self._step(request, pk, "articles.change_edition", publishing.submit, _("The text is in review."))

    def send_back_view(self, request, pk):
        reason = request.POST.get("reason", "")
        done = _("The text went back to its author.")
        return self._step(request, pk, "articles.approve_edition", publishing.send_back, done, reason=reason)

    def approve_view(self, request, pk):
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not request.user.has_perm("articles.approve_edition"):
            raise PermissionDenied
        form, edition = MomentsForm(request.POST), get_object_or_404(Edition, pk=pk)
        was_seen = "_confirmed" in request.POST and request.POST.get("seen_version") == str(edition.version)
        if not form.is_valid() or (any(form.moments().values()) and not was_seen):
            return hours.approval(request, edition, form, at=timezone.now())
        public_from = form.cleaned_data["public_from"]
        done = _("Approved. The public sees it from %(when)s.") % {
            "when": date_format(timezone.localtime(public_from or timezone.now()), "DATETIME_FORMAT")
        }
        return self._step(request, pk, "articles.approve_edition", publishing.approve, done, **form.moments())

    def withdraw_view(self, request, pk):
        reason = request.POST.get("reason", "")
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
            for problem in refusal.problems:
                messages.error(request, problem)
        else:
            messages.success(request, done)
        return redirect("admin:articles_edition_change", edition.pk)
