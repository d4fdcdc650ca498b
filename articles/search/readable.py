"""Which of the places that were found the public may read: the index holds the approved editions of all times."""

from django.db import connection
from django.db.models import F, Func

from articles.models import Edition, SearchEntry
from missions.settled import settled

BY_KEY = "articles_search_readable"  # an index of SQLite


class _Key(Func):
    """The key of an edition, on SQLite as `BY_KEY` has it.

    SQLite reads a row from its beginning, and its long texts stand before what is asked here. By the key itself each
    row would be fetched, whatever index has all of it.
    """

    template = "%(expressions)s"

    def as_sqlite(self, compiler, connection, **context):
        return self.as_sql(compiler, connection, template="(%(expressions)s + 0)", **context)


def in_force(at):
    """This will return the question by which the site's index knows which places the public may read at `at`."""

    def readable(places):
        ids = {place % SearchEntry.DAY: place for place in places}
        return {ids[pk] for pk in _in_force(at=at, ids=list(ids))} if ids else set()

    return readable


@settled
def _in_force(*, at, ids):
    editions = Edition.objects.in_force(at).annotate(key=_Key(F("pk")))
    return editions.filter(key__among=ids).values_list("key", flat=True)


def install():
    """This will make the index of SQLite by which the editions that were found are looked up."""
    if connection.vendor != "sqlite":
        return
    told = "approved_at, public_from, public_until, withdrawn_at, suppressed_at, article_id, language, number"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE INDEX IF NOT EXISTS {BY_KEY} ON articles_edition ((id + 0), {told})")
