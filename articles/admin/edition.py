"""The writing screen."""

import re
from types import SimpleNamespace

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.template.defaultfilters import filesizeformat
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html, strip_tags
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from articles import claim_queue, comparing, publishing, rendering, seen, writing
from articles.admin import desk_pages, editor_words, writing_desk
from articles.admin.base import NewsroomAdmin
from articles.admin.steps import Steps
from articles.admin.translation import StaleFilter, translation_state
from articles.forms import WRITTEN, ApprovalForm, AttachmentForm, EditionForm, MomentsForm, ReasonForm
from articles.models import Attachment, Edition, PhotoUse, State
from ledger.admin import Autocompletes
from ledger.typed import number_of


class WhileOpen:
    """An edition, and what hangs on it, is changed while it is open: later the desk only reads it."""

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and (obj is None or obj.is_open)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and (obj is None or obj.is_open)


class PrintedInline(WhileOpen, Autocompletes, admin.StackedInline):
    """A card for each: a row of a table is too narrow for a caption, and too wide for a phone."""

    extra = 0

    def has_add_permission(self, request, obj=None):
        return super().has_add_permission(request, obj) and (obj is None or obj.is_open)


class PhotoUseInline(PrintedInline):
    model = PhotoUse
    autocomplete_fields = ["photo"]
    fields = ["place", "photo", "caption", "alt", "credit_found"]

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """Place 0 is the lead photo's: who typed it would take that one's place at the approval."""
        if db_field.name == "place":
            kwargs["min_value"] = PhotoUse.LEAD + 1
        return super().formfield_for_dbfield(db_field, request, **kwargs)


class AttachmentInline(PrintedInline):
    model = Attachment
    form = AttachmentForm
    fields = ["title", "file", "kept"]
    readonly_fields = ["kept"]

    def get_fields(self, request, obj=None):
        """What was decided shows the file alone, and no field to choose another."""
        return self.fields if self.has_change_permission(request, obj) else ["title", "kept"]

    @admin.display(description=_("saved file"))
    def kept(self, attachment):
        if attachment.pk is None:
            return ""
        address = reverse("attachment", args=[attachment.pk])
        told = f"{attachment.kind.upper()}, {filesizeformat(attachment.size)}"
        return format_html('<a href="{}">{}</a> ({})', address, attachment.title, told)


