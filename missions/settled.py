"""Questions that public pages ask the same way each time, with other values: their SQL is made once and kept.

Django makes the SQL of a queryset anew for each request, and PostgreSQL plans it anew. Of a page's question the first
takes milliseconds and the second often one more, the answer itself a tenth of that (decision 21). So

    @settled
    def by_address(*, at, language, slug):
        return Edition.objects.in_force(at).filter(language=language, slug=slug)

is compiled at its first call and only executed from then on; on PostgreSQL as a prepared statement of the connection.
Where what was taken back since is withheld from staff who look at a past moment, it is asked as any queryset: that
stands in their surroundings.
"""

import datetime
import functools
import json
import re
import weakref
from itertools import count

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection
from django.db.models import Field, Lookup
from django.db.models.base import ModelState
from django.db.models.query import ModelIterable, prefetch_related_objects
from django.utils.translation import get_language

from ledger.refusals import code_of
from missions.models.present import is_past

# What stands for a value while the SQL is made: two of each kind, to see that nothing was reckoned from it.
STANDS = {
    datetime.datetime: (
        lambda n: datetime.datetime(2801, 3, 7, 11, 13, 17, n, tzinfo=datetime.UTC),
        lambda n: datetime.datetime(2907, 9, 23, 19, 41, 53, n, tzinfo=datetime.UTC),
    ),
    datetime.date: (
        lambda n: datetime.date(2801, 3, 7) + datetime.timedelta(n),
        lambda n: datetime.date(2907, 9, 23) + datetime.timedelta(n),
    ),
    str: (lambda n: f"a value that stands for the text {n}", lambda n: f"another that stands for the text {n}"),
    # So small that a smallint holds them: what no row of a column can equal, Django answers without the database.
    int: (lambda n: 31_013 + n, lambda n: 32_027 + n),
    list: (lambda n: [31_513 + n], lambda n: [32_527 + n]),
}
# A column was changed since the statement was prepared (0A000); a pooler made the connection forget it (26000).
NO_LONGER_GOOD = ("0A000", "26000")
NAMED = re.compile(r"%\((\w+)\)s")
_names = count(1)
_remembering = []  # what the questions that remember rows keep them with
_prepared = weakref.WeakKeyDictionary()  # of each connection of the driver: {statement: its name there}


@Field.register_lookup
class Among(Lookup):
    """`pk__among=[…]`: one of a list of numbers that is a single value, so that its length is no part of the SQL."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler, connection):
        column, parameters = self.process_lhs(compiler, connection)
        among = "= ANY(%s)" if connection.vendor == "postgresql" else "IN (SELECT value FROM json_each(%s))"
        return f"{column} {among}", [*parameters, for_driver(self.rhs)]


class CannotSettle(Exception):
    """A question's SQL does not hold its values as they were given."""


def settled(ask=None, *, remembers=0):
    """This will make a function that returns a queryset into one that returns a list of its rows.

    The arguments are given by name. Moments, days, texts, whole numbers and lists of these (see `Among`) may differ
    from call to call; anything else, and the reader's language, is part of the question itself. Nothing may be reckoned
    from a value within the function: `CannotSettle` is raised at the first call where something is.

    PostgreSQL plans it once, for any value: where one, such as a topic, has a thousand times the rows of another, few
    and many are two questions.

    The database is asked each time. Of so many answers as it `remembers` the rows are not made anew where the same
    come again: these are for all who ask, who may add what follows from the rows alone and must change nothing.
    """
    if ask is None:
        return functools.partial(settled, remembers=remembers)
    kept = {}

    @functools.wraps(ask)
    def answer(**values):
        if is_past():
            return list(ask(**values))
        shape = [
            (name, type(value) if type(value) in STANDS else value) for name, value in sorted(values.items())
        ]  # fmt: skip
        key = (connection.vendor, get_language(), *shape)
        question = kept.get(key)
        if question is None:
            question = kept[key] = Question(ask, values, remembers)
        return question.rows(values)

    return answer


def forget():
    """This will have every row made anew: what follows from it may follow from settings that were others before."""
    for made in _remembering:
        made.cache_clear()


class Question:
    """One compiled question."""

    def __init__(self, ask, values, remembers):
        varying = {name: value for name, value in values.items() if type(value) in STANDS}
        compiled = []
        for turn in (0, 1):
            stands = {name: STANDS[type(value)][turn](n) for n, (name, value) in enumerate(sorted(varying.items()))}
            queryset = ask(**values | stands)
            compiler = queryset.query.get_compiler(using=queryset.db)
            sql, parameters = compiler.as_sql()
            names = {for_driver(stand): name for name, stand in stands.items()}
            compiled.append((sql, parameters, [names.get(parameter) for parameter in parameters]))
        (sql, parameters, names), (other_sql, other_parameters, other_names) = compiled
        if sql != other_sql or names != other_names:
            raise CannotSettle(f"{ask.__qualname__}: the statement depends on its values.")
        for name, mine, other in zip(names, parameters, other_parameters, strict=True):
            if name is None and mine != other:
                raise CannotSettle(f"{ask.__qualname__}: {mine!r} was reckoned from a value. Hand it in by itself.")
        if missing := varying.keys() - set(names):
            raise CannotSettle(f"{ask.__qualname__}: {', '.join(sorted(missing))} is not a value of the statement.")
        self._read, self._prefetched = _reader(queryset, compiler), queryset._prefetch_related_lookups
        if remembers and self._prefetched:
            raise CannotSettle(f"{ask.__qualname__}: what is fetched beside its rows does not show in them.")
        self._made = functools.lru_cache(remembers)(self._read) if remembers else None
        if remembers:
            _remembering.append(self._made)
        self._statement = Statement(sql, parameters, names)

    def rows(self, values):
        adapted = {name: for_driver(value) for name, value in values.items() if type(value) in STANDS}
        rows = self._statement.rows(adapted)
        if self._made:
            return list(self._made(tuple(rows)))
        found = self._read(rows)
        if self._prefetched:
            prefetch_related_objects(found, *self._prefetched)
        return found


