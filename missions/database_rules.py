"""What the database refuses for the record, whatever path a change takes."""

from ledger import guards

# PostgreSQL holds this rule as the exclusion constraint of the model; SQLite has none, so it holds the twin.
_overlaps = (
    "EXISTS (SELECT 1 FROM missions_tour t WHERE t.person_id = NEW.person_id AND t.id IS NOT NEW.id "
    'AND (NEW."end" IS NULL OR t.start < NEW."end") AND (t."end" IS NULL OR t."end" > NEW.start))'
)
_sentence = "One person is never on two tours on one day."

guards.register(
    guards.Guard("tour_overlap_insert", "missions_tour", "INSERT", _sentence, when=_overlaps, vendors=("sqlite",)),
    guards.Guard("tour_overlap_update", "missions_tour", "UPDATE", _sentence, when=_overlaps, vendors=("sqlite",)),
)