@admin.register(Edition)
class EditionAdmin(Steps, WhileOpen, NewsroomAdmin):
    form = EditionForm
    list_display = ["title", "language", "number", "state", "day", "public_from", translation_state]
    list_filter = ["state", "language", "article__section", StaleFilter]
    search_fields = ["title", "slug", "standfirst"]
    autocomplete_fields = ["article"]
    prepopulated_fields = {"slug": ["title"]}
    inlines = [PhotoUseInline, AttachmentInline]
    ordering = ["-pk"]
    change_form_template = "admin/articles/edition/change_form.html"
    has_history = True

    def get_queryset(self, request):
        return super().get_queryset(request).with_source().defer("rendered")

    def history_view(self, request, object_id, extra_context=None):
        """What a text was, its revisions say."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return redirect("admin:articles_edition_revisions", number_of(object_id) or 0)

    def view_on_site(self, edition):
        """The story's address in its own language, once there is something to see."""
        if not _is_public(edition):
            return None
        with override(edition.language):
            return edition.get_absolute_url()

    def get_fields(self, request, obj=None):
        fields = [name for name in WRITTEN if name not in ("change_note", "correction") or (obj and obj.number > 1)]
        if obj is None or obj.is_open:
            return [*fields, "typed_upon"]
        return ["text" if name == "body" else name for name in fields]

    @admin.display(description=_("body"))
    def text(self, edition):
        return mark_safe(rendering.clean(edition.body))

    def get_readonly_fields(self, request, obj=None):
        if obj is None:
            return []
        return ["article", "language"] if obj.is_open else ["text"]

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else self.prepopulated_fields

    def get_urls(self):
        pages = [
            path(f"<int:pk>/{name}/", self.admin_site.admin_view(view), name=f"articles_edition_{name}")
            for name, view in desk_pages.OF_AN_EDITION.items()
        ]
        pages += [
            path(f"{name}/", self.admin_site.admin_view(view), name=f"articles_edition_{name}")
            for name, view in desk_pages.OF_ALL_EDITIONS.items()
        ]
        return [*self.step_urls(), *pages, *super().get_urls()]

    def save_model(self, request, obj, form, change):
        at = timezone.now()
        if change:
            saved = writing.save(obj, form.text(), version=form.cleaned_data["typed_upon"], by=request.user, at=at)
            obj.version = saved.version
            # Asked before this form's own photos and files are saved.
            request.parts_changed = request.POST.get("seen_parts") != seen.parts(saved)
            return
        obj.created_at = obj.saved_at = at
        obj.created_by = obj.saved_by = request.user
        newest = Edition.objects.filter(article=obj.article, language=obj.language).order_by("-number").first()
        obj.number = newest.number + 1 if newest else 1
        super().save_model(request, obj, form, change)

    def save_formset(self, request, form, formset, change):
        super().save_formset(request, form, formset, change)
        for row in formset.forms:
            if getattr(row, "is_cleaned", False):
                messages.info(
                    request,
                    _("The properties of “%(file)s” named who made it. They were taken out; readers get the rest.")
                    % {"file": row.instance.title},
                )

    def response_add(self, request, obj, post_url_continue=None):
        """A text that was begun goes on where its photos, figures and checks are, whichever button saved it."""
        request.POST = request.POST.copy()
        request.POST["_continue"] = "1"
        return super().response_add(request, obj, post_url_continue)

    def get_changeform_initial_data(self, request):
        return {"day": timezone.localdate(), **super().get_changeform_initial_data(request)}

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        context |= {"show_save_and_add_another": False, "editor_words": editor_words.words()}
        context["writing_fields"] = " ".join(Edition.WRITTEN)
        if obj:
            claim_queue.bring_to_today(at=timezone.now())
            context |= {
                **writing_desk.state_of(obj, timezone.now()),
                # A form that comes back with errors shows the photos and files that it came with.
                "seen_parts": request.POST.get("seen_parts") or seen.parts(obj),
                "states": State,
                "is_public": _is_public(obj),
                "sent_back": obj.transitions.last_sent_back(obj),
                "claims": obj.claims.order_by("place"),
                "siblings": Edition.objects.newest_of_other_languages(obj),
                "approval": ApprovalForm(),
                "moments": MomentsForm(initial={"public_from": obj.public_from, "public_until": obj.public_until}),
                "reason": ReasonForm(),
                "may_approve": request.user.has_perm("articles.approve_edition"),
                "own_text": publishing.own_text(obj, request.user) if obj.is_open else [],
                "may_withdraw": request.user.has_perm("articles.withdraw_edition"),
                **self._conflict(context["adminform"].form, request),
            }
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def _conflict(self, form, request):
        """This will show both texts where somebody saved a newer one, and let the next save put this one in its place.

        The newer one is kept as a revision at once: whatever is done next, it is not lost.
        """
        newer = getattr(form, "conflict", None)
        if newer is None:
            return {}
        writing.keep_newer(newer, by=newer.saved_by, at=timezone.now())
        form.data = form.data.copy()
        form.data["typed_upon"] = newer.version
        differing = [
            (form.fields[name].label, getattr(newer, name), text) for name, text in form.text().items()
            if getattr(newer, name) != text
        ]  # fmt: skip
        yours = SimpleNamespace(**{name: getattr(newer, name) for name in Edition.TRANSLATED} | form.text())
        return {
            "conflict_parts": comparing.compare(comparing.text_of(newer), comparing.text_of(yours)),
            "conflict": [(label, _in_words(theirs), _in_words(yours)) for label, theirs, yours in differing],
            "conflict_name": newer.saved_by.full_name if newer.saved_by else _("somebody"),
        }


def _is_public(edition):
    return edition.state == State.APPROVED and edition.public_from <= timezone.now()


def _in_words(value):
    """This will return a field's text without its tags, a paragraph a line."""
    return strip_tags(re.sub(r"</(p|li|h2|h3|blockquote)>", "\n", str(value))).strip()
