"""The admin of a noun with history: its earlier states and its deleted rows, and the way back to them."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from simple_history.admin import SimpleHistoryAdmin

from ledger.admin.base import HouseAdmin
from ledger.typed import number_of

LAST_DELETED = 100


class HistoryAdmin(HouseAdmin, SimpleHistoryAdmin):
    """A noun with history: who changed what and when; any earlier state, and a deleted row, can come back."""

    has_history = True
    change_list_template = "admin/history/change_list.html"
    object_history_template = "admin/history/page.html"
    object_history_list_template = "admin/history/list.html"
    object_history_form_template = "admin/history/form.html"

    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}_deleted"
        return [path("deleted/", self.admin_site.admin_view(self.deleted), name=name), *super().get_urls()]

    def deleted(self, request):
        """The rows that were deleted last, each with the way to bring it back."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        past = self.model.history.filter(history_type="-").exclude(id__in=self.model._base_manager.values("pk"))
        gone = list(past.select_related("history_user").order_by("-history_date", "-history_id")[:LAST_DELETED])
        self.note_look(request, gone, page="deleted")
        context = {
            **self.admin_site.each_context(request), "title": _("Deleted rows"), "opts": self.opts, "gone": gone,
        }  # fmt: skip
        return render(request, "admin/history/deleted.html", context)

    def render_history_view(self, request, template, context, **kwargs):
        """Both pages of the past come this way: the list of what a row was, and an earlier state of it.

        They are answered as Django's own forms are: the scripts of all of them are treated alike.
        """
        row = context.get("object") or context["original"]
        past = context["page_obj"].object_list if "page_obj" in context else []
        self.note_look(request, [row, *past], page="history", of=row)
        return TemplateResponse(request, template, context, **kwargs)

    def history_view_title(self, request, obj):
        return _("History: %(row)s") % {"row": obj}

    def history_form_view_title(self, request, obj):
        return _("As it was: %(row)s") % {"row": obj}

    def history_view(self, request, object_id, extra_context=None):
        if number_of(object_id) is None:
            raise Http404
        return super().history_view(request, object_id, extra_context)

    def history_form_view(self, request, object_id, version_id, extra_context=None):
        """Shows an earlier state and brings it back, as one change: row, history, ledger and what stories print."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied  # before it is told which rows there are
        if number_of(object_id) is None or number_of(version_id) is None:
            raise Http404
        request.standing = self.model._base_manager.filter(pk=object_id).first()
        if request.method == "POST" and not (
            self.has_change_permission(request, request.standing)
            if request.standing
            else self.has_add_permission(request)
        ):
            raise PermissionDenied
        request.past = self.model.history.filter(id=object_id, history_id=version_id).first()
        with transaction.atomic():
            return super().history_form_view(request, object_id, version_id, extra_context)

    def save_form(self, request, form, change):
        """What a person may not change stays as it stands, and does not come back with the rest of an earlier state."""
        row = super().save_form(request, form, change)
        if standing := getattr(request, "standing", None):
            kept = set(self.get_readonly_fields(request, standing))
            for field in self.opts.concrete_fields:
                if field.name in kept:
                    setattr(row, field.attname, getattr(standing, field.attname))
        return row

    def get_form(self, request, obj=None, change=False, **kwargs):
        """This will let the form of an earlier state begin with what the row was joined to then."""
        form = super().get_form(request, obj, change=change, **kwargs)
        past = getattr(request, "past", None)
        if past is None:
            return form
        joined = {
            field.name: list(getattr(past, field.name).values_list(field.m2m_reverse_field_name(), flat=True))
            for field in past._history_m2m_fields
        }

        class FormOfThePast(form):
            def __init__(self, *args, initial=None, **values):
                super().__init__(*args, initial={**joined, **(initial or {})}, **values)

        return FormOfThePast
