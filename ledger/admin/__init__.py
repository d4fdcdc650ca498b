"""The ledger on the desk: what the admins of every floor are made of, and the admins of its own nouns."""

from ledger.admin import entries, people  # noqa: F401 (importing them registers their admins)
from ledger.admin.base import HouseAdmin, ReadOnly, ReadOnlyAdmin
from ledger.admin.choices import Autocompletes
from ledger.admin.history import HistoryAdmin

__all__ = ["Autocompletes", "HistoryAdmin", "HouseAdmin", "ReadOnly", "ReadOnlyAdmin"]
