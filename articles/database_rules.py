"""What the database refuses for the newsroom, whatever path a change takes."""

from articles import following
from articles.models import Claim, Edition, Revision
from articles.models.story_total import StoryTotal
from ledger import guards, marks


def _changed(columns):
    """This will return the SQL condition that one of `columns` changes. IS DISTINCT FROM is IS NOT on SQLite."""
    return (
        " OR ".join(f'OLD."{column}" IS DISTINCT FROM NEW."{column}"' for column in columns),
        " OR ".join(f'OLD."{column}" IS NOT NEW."{column}"' for column in columns),
    )


PUBLIC_STATES = "('approved', 'withdrawn')"
printed, printed_sqlite = _changed(
    [
        *Edition.PRINTED,
        "article_id",
        "language",
        "number",
        "day",
        "change_note",
        "correction",
        "lead_id",
        "approved_at",
        "approved_by_id",
    ]
)
# jsonb columns of PostgreSQL compare by value; SQLite keeps JSON as text and compares that.
frozen, frozen_sqlite = _changed(Claim.FROZEN)
of_public_edition = (
    f'EXISTS (SELECT 1 FROM articles_edition e WHERE e.id = {{row}}."edition_id" AND e.state IN {PUBLIC_STATES})'
)
slug_is_taken = (
    "EXISTS (SELECT 1 FROM articles_edition e WHERE e.slug = NEW.slug AND e.language = NEW.language "
    "AND e.article_id <> NEW.article_id)"
)
moved, moved_sqlite = _changed(["bundle_id"])
bundle_is_decided = (
    f"EXISTS (SELECT 1 FROM articles_edition e WHERE e.bundle_id = NEW.bundle_id AND e.state IN {PUBLIC_STATES})"
)
address = "'address ' || NEW.language || ' ' || NEW.slug"


def _frozen_with_its_edition(table, name, noun):
    """This will return the three rules of a table whose rows an edition prints: none comes, changes or goes later."""
    return [
        guards.Guard(
            f"{name}_of_approved_edition_stays_on_{event.lower()}", table, event,
            f"{noun} of an approved edition cannot be changed.",
            when=of_public_edition.format(row=row),
            lock=f'articles_edition WHERE id = {row}."edition_id"',  # an approval that is under way is waited for
            yields=event != "INSERT",
        )
        for event, row in (("INSERT", "NEW"), ("UPDATE", "OLD"), ("DELETE", "OLD"))
    ]  # fmt: skip


guards.register(
    guards.Guard(
        "edition_approved_text_never_changes", "articles_edition", "UPDATE",
        "The text of an approved edition cannot be changed. Correct it by a new edition.",
        when=f"OLD.state IN {PUBLIC_STATES} AND ({printed})",
        when_sqlite=f"OLD.state IN {PUBLIC_STATES} AND ({printed_sqlite})",
        yields=True,
    ),
    guards.Guard(
        "edition_approval_is_not_undone", "articles_edition", "UPDATE",
        "An approved edition cannot become a draft again.",
        when=f"OLD.state IN {PUBLIC_STATES} AND NEW.state NOT IN {PUBLIC_STATES} "
        "OR OLD.state = 'withdrawn' AND NEW.state <> 'withdrawn'",
    ),
    guards.Guard(
        "edition_approved_is_never_deleted", "articles_edition", "DELETE",
        "An approved edition cannot be deleted. Withdraw it.",
        when=f"OLD.state IN {PUBLIC_STATES}",
    ),
    guards.Guard(
        "edition_address_is_free_on_insert", "articles_edition", "INSERT",
        "Another story already has this address in this language.", when=slug_is_taken, alone=address,
    ),
    guards.Guard(
        "edition_address_is_free_on_update", "articles_edition", "UPDATE",
        "Another story already has this address in this language.", when=slug_is_taken,
        alone=f"CASE WHEN NEW.slug <> OLD.slug THEN {address} END",
    ),
    guards.Guard(
        "edition_joins_no_decided_bundle", "articles_edition", "UPDATE",
        "This bundle was decided already: no edition joins it.",
        when=f"({moved}) AND {bundle_is_decided}", when_sqlite=f"({moved_sqlite}) AND {bundle_is_decided}",
        # The approval of the bundle that is under way is waited for, but by no edition that is in it already.
        lock=f"articles_bundle WHERE id = NEW.bundle_id AND ({moved})",
    ),
    guards.Guard(
        "claim_of_approved_edition_is_not_added", "articles_claim", "INSERT",
        "An approved edition takes no further figure.", when=of_public_edition.format(row="NEW"),
    ),
    guards.Guard(
        "claim_of_approved_edition_never_changes", "articles_claim", "UPDATE",
        "What an approved edition printed cannot be changed.",
        when=f'{of_public_edition.format(row="OLD")} AND ({frozen})',
        when_sqlite=f'{of_public_edition.format(row="OLD")} AND ({frozen_sqlite})',
        yields=True,
    ),
    guards.Guard(
        "claim_of_approved_edition_is_not_deleted", "articles_claim", "DELETE",
        "A figure of an approved edition cannot be deleted.", when=of_public_edition.format(row="OLD"),
    ),
    *_frozen_with_its_edition("articles_photouse", "photo", "A photo"),
    *_frozen_with_its_edition("articles_attachment", "attachment", "An attachment"),
    *guards.append_only("articles_correction", "A correction", yields=True),
    *guards.append_only("articles_transition", "A transition", yields=True),
)  # fmt: skip

guards.register(
    *marks.on_every_change(
        "following", Edition._meta.db_table,
        ("article_id", "language", "number", "state", "suppressed_at", "translated_from_id", *Edition.TRANSLATED),
        following.statement("{rows}"),
    ),
    *marks.on_every_change(
        "following_revision", Revision._meta.db_table, ("edition_id", *Edition.TRANSLATED),
        following.statement("(SELECT e.article_id FROM {rows} r JOIN articles_edition e ON e.id = r.edition_id)"),
        events=("UPDATE",),
    ),
)  # fmt: skip

# Whose month or whose file of the sitemap has to be counted again: every issue of the story, since a later one ends it.
guards.register(
    *marks.on_every_change(
        "story_totals", Edition._meta.db_table,
        (
            "article_id", "language", "day", "number", "approved_at", "public_from", "public_until", "withdrawn_at",
            "suppressed_at",
        ),
        "INSERT INTO articles_storytotal (shelf, number, stories, is_stale) "
        "SELECT m.shelf, m.number, 0, {true} FROM ("
        "SELECT e.language AS shelf, {month[e.day]} AS number FROM {rows} r JOIN articles_edition e "
        "ON e.article_id = r.article_id AND e.language = r.language WHERE r.approved_at IS NOT NULL "
        "UNION SELECT r.language, {month[r.day]} FROM {rows} r WHERE r.approved_at IS NOT NULL "
        f"UNION SELECT '', r.article_id / {StoryTotal.STORIES_PER_FILE} FROM {{rows}} r "
        "WHERE r.approved_at IS NOT NULL "
        "ORDER BY 1, 2) m WHERE {true} ON CONFLICT (shelf, number) DO UPDATE SET is_stale = {true}",
    )
)  # fmt: skip
