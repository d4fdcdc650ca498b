"""News of accounts for the floors above, and questions to them."""

from django.dispatch import Signal

# An account is being closed: arguments user, at. Receivers delete what was the person's own within the transaction,
# and return the names of files that are to go after the commit.
account_closed = Signal()
