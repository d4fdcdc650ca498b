"""A row of the newsroom that names people of the record, on a desk where not everybody may see the record's people."""

from django.utils import timezone

from articles.forms import PeopleField

SEES_PEOPLE = "missions.view_person"


class NamesPeople:
    """The part of an admin that keeps names from who may not see people: in its field, its search and its history."""

    def get_autocomplete_fields(self, request):
        """Who may not see people chooses from a list of those whose names are cleared, without searching the record."""
        fields = super().get_autocomplete_fields(request)
        return fields if request.user.has_perm(SEES_PEOPLE) else [name for name in fields if name != "people"]

    def get_fields(self, request, obj=None):
        fields = super().get_fields(request, obj)
        if request.user.has_perm(SEES_PEOPLE) or self.has_change_permission(request, obj):
            return fields
        return [name for name in fields if name != "people"]

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        if db_field.name != "people" or request.user.has_perm(SEES_PEOPLE):
            return super().formfield_for_manytomany(db_field, request, **kwargs)
        match = request.resolver_match
        row = match.kwargs.get("object_id") or next(iter(match.args), None)  # a page of its history names it by place
        return PeopleField(
            row, joined=db_field.related_query_name(), at=timezone.now(),
            label=db_field.verbose_name.capitalize(), help_text=db_field.help_text,
        )  # fmt: skip

    def set_history_delta_changes(self, request, historical_records, foreign_keys_are_objs=True):
        super().set_history_delta_changes(request, historical_records, foreign_keys_are_objs)
        if not request.user.has_perm(SEES_PEOPLE):
            names = self.opts.get_field("people").verbose_name
            for past in historical_records:
                for change in getattr(past, "history_delta_changes", ()):
                    if change["field"].casefold() == names.casefold():
                        change.update(old="…", new="…")
