"""Numbers of stories that are kept, so that no page counts the whole archive: of each month, and of a sitemap's files.

They are those of one moment, `Settled`. A reader of a later one takes them as they are, but for the months in which the
clock has changed something since, and for those that a trigger has marked: these are counted from the editions.
"""

from datetime import date

from django.db import connection, transaction
from django.db.models import Count, F, Q

from articles.models import Edition, Language, Settled, StoryTotal
from ledger.marks import number_of_month
from missions.models.present import withheld_by
from missions.settled import by_hand, settled

FILES = ""
SHELVES = (FILES, *Language.values)
# Numbers without a gap between them, as the first and the last: of those with stories, and of those that are stale.
RUNS = """
SELECT min(number), max(number), is_stale FROM (
    SELECT number, is_stale, number - row_number() OVER (PARTITION BY is_stale ORDER BY number) AS run
    FROM articles_storytotal WHERE shelf = %(shelf)s AND (stories > 0 OR is_stale)
) numbered GROUP BY is_stale, run
"""
MOST_STALE = 400  # months or files; where more are stale, to count all is no dearer


def months(language, at, first=None, end=None):
    """This will return [(first day of the month, number of stories in force at `at`)], the newest month first."""
    bounds = (number_of_month(first), number_of_month(end)) if first else None
    found = _counted(language, at, bounds)
    return [(_first_day(number), stories) for number, stories in sorted(found.items(), reverse=True) if stories]


def files(at):
    """This will return the numbers of the sitemap's files that hold a story in force at `at`, in their order."""
    return sorted(number for number, stories in _counted(FILES, at, None, _in_runs).items() if stories)


@settled
def _kept(*, shelf):
    return StoryTotal.objects.filter(shelf=shelf).values_list("number", "stories", "is_stale")


def _in_runs(*, shelf):
    """As `_kept`, but for how many stories: a thousand files, asked for one by one, are half of their page."""
    runs = by_hand(RUNS).rows({"shelf": shelf})
    return [(number, 1, is_stale) for first, last, is_stale in runs for number in range(first, last + 1)]


def _counted(shelf, at, bounds, ask=_kept):
    """This will return {number: stories} of a shelf, from what is kept as far as that is what was in force at `at`."""
    since = Settled.objects.order_by("pk").values_list("at", flat=True).first()
    if since is None or since > at or withheld_by(at) != at:
        return _from_editions(shelf, at, None, bounds)
    kept = [row for row in ask(shelf=shelf) if _within(row[0], bounds)]
    found = {number: stories for number, stories, _is_stale in kept}
    stale = {number for number, _stories, is_stale in kept if is_stale}
    turned = StoryTotal.places_of(Settled.turned_until(at, since))
    stale |= {number for on, number in turned if on == shelf and _within(number, bounds)}
    if not stale:
        return found
    if len(stale) > MOST_STALE:
        return _from_editions(shelf, at, None, bounds)
    return found | dict.fromkeys(stale, 0) | _from_editions(shelf, at, stale, bounds)


def _within(number, bounds):
    return bounds is None or bounds[0] <= number < bounds[1]


def _from_editions(shelf, at, numbers, bounds):
    """This will return {number: stories} of a shelf as the editions tell it, of these `numbers` alone if given."""
    rows = Edition.objects.in_force(at).order_by()
    if shelf == FILES:
        rows = rows.annotate(file=F("article_id") / StoryTotal.STORIES_PER_FILE)
        if numbers is not None:
            rows = rows.filter(
                _any(("article__gte", "article__lt"), numbers, lambda n: n * StoryTotal.STORIES_PER_FILE)
            )
        return dict(rows.values_list("file").annotate(stories=Count("pk")))
    rows = rows.filter(language=shelf)
    if bounds:
        rows = rows.of_days(*map(_first_day, bounds))
    if numbers is not None:
        rows = rows.filter(_any(("day__gte", "day__lt"), numbers, _first_day))
    return {number_of_month(month): stories for month, stories in rows.by_month()}


def _any(sides, numbers, edge):
    """This will return the condition that a row lies within one of the numbered parts."""
    condition, (least, most) = Q(), sides
    for number in sorted(numbers):
        condition |= Q(**{least: edge(number), most: edge(number + 1)})
    return condition


def settle(*, at):
    """This will count again what is stale at `at`, within the transaction of the change that made it so."""
    with transaction.atomic():
        last = Settled.objects.select_for_update().order_by("pk").first()
        if last is None:
            return count_again(at=at)
        if at < last.at:
            return None
        stale = set(StoryTotal.objects.filter(is_stale=True).values_list("shelf", "number"))
        stale |= StoryTotal.places_of(Settled.turned_until(at, last.at))
        for shelf in {shelf for shelf, _number in stale}:
            numbers = {number for on, number in stale if on == shelf}
            _keep(shelf, numbers, _from_editions(shelf, at, numbers if len(numbers) <= MOST_STALE else None, None))
        Settled.objects.filter(pk=last.pk).update(at=at)
    return None


def _keep(shelf, numbers, counted):
    kept = [
        StoryTotal(shelf=shelf, number=number, stories=counted.get(number, 0), is_stale=False) for number in numbers
    ]
    StoryTotal.objects.bulk_create(
        kept, update_conflicts=True, unique_fields=["shelf", "number"], update_fields=["stories", "is_stale"],
        batch_size=200,
    )  # fmt: skip


def count_again(*, at):
    """This will count everything as of `at`, whatever was kept."""
    with transaction.atomic():
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                # Without statistics it looks for an edition's later ones among all of its language: minutes.
                cursor.execute("ANALYZE")
        StoryTotal.objects.all().delete()
        for shelf in SHELVES:
            counted = _from_editions(shelf, at, None, None)
            _keep(shelf, counted, counted)
        Settled.objects.all().delete()
        Settled.objects.create(at=at)


def wrong(*, at):
    """This will return [(shelf, number, kept, true)] of the totals that are not what the editions tell at `at`."""
    found = []
    for shelf in SHELVES:
        kept, true = _counted(shelf, at, None), _from_editions(shelf, at, None, None)
        found += [
            (shelf, number, kept.get(number, 0), true.get(number, 0))
            for number in sorted(kept.keys() | true.keys()) if kept.get(number, 0) != true.get(number, 0)
        ]  # fmt: skip
    return found


def _first_day(number):
    return date(number // 12, number % 12 + 1, 1)
