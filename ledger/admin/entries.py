"""The ledger to read: its entries, the seals that they are under, and whom the house has erased."""

import json

from django.contrib import admin
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ledger import sealing
from ledger.admin.base import ReadOnlyAdmin
from ledger.lists import EntriesByDay, EntriesByPerson, EntryList, by_value_of
from ledger.models import Entry, Erasure, Seal


@admin.register(Entry)
class EntryAdmin(ReadOnlyAdmin):
    """The ledger: whoever may read it sees who did what; nobody changes it here or anywhere."""

    list_display = ["at", "by", "verb", "noun", "object_id", "in_short", "seal"]
    list_filter = [
        EntriesByDay, EntriesByPerson, by_value_of("verb", gettext_lazy("verb")),
        by_value_of("noun", gettext_lazy("noun")),
    ]  # fmt: skip
    search_fields = ["object_id", "by__username"]
    list_select_related = ["by"]
    list_per_page = 50
    ordering = ["-pk"]
    readonly_fields = ["seal"]

    def get_changelist(self, request, **kwargs):
        return EntryList

    @admin.display(description=gettext_lazy("details"))
    def in_short(self, entry):
        return Truncator(json.dumps(entry.details, ensure_ascii=False)).chars(120) if entry.details else ""

    @admin.display(description=gettext_lazy("seal"))
    def seal(self, entry):
        """The number of the seal that the entry is under. The list has asked for all of its rows at once."""
        if not hasattr(entry, "seal_number"):
            entry.seal_number = sealing.seals_of([entry.pk]).get(entry.pk)
        return entry.seal_number or _("not sealed yet")


@admin.register(Seal)
class SealAdmin(ReadOnlyAdmin):
    list_display = ["number", "at", "first", "last", "count", "is_late", "sha256"]
    search_fields = ["sha256"]
    list_per_page = 50
    ordering = ["-number"]


@admin.register(Erasure)
class ErasureAdmin(ReadOnlyAdmin):
    """Whom the house has anonymised or erased, by number; asked for and confirmed on pages of their own."""

    list_display = ["asked_at", "noun", "object_id", "kind", "ground", "asked_by", "confirmed_by", "confirmed_at"]
    list_filter = ["kind", "ground", ("confirmed_at", admin.EmptyFieldListFilter)]
    list_select_related = ["asked_by", "confirmed_by"]
    ordering = ["-pk"]
