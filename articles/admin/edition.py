"""The writing screen, and the steps of an edition beside it."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from articles import publishing, rendering
from articles.admin.base import NewsroomAdmin
from articles.forms import WRITTEN, ApprovalForm, EditionForm, ReasonForm
from articles.models import Edition, PhotoUse, State
from missions import figures


class WhileOpen:
    """An edition, and what hangs on it, is changed while it is open: later the desk only reads it."""

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and (obj is None or obj.is_open)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and (obj is None or obj.is_open)


class PhotoUseInline(WhileOpen, admin.TabularInline):
    model = PhotoUse
    extra = 0
    autocomplete_fields = ["photo"]
    fields = ["place", "photo", "credit_found"]

    def has_add_permission(self, request, obj=None):
        return super().has_add_permission(request, obj) and (obj is None or obj.is_open)


@admin.register(Edition)
class EditionAdmin(WhileOpen, NewsroomAdmin):
    form = EditionForm
    list_display = ["title", "language", "number", "state", "day", "public_from"]
    list_filter = ["state", "language", "article__section"]
    search_fields = ["title", "slug", "standfirst"]
    autocomplete_fields = ["article"]
    prepopulated_fields = {"slug": ["title"]}
    inlines = [PhotoUseInline]
    ordering = ["-pk"]
    change_form_template = "admin/articles/edition/change_form.html"

    def get_queryset(self, request):
        return super().get_queryset(request).defer("rendered")

    def view_on_site(self, edition):
        """The story's address in its own language, once there is something to see."""
        if edition.state != State.APPROVED:
            return None
        with override(edition.language):
            return edition.get_absolute_url()

    def get_fields(self, request, obj=None):
        if obj is None or obj.is_open:
            return WRITTEN
        return ["text" if name == "body" else name for name in WRITTEN]

    @admin.display(description=_("body"))
    def text(self, edition):
        return mark_safe(rendering.clean(edition.body))

    def get_readonly_fields(self, request, obj=None):
        if obj is None:
            return []
        return ["article", "language"] if obj.is_open else ["text"]

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else self.prepopulated_fields

    def save_model(self, request, obj, form, change):
        if not change:
            obj.created_at, obj.created_by = timezone.now(), request.user
            newest = Edition.objects.filter(article=obj.article, language=obj.language).order_by("-number").first()
            obj.number = newest.number + 1 if newest else 1
        super().save_model(request, obj, form, change)

    # --- The steps -------------------------------------------------------------------------------------------

    def get_urls(self):
        return [
            path(f"<int:pk>/{name}/", self.admin_site.admin_view(view), name=f"articles_edition_{name}")
            for name, view in self.steps().items()
        ] + super().get_urls()

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

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        if obj:
            at = timezone.now()
            found, answers = publishing.problems(obj, at=at) if obj.is_open else ([], [])
            context |= {
                "edition": obj,
                "states": State,
                "problems": found,
                "answers": answers,
                "claims": obj.claims.order_by("place"),
                "approval": ApprovalForm(),
                "reason": ReasonForm(),
                "vocabulary": figures.VOCABULARY.values() if obj.is_open else [],
                "may_approve": request.user.has_perm("articles.approve_edition"),
                "may_withdraw": request.user.has_perm("articles.withdraw_edition"),
            }
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def submit_view(self, request, pk):
        return self._step(request, pk, "articles.change_edition", publishing.submit, _("The text is in review."))

    def send_back_view(self, request, pk):
        reason = request.POST.get("reason", "")
        done = _("The text went back to its author.")
        return self._step(request, pk, "articles.approve_edition", publishing.send_back, done, reason=reason)

    def approve_view(self, request, pk):
        form = ApprovalForm(request.POST)
        if not form.is_valid():
            messages.error(request, form.errors["public_from"][0])
            return redirect("admin:articles_edition_change", pk)
        public_from = form.cleaned_data["public_from"]
        done = _("Approved. The public sees it from %(when)s.") % {
            "when": date_format(timezone.localtime(public_from or timezone.now()), "DATETIME_FORMAT")
        }
        return self._step(request, pk, "articles.approve_edition", publishing.approve, done, public_from=public_from)

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
