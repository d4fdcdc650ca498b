"""What the database refuses for the ledger."""

from ledger import guards

guards.register(
    *guards.append_only("ledger_entry", "A ledger entry"),
    *guards.append_only("ledger_seal", "A seal of the ledger"),
)
