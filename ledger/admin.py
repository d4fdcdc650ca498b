from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.db import transaction
from django.utils import timezone

from ledger import audit
from ledger.models import Entry, User


class HouseAdmin(admin.ModelAdmin):
    """The admin of this house: every change is an entry of the ledger, in place of the admin's own log.

    `tell` is where a floor sends its signal; it runs inside the transaction of the change.
    """

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

    def delete_queryset(self, request, queryset):
        # One by one, so that each keeps its history and its entry.
        with transaction.atomic():
            for obj in queryset:
                self.delete_model(request, obj)

    def _note(self, verb, request, obj, **details):
        at = timezone.now()
        audit.note(verb, obj, by=request.user, at=at, **details)
        self.tell(request, at)


class ReadOnlyAdmin(HouseAdmin):
    """For what verbs and imports write: the desk reads it and changes nothing."""

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(User)
class HouseUserAdmin(HouseAdmin, UserAdmin):
    list_select_related = True
    autocomplete_fields = ["groups"]
    filter_horizontal = []

    def get_fieldsets(self, request, obj=None):
        """This will leave out single permissions: a person's rights come from the table of roles alone."""
        fieldsets = super().get_fieldsets(request, obj)
        hidden = {"user_permissions"} if request.user.is_superuser else {"user_permissions", "is_superuser"}
        return [
            (title, {**options, "fields": tuple(f for f in options["fields"] if f not in hidden)})
            for title, options in fieldsets
        ]


@admin.register(Entry)
class EntryAdmin(ReadOnlyAdmin):
    list_display = ["at", "by", "verb", "noun", "object_id"]
    list_filter = ["verb", "noun"]
    search_fields = ["object_id", "by__username"]
    list_select_related = ["by"]
    ordering = ["-pk"]
    show_full_result_count = False
