"""News of the record for the floors above: sent inside the transaction that changed it, and questions to them."""

from django.dispatch import Signal

# Arguments: at (aware datetime), by (User or None). Receivers write rows; nothing is sent to anyone before commit.
record_changed = Signal()
# Arguments: person, at. Receivers return the `disclosure.Part`s of what their floor holds on the person.
person_asked_for = Signal()
# Arguments: person, names (`erasing.Names`), erasure, at. Sent before the person's own rows are emptied, with the rules
# lifted. Receivers take the person out of what is theirs and return ({noun: rows changed}, [files to delete]).
person_forgotten = Signal()
