"""Fields that ask for their choices while somebody types, whatever is sent to them."""

from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple

from ledger.typed import number_of


class Chosen:
    """A field that asks for its choices: what is no row's number is none of them, and no reason to fail."""

    def optgroups(self, name, value, attr=None):
        return super().optgroups(name, [one for one in value if number_of(str(one)) is not None], attr)


class ChosenOne(Chosen, AutocompleteSelect):
    pass


class ChosenMany(Chosen, AutocompleteSelectMultiple):
    pass


class Autocompletes:
    """The part of an admin or of an inline whose `autocomplete_fields` bear whatever is sent."""

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", ChosenOne(db_field, self.admin_site, using=kwargs.get("using")))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", ChosenMany(db_field, self.admin_site, using=kwargs.get("using")))
        return super().formfield_for_manytomany(db_field, request, **kwargs)
