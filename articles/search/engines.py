"""The index in the database: one set of questions, asked of PostgreSQL's GIN and of SQLite's FTS5 alike.

A text is a set of words, the keys that `words` makes; a question is a list of groups of which each must have one of
its words there. No engine stems, weighs or ranks: that is done in Python, so that both answer the same.
"""

import re
from contextlib import nullcontext
from dataclasses import dataclass

from django.db import connection

from articles.search import sounds
from missions import settled

PLAIN = re.compile(r"[^a-z0-9_\u0400-\u04ff\u00df-\u024f]")
# Before a word: of the whole text; of the title; of the title or the standfirst.
ANYWHERE, TITLE, LEAD = "", "t_", "s_"
# Days of one block: the texts of a block and a language have a word of their own in PostgreSQL's index, so that the
# newest are found without all; so have those of a block, a language and a section or a mission.
BLOCK = 32
LANGUAGES = ("kk", "ru", "en")
# Newest blocks that are looked through before everything is; within a section or a mission, which have fewer texts.
WINDOWS, WITHIN = (1, 3, 12), (3, 12)
BATCH = 150  # rows of one statement: SQLite takes a limited number of parameters


def in_language(code):
    """This will return the tag of the texts in a language, which is the first of theirs."""
    return f"in_{code}"


def word(key, where=""):
    """This will return a key as the word that both engines hold whole: of letters, digits and underscores."""
    return where + PLAIN.sub(lambda match: f"_{ord(match[0]):x}_", key.rstrip("'’ʼ") or key)


@dataclass(frozen=True)
class Row:
    """What an index holds of one text."""

    place: int
    edition_id: int
    words: str
    tags: str
    text: str = ""


