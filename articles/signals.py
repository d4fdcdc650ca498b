"""News of the newsroom for the floors above: sent inside the transaction that changed what the public reads."""

from django.dispatch import Signal

# Arguments: at (aware datetime), by (User or None).
articles_changed = Signal()
