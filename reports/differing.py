"""Which rows of a report two moments' knowledge tell differently, and which changes of the record came between them."""

import hashlib
from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from django.apps import apps
from django.contrib.auth import get_permission_codename
from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from ledger.models import Entry, User
from missions.models import ImportRun
from missions.models.vintages import Vintage
from reports.rows import Rows, canonical

SHOWN = 200  # rows, and as many changes; how many more there are is said
HELD = 5000  # rows of each side that are held to find those of one key; beyond, they are only counted
# Of people a change is told without what it changed from and to: whoever verifies a report need not see the people.
PRIVATE = {"missions.person", "missions.tour", "missions.clearance"}


@dataclass(frozen=True)
class Change:
    """A change of the record in words, when it became known, and who made it (None: a command)."""

    words: str
    at: datetime
    by: User | None


@dataclass(frozen=True)
class Differences:
    """The rows that differ: (row before or None, row after or None), in at most `SHOWN` pairs of `count`.

    `sha256` is that of all rows after, in their canonical form.
    """

    heads: tuple
    rows: tuple
    count: int
    sha256: str

    @property
    def more(self):
        return self.count - len(self.rows)


def between(report, asked, *, before, after):
    """This will return the `Differences` of what is asked as it was known at two moments.

    The rows themselves are never held: their checksums are, some hundred bytes each.
    """
    old = Counter(map(_sum, Rows(report, replace(asked, known_at=before))))
    now = Rows(report, replace(asked, known_at=after))
    came, came_count = _held(row for row in now if not _taken_off(old, _sum(row)))
    before_again = Rows(report, replace(asked, known_at=before)) if +old else ()
    gone, gone_count = _held(row for row in before_again if _taken_off(old, _sum(row)))
    pairs = _paired(report, now.columns, gone, came)
    count = len(pairs) if max(came_count, gone_count) <= HELD else max(came_count, gone_count)
    with override(asked.language):
        heads = tuple(str(column.heading) for column in now.columns)
    return Differences(heads, tuple(pairs[:SHOWN]), count, now.sha256)


def _held(rows):
    """This will return (the first `HELD` of the rows, the number of all)."""
    held = list(islice(rows, HELD))
    return held, len(held) + sum(1 for _row in rows)


def _sum(row):
    return hashlib.blake2b(canonical(row), digest_size=12).digest()


def _taken_off(counted, key):
    """This will take one off the count of `key`, and say whether there was one."""
    if counted[key] > 0:
        counted[key] -= 1
        return True
    return False


def _paired(report, columns, gone, came):
    """This will return (row before, row after) of the rows with the same key, None standing for the missing one."""
    places = [place for place, column in enumerate(columns) if column.key in report.key]
    found = {}
    for side, rows in ((0, gone), (1, came)):
        times = Counter()
        for row in rows:
            key = tuple(row[place] for place in places) if places else row
            times[key] += 1
            found.setdefault((key, times[key]), [None, None])[side] = tuple(row)
    return [tuple(pair) for pair in found.values()]


def changes(report, asked, *, since, until, by=None):
    """This will return the `Change`s of what the report reads that became known after `since`, up to `until`.

    Of nouns that `by` may not see they are only counted: whoever takes a report out sees its rows, and not the working
    title of a story that is to come. Without `by` a command asks, which may have everything.
    """
    found = []
    for label in report.reads:
        model, within = apps.get_model(label), _within(report, asked, label)
        if by is None or _may_be_told(by, model, label):
            found += _changes_of(model, label, within, since, until)
        elif count := _rows(model, label, within, since, until).count():
            words = ngettext(
                "%(count)s change of what you may not see.", "%(count)s changes of what you may not see.", count
            )
            found.append(Change(words % {"count": count}, until, None))
    return sorted(found, key=lambda change: change.at)


