"""What every admin of the house shares: its lists, its entries in the ledger, and who may see what."""

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.widgets import AdminSplitDateTime
from django.contrib.auth import get_permission_codename
from django.core.exceptions import FieldDoesNotExist, PermissionDenied
from django.db import transaction
from django.db.models.constants import LOOKUP_SEP
from django.utils import timezone
from django.utils.translation import gettext as _

from ledger import audit, finding
from ledger.admin.choices import Autocompletes
from ledger.lists import HouseList, Pages, page_asked
from ledger.typed import is_of_our_time, number_of


class HouseAdmin(Autocompletes, admin.ModelAdmin):
    """The admin of this house: every change is an entry of the ledger, in place of the admin's own log.

    `tell` is where a floor sends its signal; it runs inside the transaction of the change. `has_history` says whether
    there is a page of what a row was; where there is none, nothing leads to it. Where the nouns `holds_personal_data`,
    each of its pages, histories and choices is an entry too: who looked at the data of which `people_in` its rows.
    """

    has_history = False
    holds_personal_data = False
    show_full_result_count = False

    def get_changelist(self, request, **kwargs):
        return HouseList

    def get_paginator(self, request, queryset, per_page, orphans=0, allow_empty_first_page=True):
        """Lists and the choices of an autocomplete count no further than they show."""
        options = {"orphans": orphans, "allow_empty_first_page": allow_empty_first_page}
        return Pages(queryset, per_page, page=page_asked(request), **options)

    def get_search_results(self, request, queryset, search_term):
        """A search in a list and the choices of an autocomplete read no table from its beginning to its end."""
        return finding.find(queryset, self.get_search_fields(request), search_term), False

    def lookup_allowed(self, lookup, value, request):
        """A list is filtered by no noun that its reader may not see: the rows that are left would tell of it."""
        offered = [one[0] if isinstance(one, (list, tuple)) else one for one in self.get_list_filter(request)]
        is_offered = any(isinstance(one, str) and lookup.startswith(one) for one in offered)
        return super().lookup_allowed(lookup, value, request) and (
            is_offered or request.user.has_perms(_rights_to_see(self.model, lookup))
        )

    def history_view(self, request, object_id, extra_context=None):
        """Who may see no row is not told which there are."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        return super().history_view(request, object_id, extra_context)

    def people_in(self, rows):
        """This will return the ids of the record's people whose data the rows show, rows of the past among them."""
        return set()

    def note_look(self, request, rows, *, page, of=None):
        """This will note in the ledger that somebody is shown these rows: on one row's own page, `of` is that row."""
        people = self.people_in(rows) if self.holds_personal_data else set()
        if people:
            about = self.model() if of is None else of
            audit.note("look at", about, by=request.user, at=timezone.now(), page=page, people=sorted(people))

    def response_action(self, request, queryset):
        """What is chosen by a text that is no row's number is no row, and no database is asked for it."""
        request.POST = sent = request.POST.copy()
        chosen = sent.getlist(ACTION_CHECKBOX_NAME)
        sent.setlist(ACTION_CHECKBOX_NAME, [key for key in chosen if number_of(key) is not None])
        return super().response_action(request, queryset)

    def changelist_view(self, request, extra_context=None):
        response = super().changelist_view(request, extra_context)
        context = getattr(response, "context_data", None) or {}
        if "cl" in context:
            self.note_look(request, context["cl"].result_list, page="list")
        elif "queryset" in context:  # the question whether to delete these
            self.note_look(request, context["queryset"], page="delete")
        return response

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        if obj is not None:
            self.note_look(request, [obj], page="form", of=obj)
        context = {**context, "has_history": self.has_history}
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def render_delete_form(self, request, context):
        self.note_look(request, [context["object"]], page="delete", of=context["object"])
        return super().render_delete_form(request, context)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """A moment is two fields, a day and an hour, and each says what it is of."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(field.widget, AdminSplitDateTime):
            field.validators.append(is_of_our_time)
            for part, words in zip(field.widget.widgets, (_("day"), _("hour")), strict=True):
                part.attrs["aria-label"] = f"{field.label}: {words}"
        return field

    def tell(self, request, at):
        """This will tell the floors above that a row was added, changed or deleted at the moment `at`."""

    def log_addition(self, request, obj, message):
        self._note("add", request, obj)

    def log_change(self, request, obj, message):
        fields = sorted({name for part in message or [] for name in part.get("changed", {}).get("fields", [])})
        self._note("change", request, obj, fields=fields)

    def log_deletions(self, request, queryset):
        """This will do nothing: a deletion is noted when it is done, not before."""

    def delete_model(self, request, obj):
        with transaction.atomic():
            pk = obj.pk
            super().delete_model(request, obj)
            obj.pk = pk
            self._note("delete", request, obj)

    def save_formset(self, request, form, formset, change):
        """What is kept on the page of another row has entries of its own, by its ids."""
        gone = [(one.instance, one.instance.pk) for one in formset.deleted_forms if one.instance.pk]
        super().save_formset(request, form, formset, change)
        who_and_when = {"by": request.user, "at": timezone.now()}
        for row in formset.new_objects:
            audit.note("add", row, **who_and_when)
        for row, fields in formset.changed_objects:
            audit.note("change", row, **who_and_when, fields=sorted(fields))
        for row, row.pk in gone:
            audit.note("delete", row, **who_and_when)

    def delete_queryset(self, request, queryset):
        # One by one, so that each keeps its history and its entry.
        with transaction.atomic():
            for obj in queryset:
                self.delete_model(request, obj)

    def _note(self, verb, request, obj, **details):
        at = timezone.now()
        audit.note(verb, obj, by=request.user, at=at, **details)
        self.tell(request, at)


def _rights_to_see(model, lookup):
    """This will return the permissions to see the nouns that a lookup such as `tours__rank` goes through."""
    needed = []
    for part in lookup.split(LOOKUP_SEP):
        try:
            model = model._meta.get_field(part).related_model
        except FieldDoesNotExist:
            break
        if model is None:
            break
        needed.append(f"{model._meta.app_label}.{get_permission_codename('view', model._meta)}")
    return needed


class ReadOnly:
    """The part of an admin or of an inline that lets nobody add, change or delete."""

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class ReadOnlyAdmin(ReadOnly, HouseAdmin):
    """For what verbs and imports write: the desk reads it and changes nothing."""
