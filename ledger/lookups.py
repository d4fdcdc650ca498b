"""Questions for rows by their numbers, where a number may have come from anywhere."""

from django.db.models.fields import IntegerField
from django.db.models.lookups import In

MOST = 2**63  # beyond which no column of a database counts


@IntegerField.register_lookup
class AnyOf(In):
    """A number that no column holds finds no row by `in`, as it finds none by `exact`; SQLite cannot be asked it."""

    def get_prep_lookup(self):
        numbers = super().get_prep_lookup()
        if not isinstance(numbers, list):  # another question, or expressions
            return numbers
        return [number for number in numbers if not isinstance(number, int) or -MOST <= number < MOST]