class Index:
    """The site's index, or with `temporary` an empty one of this connection's own that ends with it."""

    def __init__(self, name="articles_search", *, temporary=False):
        self.entries, self.words, self.matches = f"{name}entry", f"{name}word", name
        self.temporary = temporary
        self.postgres = connection.vendor == "postgresql"
        self.function = f"{'pg_temp.' if temporary else ''}{name}_blocks"
        self.vector = f"{self.function}(words, tags, place)"

    # --- Making ----------------------------------------------------------------------------------------------

    def install(self):
        """This will make what the migrations cannot: the full-text index, and on SQLite what keeps it in step."""
        with connection.cursor() as cursor:
            if self.temporary:
                for statement in self._tables():
                    cursor.execute(statement)
            for statement in self._on_postgres() if self.postgres else self._on_sqlite():
                cursor.execute(statement)
        if self.postgres:
            self._make_index()

    def _make_index(self):
        """Beside readers and who writes, where that can be: within a transaction, as of a test, it cannot."""
        from ledger import migrating  # it loads PostgreSQL's driver, which a worker on SQLite is spared

        name, beside = f"{self.matches}_blocks", not connection.in_atomic_block
        concurrently = "CONCURRENTLY" if beside else ""
        with migrating.waiting_for_others(connection) if beside else nullcontext(), connection.cursor() as cursor:
            if beside:
                migrating.drop_half_made(connection, name)
            cursor.execute(
                f"CREATE INDEX {concurrently} IF NOT EXISTS {name} ON {self.entries} "
                f"USING gin ({self.vector}) WITH (fastupdate = off)"
            )
            # Of the version before the last, which no node asks any more.
            cursor.execute(f"DROP INDEX {concurrently} IF EXISTS {self.matches}_words")
            cursor.execute(f"DROP FUNCTION IF EXISTS {self.matches}_words(text, text, bigint)")

    def _tables(self):
        yield f"DROP TABLE IF EXISTS {self.entries}"
        yield f"DROP TABLE IF EXISTS {self.words}"
        if not self.postgres:
            yield f"DROP TABLE IF EXISTS temp.{self.matches}"
        yield (
            f"CREATE TEMPORARY TABLE {self.entries} (place bigint PRIMARY KEY, edition_id bigint, words text, "
            "tags text, text text)"
        )
        yield (
            f"CREATE TEMPORARY TABLE {self.words} (word varchar(80) PRIMARY KEY, sound varchar(80), "
            "head varchar(2), tail varchar(2), length integer)"
        )

    def _on_postgres(self):
        # The one before, `<name>_keys`, and its index serve the version before; a later one drops them (decision 22).
        # A function of its own, since its cost tells the planner what it cannot know: reading the words is dear, for
        # they lie out of line. Without it the commonest words would be looked for by reading every text.
        yield (
            f"CREATE OR REPLACE FUNCTION {self.function}(words text, tags text, place bigint) RETURNS tsvector "
            "LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 100 AS "
            f"$$ DECLARE block text := '_' || (place >> 32) / {BLOCK}; "
            "tied text := replace(tags, ' ', ' ' || split_part(tags, ' ', 1) || '_'); "
            "BEGIN RETURN array_to_tsvector(string_to_array("
            "words || ' ' || tags || ' ' || tied || ' ' || replace(tied, ' ', block || ' ') || block, ' ')); END $$"
        )
        # Once: within a transaction that wrote rows, as a test's, PostgreSQL alters no table.
        yield (
            f"DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_class WHERE oid = '{self.entries}'::regclass "
            "AND 'toast_tuple_target=128' = ANY(reloptions)) THEN "
            f"ALTER TABLE {self.entries} SET (toast_tuple_target = 128); END IF; END $$"
        )

    def _on_sqlite(self):
        temp, schema = ("TEMPORARY ", "temp.") if self.temporary else ("", "")
        with connection.cursor() as cursor:
            master = "sqlite_temp_master" if self.temporary else "sqlite_master"
            cursor.execute(f"SELECT sql FROM {master} WHERE name = %s", [self.matches])
            made = cursor.fetchone()
        # One that an earlier version made holds no tied tags.
        if made is None or "content=''" not in made[0]:
            yield f"DROP TABLE IF EXISTS {schema}{self.matches}"
            yield (
                f"CREATE VIRTUAL TABLE {schema}{self.matches} USING fts5(words, tags, content='', detail=none, "
                "tokenize=\"unicode61 remove_diacritics 0 tokenchars '_'\")"
            )
            yield f"INSERT INTO {self.matches} (rowid, words, tags) SELECT {_held('one')} FROM {self.entries} one"
        add = f"INSERT INTO {self.matches} (rowid, words, tags) VALUES ({_held('NEW')});"
        drop = f"INSERT INTO {self.matches} ({self.matches}, rowid, words, tags) VALUES ('delete', {_held('OLD')});"
        for event, work in (("INSERT", add), ("DELETE", drop), ("UPDATE OF place, words, tags", drop + add)):
            name = f"{self.matches}_{event.split()[0].lower()}"
            yield f"DROP TRIGGER IF EXISTS {name}"
            yield f"CREATE {temp}TRIGGER {name} AFTER {event} ON {self.entries} BEGIN {work} END"

    def drop(self):
        """This will end a temporary index before its connection does."""
        with connection.cursor() as cursor:
            for table in (self.entries, self.words, *(() if self.postgres else (self.matches,))):
                cursor.execute(f"DROP TABLE {table}")

    # --- Writing ---------------------------------------------------------------------------------------------

    def put(self, rows):
        """This will write these rows, each in the stead of what the index held of its edition."""
        rows = list(rows)
        self.remove([row.edition_id for row in rows])
        self.write(rows)

    def write(self, rows):
        """This will write rows of editions that the index does not hold."""
        self._insert(
            self.entries,
            ("place", "edition_id", "words", "tags", "text"),
            [(row.place, row.edition_id, row.words, row.tags, row.text) for row in rows],
        )

    def learn(self, keys):
        """This will keep those of these keys that no text had yet."""
        new = sorted(set(keys) - self.known(keys))
        known = []
        for key in new:
            heard = sounds.sound(key.rstrip("_"))
            known.append((key, heard, heard[:2], heard[-2:], len(heard)))
        self._insert(self.words, ("word", "sound", "head", "tail", "length"), known, " ON CONFLICT DO NOTHING")

    def unlearn(self, keys):
        """This will forget those of these keys that no text has."""
        found = self.newest_of_each([([[word(key)]], 1) for key in sorted(keys)])
        gone = [key for key, places in zip(sorted(keys), found, strict=True) if not places]
        self._with_ids(f"DELETE FROM {self.words} WHERE word IN", gone)

    def leave_nothing(self):
        """This will rid SQLite's index of what was taken out, which else lies in it until it is merged one day."""
        if not self.postgres:
            with connection.cursor() as cursor:
                cursor.execute(f"INSERT INTO {self.matches} ({self.matches}) VALUES ('optimize')")

    def _insert(self, table, columns, rows, ending=""):
        one = f"({', '.join(['%s'] * len(columns))})"
        with connection.cursor() as cursor:
            for start in range(0, len(rows), BATCH):
                part = rows[start : start + BATCH]
                cursor.execute(
                    f"INSERT INTO {table} ({', '.join(columns)}) VALUES {', '.join([one] * len(part))}{ending}",
                    [value for row in part for value in row],
                )

    def remove(self, editions):
        """This will take these editions (ids) out of the index."""
        self._with_ids(f"DELETE FROM {self.entries} WHERE edition_id IN", list(editions))

    def _with_ids(self, statement, ids):
        with connection.cursor() as cursor:
            for start in range(0, len(ids), BATCH):
                part = ids[start : start + BATCH]
                cursor.execute(f"{statement} ({', '.join(['%s'] * len(part))})", part)

    def empty(self):
        """This will take everything out of the index, the words too."""
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {self.entries}")
            cursor.execute(f"DELETE FROM {self.words}")

    # --- Asking ----------------------------------------------------------------------------------------------

    def newest_of_each(self, questions, *, languages=LANGUAGES, tags=(), start=0, end=1 << 62):
        """This will return, for each (groups, limit), the places of the newest texts with a word of every group.

        At most `limit` of them that are in one of these languages and have every tag, the newest first: on PostgreSQL
        in one statement. `start` and `end` bound the places, the end not included.
        """
        # The first tag is asked for together with the language: a list of texts less to go through.
        tied = {"_".join([in_language(code), *tags[:1]]) for code in languages}
        others, first = [{tag} for tag in tags[1:]], tied if len(tied) < len(LANGUAGES) else set(tags[:1])
        within = [*others, first] if first else others
        if self.postgres:
            windows = WITHIN if tags else WINDOWS
            return self._newest_on_postgres(questions, tied, others, within, windows, start, end)
        statement = (
            f"SELECT rowid FROM {self.matches} WHERE {self.matches} MATCH %s AND rowid >= %s AND rowid < %s "
            "ORDER BY rowid DESC LIMIT %s"
        )
        return [
            self._column(statement, [_question(groups + within, _for_sqlite, " AND ", " OR "), start, end, limit])
            for groups, limit in questions
        ]

    def _newest_on_postgres(self, questions, tied, others, within, windows, start, end):
        """A common word stands in so many texts that finding them all takes seconds: the newest blocks come first.

        One statement, of which the database answers a later part only where those before it found too little.
        """
        values = {"first": start, "beyond": end, "tied": f"{{{','.join(tied)}}}"}
        for number, (groups, limit) in enumerate(questions):
            # A block is of one language and one tag: only what lies beyond them must be asked for these.
            asked, beyond = (_question(groups + part, _for_postgres, " & ", " | ") for part in (others, within))
            values |= {f"question_{number}": asked, f"beyond_{number}": beyond, f"limit_{number}": limit}
        parts = (self._newest_of(number, windows) for number in range(len(questions)))
        statement = settled.by_hand(" UNION ALL ".join(parts))
        found = [[] for _one in questions]
        for number, place in statement.rows(values):
            found[number].append(place)
        return found

    def _newest_of(self, number, windows):
        """This will return the part of the statement that answers the question of this number."""
        question, limit = f"%(question_{number})s::text", f"%(limit_{number})s"
        newest = f"(SELECT (max(place) >> 32) / {BLOCK} AS block FROM {self.entries} WHERE place < %(beyond)s) newest"
        parts, since = [], 0
        for until in windows:
            blocks = "string_agg(tied || '_' || (newest.block - step), ' | ')"
            within = (
                f"(SELECT ({question} || ' & (' || {blocks} || ')')::tsquery "
                f"FROM generate_series({since}, {until - 1}) step CROSS JOIN {newest} "
                "CROSS JOIN unnest(%(tied)s::text[]) tied)"
            )
            # Plus nothing: the planner takes bounds that it does not know for narrow ones, and would walk the texts.
            parts.append(f"{self.vector} @@ {within} AND place + 0 >= %(first)s AND place + 0 < %(beyond)s")
            since = until
        rest = f"(SELECT (newest.block - {since - 1}) * {BLOCK} << 32 FROM {newest})"
        within = f"%(beyond_{number})s::text::tsquery"
        parts.append(f"{self.vector} @@ {within} AND place + 0 >= %(first)s AND place + 0 < least(%(beyond)s, {rest})")
        # OFFSET 0: the hits are found first and put in order then. The planner would rather walk the texts from the
        # newest, reading the words of each.
        found = " UNION ALL ".join(
            f"(SELECT place FROM (SELECT place FROM {self.entries} WHERE {part} OFFSET 0) hits "
            f"ORDER BY place DESC LIMIT {limit})"
            for part in parts
        )
        return f"(SELECT {number}, place FROM ({found}) found LIMIT {limit})"

    def beginnings(self, places, letters):
        """This will return {place: the first letters of its text} of these places."""
        among = "= ANY(%(places)s::bigint[])" if self.postgres else "IN (SELECT value FROM json_each(%(places)s))"
        beginnings = f"SELECT place, substr(text, 1, {letters:d}) FROM {self.entries} WHERE place {among}"
        return dict(settled.by_hand(beginnings).rows({"places": settled.for_driver(list(places))}))

    def known(self, keys):
        """This will return those of these keys that some text has, or had."""
        keys, found = list(keys), set()
        for start in range(0, len(keys), 500):
            part = keys[start : start + 500]
            found |= set(self._column(f"SELECT word FROM {self.words} WHERE word IN ({_marks(part)})", part))
        return found

    def sounding(self, heard):
        """This will return {sound: the keys of that sound} for each of these sounds that some key has."""
        heard = list(heard)
        if not heard:
            return {}
        found = {}
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT sound, word FROM {self.words} WHERE sound IN ({_marks(heard)})", heard)
            for sound, key in cursor.fetchall():
                found.setdefault(sound, set()).add(key)
        return found

    def alike(self, heard, reach):
        """This will return [(key, sound)] of keys that begin or end like this sound and are about as long."""
        bounds = [len(heard) - reach, len(heard) + reach]
        statement = " UNION ".join(
            f"SELECT word, sound FROM {self.words} WHERE {side} = %s AND length BETWEEN %s AND %s"
            for side in ("head", "tail")
        )
        with connection.cursor() as cursor:
            cursor.execute(statement, [heard[:2], *bounds, heard[-2:], *bounds])
            return cursor.fetchall()

    def _column(self, statement, values):
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            return [value for (value,) in cursor.fetchall()]


def _marks(values):
    return ", ".join(["%s"] * len(values))


def _for_postgres(one):
    return "'" + one.replace("\\", "\\\\").replace("'", "''") + "'"


def _question(groups, write, each, one_of):
    """This will write a question as an engine takes it: of each group one."""
    return each.join(f"({one_of.join(map(write, sorted(group)))})" for group in groups)


def _held(row):
    """This will return what SQLite's index holds of a row: each of its tags with its language before it, too."""
    tied = f"replace({row}.tags, ' ', ' ' || substr({row}.tags, 1, instr({row}.tags || ' ', ' ') - 1) || '_')"
    return f"{row}.place, {row}.words, {row}.tags || ' ' || {tied}"


def _for_sqlite(one):
    return '"' + one.replace('"', '""') + '"'
