"""What the database refuses for the ledger."""

from ledger import guards

guards.register(
    *guards.append_only("ledger_entry", "A ledger entry"),
    guards.Guard(
        "lifting_is_for_an_erasure", "ledger_lifted", "INSERT",
        "The rules are lifted for an erasure only, which the ledger must name.",
        when="NOT EXISTS (SELECT 1 FROM ledger_entry e WHERE e.id = NEW.entry_id AND e.verb IN ('anonymise', 'erase'))",
    ),
    guards.Guard("erasure_is_never_deleted", "ledger_erasure", "DELETE", "An erasure cannot be deleted."),
    guards.Guard(
        "erasure_that_was_done_stays", "ledger_erasure", "UPDATE", "An erasure that was done cannot be changed.",
        when="OLD.confirmed_at IS NOT NULL AND (NEW.confirmed_at IS NULL OR NEW.confirmed_at <> OLD.confirmed_at "
        "OR NEW.noun <> OLD.noun OR NEW.object_id <> OLD.object_id OR NEW.kind <> OLD.kind "
        "OR NEW.ground <> OLD.ground OR NEW.asked_at <> OLD.asked_at OR NEW.reference <> OLD.reference)",
    ),
)  # fmt: skip