class Statement:
    """SQL that is asked again and again, as a prepared statement of each connection where PostgreSQL keeps its plan."""

    def __init__(self, sql, parameters, names):
        """`names` says of each parameter which value stands there: one without a name is the same each time, and a
        kept plan knows it; those of one name have one value, which is sent once.
        """
        self._sql, self._parameters, self._names = sql, parameters, names
        self._numbers = {name: n for n, name in enumerate(dict.fromkeys(name for name in names if name is not None), 1)}
        self._marks = f" ({', '.join(['%s'] * len(self._numbers))})" if self._numbers else ""

    def rows(self, values):
        """This will return the rows, of these values by their names, as the driver takes them."""
        with connection.cursor() as cursor:
            if connection.vendor != "postgresql" or not settings.DATABASE_PREPARES:
                cursor.execute(self._sql, self._written(values))
                return cursor.fetchall()
            try:
                name = _prepared.setdefault(cursor.connection, {}).get(self) or self._prepare(cursor)
                cursor.execute(f"EXECUTE {name}{self._marks}", [values[name] for name in self._numbers])
            except DatabaseError as error:
                if code_of(error) not in NO_LONGER_GOOD:
                    raise
                _prepared.pop(cursor.connection, None)
                if connection.in_atomic_block:
                    raise
                cursor.execute(self._sql, self._written(values))
            return cursor.fetchall()

    def _written(self, values):
        """This will return the parameters with the values in their places."""
        return [
            parameter if name is None else values[name]
            for name, parameter in zip(self._names, self._parameters, strict=True)
        ]

    def _prepare(self, cursor):
        """This will make the statement known to the connection, what is fixed as a part of it, and return its name."""
        name = f"settled_{next(_names)}"
        written = tuple(
            cursor.mogrify("%s", [parameter]).decode() if of is None else f"${self._numbers[of]}"
            for of, parameter in zip(self._names, self._parameters, strict=True)
        )
        with connection.wrap_database_errors:
            cursor.cursor.execute(f"PREPARE {name} AS {self._sql % written if written else self._sql}")
        _prepared[cursor.connection][self] = name
        return name


@functools.lru_cache(maxsize=200)
def by_hand(sql):
    """This will return the `Statement` of SQL written by hand, with its values as `%(name)s`."""
    names = NAMED.findall(sql)
    return Statement(NAMED.sub("%s", sql), [None] * len(names), names)


def for_driver(value):
    """This will return a value as the database's driver takes it."""
    if type(value) is datetime.datetime:
        return connection.ops.adapt_datetimefield_value(value)
    if type(value) is datetime.date:
        return connection.ops.adapt_datefield_value(value)
    if type(value) is list:  # of whole numbers, in one piece: the driver would write each of hundreds by itself
        written = json.dumps(value)
        return written if connection.vendor == "sqlite" else f"{{{written[1:-1]}}}"
    return value


def _reader(queryset, compiler):
    """This will return the function that makes the queryset's rows of the database's."""
    selected = [column[0] for column in compiler.select[: compiler.col_count]]
    # What is kept must not hold the connection of the thread that happened to ask first.
    alone = connection.copy()
    reading = queryset.query.get_compiler(connection=alone)
    converters = reading.get_converters(selected)
    alone.close()

    def converted(rows):
        return reading.apply_converters(rows, converters) if converters else rows

    if queryset._iterable_class is not ModelIterable:
        if queryset._fields and getattr(queryset._iterable_class, "__name__", "") == "FlatValuesListIterable":
            return lambda rows: [row[0] for row in converted(rows)]
        return lambda rows: [tuple(row) for row in converted(rows)]

    make, annotations = _maker(compiler.klass_info, compiler.select, queryset.db), compiler.annotation_col_map.items()

    def read(rows):
        found = []
        for row in converted(rows):
            one = make(row)
            for name, column in annotations:
                setattr(one, name, row[column])
            found.append(one)
        return found

    return read


def _maker(told, select, database):
    """This will return the function that makes of a row its noun, or None, with the nouns that were asked along."""
    noun, first, end = told["model"], told["select_fields"][0], told["select_fields"][-1] + 1
    names = [column[0].target.attname for column in select[first:end]]
    key = first + names.index(noun._meta.pk.attname)
    beside = [
        (_maker(other, select, database), other["local_setter"], other["remote_setter"])
        for other in told.get("related_klass_infos", ())
    ]

    def make(row):
        if row[key] is None:
            return None
        one = made(noun, names, row[first:end], database)
        for make_other, set_here, set_there in beside:
            other = make_other(row)
            set_here(one, other)
            if other is not None:
                set_there(other, one)
        return one

    return make


def made(noun, names, values, database=DEFAULT_DB_ALIAS):
    """This will return a row of which these fields are known, as `Model.from_db` does in several times the time.

    Nothing is told of it: no receiver hears that it was made. All else is as usual, and what is not known is asked for.
    """
    one = noun.__new__(noun)
    one.__dict__.update(zip(names, values, strict=True))
    one._state = state = ModelState()
    state.adding, state.db = False, database
    return one