def _may_be_told(by, model, label):
    """This will say whether `by` may be told of a noun's changes one by one.

    An import is told by its file and a count, and people's changes without their values; runs are what the permission
    of their report is for.
    """
    if issubclass(model, Vintage) or label in PRIVATE or model._meta.app_label == "reports":
        return True
    return by.has_perm(f"{model._meta.app_label}.{get_permission_codename('view', model._meta)}")


def changed_nouns(labels, *, since, until):
    """This will return those of the nouns of which anything became known after `since`, up to `until`."""
    return {label for label in labels if _any_news(apps.get_model(label), label, since, until)}


def _any_news(model, label, since, until):
    if issubclass(model, Vintage):  # its rows are many, and only imports write them
        return ImportRun.objects.filter(at__gt=since, at__lte=until).exists()
    return _rows(model, label, _all, since, until).exists()


def has_changed(report, asked, *, since, until):
    """This will say whether anything that the report reads for this question became known between two moments."""
    return any(
        _rows(apps.get_model(label), label, _within(report, asked, label), since, until).exists()
        for label in report.reads
    )


def _within(report, asked, label):
    """This will return what picks, of the rows of a noun, those that the question is about."""
    return report.within(asked).get(label, _all) if report.within else _all


def _all(rows):
    return rows


def _rows(model, label, within, since, until):
    """This will return the rows that tell of a noun's changes: vintages, its history, or entries of the ledger."""
    if issubclass(model, Vintage):
        came = Q(known_from__gt=since, known_from__lte=until)
        went = Q(known_until__gt=since, known_until__lte=until)
        return within(model.objects.filter(came | went))
    if hasattr(model, "history"):
        return within(model.history.filter(history_date__gt=since, history_date__lte=until))
    return Entry.objects.filter(noun=label, at__gt=since, at__lte=until)


def _changes_of(model, label, within, since, until):
    rows = _rows(model, label, within, since, until)
    if issubclass(model, Vintage):
        return _of_imports(rows, since, until)
    if hasattr(model, "history"):
        changed = rows.select_related("history_user").order_by("history_date", "history_id")[:SHOWN]
        return [Change(_of_history(past, label), past.history_date, past.history_user) for past in changed]
    return [
        Change(f"{entry.verb} {model._meta.verbose_name} {entry.object_id}", entry.at, entry.by)
        for entry in rows.select_related("by").order_by("at", "pk")[:SHOWN]
    ]


def _of_imports(rows, since, until):
    """This will return a change for each import that added rows; what it closed is told with it."""
    closed = dict(
        rows.filter(known_until__gt=since, known_until__lte=until)
        .order_by().values_list("known_until").annotate(Count("pk"))
    )  # fmt: skip
    added = rows.filter(known_from__gt=since, known_from__lte=until).order_by()
    found = []
    for run, at, count in added.values_list("run", "known_from").annotate(count=Count("pk")):
        came_from = ImportRun.objects.select_related("by").defer("plan").get(pk=run)
        words = _("%(file)s was taken in: %(added)s rows came, %(closed)s of them in the place of others.") % {
            "file": came_from.file_name, "added": count, "closed": closed.pop(at, 0),
        }  # fmt: skip
        found.append(Change(words, at, came_from.by))
    for at, count in closed.items():
        words = ngettext("%(count)s row was taken back.", "%(count)s rows were taken back.", count) % {"count": count}
        found.append(Change(words, at, None))
    return found


def _of_history(past, label):
    noun = f"{past.instance_type._meta.verbose_name} {past.id}"
    if past.history_type == "+":
        return _("%(noun)s was entered.") % {"noun": noun}
    if past.history_type == "-":
        return _("%(noun)s was deleted.") % {"noun": noun}
    before = past.prev_record
    if before is None:
        return _("%(noun)s was changed.") % {"noun": noun}
    changed = past.diff_against(before, foreign_keys_are_objs=False).changes
    words = [
        str(past.instance_type._meta.get_field(change.field).verbose_name)
        + ("" if label in PRIVATE else f": {change.old} → {change.new}")
        for change in changed
    ]
    return _("%(noun)s was changed: %(fields)s.") % {"noun": noun, "fields": "; ".join(words)}
