"""Which translations their source has moved on from: kept by triggers, and found again from the texts."""

from django.db import connection

from articles.models import Edition, Following, State

DIFFERS = " OR ".join(f"n.{column} <> v.{column}" for column in Edition.TRANSLATED)
TRANSLATED = "(SELECT DISTINCT article_id FROM articles_edition WHERE translated_from_id IS NOT NULL)"


def statement(stories):
    """This will return the SQL that keeps of these stories' translations whether they still say what their source says.

    `stories` is what has their `article_id`. A translation follows the newest approved edition of its source, from the
    translated one on, or else that one as it stands; see `IssuedQuerySet.with_source`, which asks the same.
    """
    newest = (
        "SELECT u.id FROM articles_edition u WHERE u.article_id = t.article_id AND u.language = s.language "
        "AND u.number >= s.number AND u.state = 'approved' AND u.suppressed_at IS NULL ORDER BY u.number DESC LIMIT 1"
    )
    is_newest = (
        "NOT EXISTS (SELECT 1 FROM articles_edition l WHERE l.article_id = t.article_id AND l.language = t.language "
        "AND l.number > t.number)"
    )
    return (
        "INSERT INTO articles_following (edition_id, is_stale, waits) "
        "SELECT m.id, m.is_stale, m.is_stale AND m.may_wait FROM ("
        f"SELECT DISTINCT t.id AS id, (v.id IS NOT NULL AND ({DIFFERS})) AS is_stale, "
        f"(t.state <> 'withdrawn' AND {is_newest}) AS may_wait "
        f"FROM {stories} a JOIN articles_edition t ON t.article_id = a.article_id "
        "LEFT JOIN articles_revision v ON v.id = t.translated_from_id "
        "LEFT JOIN articles_edition s ON s.id = v.edition_id "
        f"LEFT JOIN articles_edition n ON n.id = COALESCE(({newest}), v.edition_id) "
        # What is no translation any more, since its revision was deleted, was one.
        "WHERE v.id IS NOT NULL OR EXISTS (SELECT 1 FROM articles_following f WHERE f.edition_id = t.id) "
        "ORDER BY 1) m WHERE {true} "
        "ON CONFLICT (edition_id) DO UPDATE SET is_stale = excluded.is_stale, waits = excluded.waits"
    )


def follow_again():
    """This will look at every translation again, whatever was kept: one statement, which holds up nobody."""
    with connection.cursor() as cursor:
        cursor.execute(statement(TRANSLATED).format(true="TRUE"))


def wrong():
    """This will return [(what, as it is kept, as it is)] of the translations of which something is kept wrong."""
    translations, wrong = Edition.objects.filter(translated_from__isnull=False), []
    may_wait = set(translations.exclude(state=State.WITHDRAWN).newest().values_list("pk", flat=True))
    told = translations.with_source().order_by("pk")
    told = told.values_list("pk", "is_stale", "following__is_stale", "following__waits")
    for pk, is_stale, kept_stale, kept_waiting in told.iterator():
        waits = is_stale and pk in may_wait
        if kept_stale is not is_stale:
            wrong.append((f"translation {pk} is stale", kept_stale, is_stale))
        elif kept_waiting is not waits:
            wrong.append((f"translation {pk} waits", kept_waiting, waits))
    return wrong


def fill():
    """This will look at every translation where none was looked at yet: after the migrate that brought the table."""
    if not Following.objects.exists():
        follow_again()
