"""News of the record for the floors above: sent inside the transaction that changed it."""

from django.dispatch import Signal

# Arguments: at (aware datetime), by (User or None). Receivers write rows; nothing is sent to anyone before commit.
record_changed = Signal()
