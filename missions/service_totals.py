"""Numbers of tours and of different people that are kept by day, so that no figure counts them all.

Of every deployment, how many of its tours begin on which day; and how many people begin their first tour: under the UN,
in each mission, and of each kind. Triggers mark the people and the deployments whose tours change, `settle` counts them
again in the transaction of the change, and whoever reads meanwhile counts what is marked from the tours themselves.
"""

from collections import defaultdict

from django.db import connection, transaction
from django.db.models import Count, Q, Sum

from missions.models import Deployment, FirstTour, Mission, PeopleTotal, Person, Tour, TourTotal, Unsettled
from missions.models.contribution import PersonnelType
from missions.models.periods import certainly_begun, days_meant

# Formed units go as a body, all others one by one. Before 2017 the UN counted staff officers among the troops.
CONTINGENT = ("contingent", "formed_police_unit", PersonnelType.TROOPS.value)
ALL_MISSIONS, ANY_KIND = 0, ""
MOST_UNSETTLED = 2_000  # people; where more are marked, to count all is no dearer
AT_ONCE = 5_000


def kind_of(kind):
    """This will return "contingent" or "individual" for the kind of a deployment or of personnel."""
    return "contingent" if kind in CONTINGENT else "individual"


def tours_begun(days):
    """This will return {(deployment id, day): (tours certainly begun, tours that may have begun)}.

    Two queries, a third where a deployment is marked: without one the tours themselves are not looked at.
    """
    kept, counted = {}, {}
    for place, day in enumerate(days):
        kept[f"certain{place}"] = Sum("certain", filter=Q(day__lte=day), default=0)
        kept[f"possible{place}"] = Sum("possible", filter=Q(day__lte=day), default=0)
        counted[f"certain{place}"] = Count("pk", filter=certainly_begun(day))
        counted[f"possible{place}"] = Count("pk", filter=Q(start__lte=day))
    # Read first: what is settled meanwhile is counted from its tours, and once.
    marked = list(Unsettled.objects.filter(noun=Unsettled.DEPLOYMENT).values_list("which", flat=True))
    rows = list(
        TourTotal.objects.exclude(deployment_id__in=marked).order_by().values("deployment_id").annotate(**kept)
    )  # fmt: skip
    if marked:
        rows += Tour.objects.filter(deployment__in=marked).order_by().values("deployment_id").annotate(**counted)
    return {
        (row["deployment_id"], day): (row[f"certain{place}"], row[f"possible{place}"])
        for row in rows for place, day in enumerate(days)
    }  # fmt: skip


def people_begun(asked):
    """This will return [(people certainly, people possibly)] with a tour begun, for each asked (mission id, kind, day).

    It returns None where so much is marked that the tours themselves must be counted.
    """
    marked = list(Unsettled.objects.filter(noun=Unsettled.PERSON).values_list("which", flat=True)[: MOST_UNSETTLED + 1])
    if len(marked) > MOST_UNSETTLED:
        return None
    sums, scopes = {}, Q()
    for place, (mission, kind, day) in enumerate(asked):
        scope = Q(mission_id=mission, kind=kind)
        scopes |= scope
        sums[f"certain{place}"] = Sum("certain", filter=scope & Q(day__lte=day), default=0)
        sums[f"possible{place}"] = Sum("possible", filter=scope & Q(day__lte=day), default=0)
    kept = PeopleTotal.objects.filter(scopes).aggregate(**sums)
    found = [(kept[f"certain{place}"], kept[f"possible{place}"]) for place in range(len(asked))]
    if not marked:
        return found
    before, now = _scopes(_kept(marked)), _scopes(_counted(marked))
    return [
        tuple(
            number + _begun(now.get(of, {}), edge, day) - _begun(before.get(of, {}), edge, day)
            for edge, number in enumerate(numbers)
        )
        for numbers, of, day in ((numbers, one[:2], one[2]) for numbers, one in zip(found, asked, strict=True))
    ]  # fmt: skip


def _begun(people, edge, day):
    return sum(edges[edge] <= day for edges in people.values())


def _kept(people):
    """This will return [(person, mission, kind, certain, possible)] of these people as the totals hold them."""
    rows = FirstTour.objects.filter(person_id__in=people)
    return list(rows.values_list("person_id", "mission_id", "kind", "certain", "possible"))


def _counted(people):
    """This will return the same as their tours say."""
    tours = Tour.objects.filter(person__in=people, deployment__mission__kind__in=Mission.UN_KINDS).order_by()
    first = {}
    for person, mission, kind, start, precision in tours.values_list(
        "person_id", "deployment__mission_id", "deployment__kind", "start", "start_precision"
    ):
        edges = (days_meant(start, precision)[1], start)
        of = (person, mission, kind_of(kind))
        first[of] = tuple(map(min, first.get(of, edges), edges))
    return [(*of, *edges) for of, edges in first.items()]


def _scopes(rows):
    """This will return {(mission, kind): {person: (certain, possible)}}, for any mission and any kind too."""
    found = defaultdict(dict)
    for person, mission, kind, *edges in rows:
        for of in ((mission, kind), (mission, ANY_KIND), (ALL_MISSIONS, kind), (ALL_MISSIONS, ANY_KIND)):
            found[of][person] = tuple(map(min, found[of].get(person, edges), edges))
    return found


def settle():
    """This will count again what is marked, within the transaction of the change that marked it."""
    with transaction.atomic():
        # Held, so that of two who count the same person one waits for the other.
        marked = Unsettled.objects.select_for_update().order_by("noun", "which").values_list("noun", "which")
        found = defaultdict(list)
        for noun, which in marked:
            found[noun].append(which)
        for noun, count in ((Unsettled.PERSON, _count_people), (Unsettled.DEPLOYMENT, _count_tours)):
            for start in range(0, len(found[noun]), AT_ONCE):
                some = found[noun][start : start + AT_ONCE]
                count(some)
                Unsettled.objects.filter(noun=noun, which__in=some).delete()


def _count_people(people):
    kept, counted = _kept(people), _counted(people)
    if sorted(kept) == sorted(counted):
        return
    FirstTour.objects.filter(person_id__in=people).delete()
    names = ("person_id", "mission_id", "kind", "certain", "possible")
    FirstTour.objects.bulk_create(
        (FirstTour(**dict(zip(names, row, strict=True))) for row in counted), batch_size=AT_ONCE
    )
    changes = defaultdict(lambda: [0, 0])
    for sign, rows in ((-1, kept), (1, counted)):
        for of, by_person in _scopes(rows).items():
            for edges in by_person.values():
                for edge, day in enumerate(edges):
                    changes[*of, day][edge] += sign
    _add(changes)


def _add(changes):
    """This will add to the totals, always in one order: of two changes of one day the second waits for the first."""
    rows = [(*of, *numbers) for of, numbers in sorted(changes.items()) if any(numbers)]
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO missions_peopletotal (mission_id, kind, day, certain, possible) VALUES (%s, %s, %s, %s, %s) "
            "ON CONFLICT (mission_id, kind, day) DO UPDATE SET certain = missions_peopletotal.certain + "
            "excluded.certain, possible = missions_peopletotal.possible + excluded.possible",
            [(mission, kind, day.isoformat(), *numbers) for mission, kind, day, *numbers in rows],
        )


def _count_tours(deployments):
    numbers = defaultdict(lambda: [0, 0])
    rows = Tour.objects.filter(deployment__in=deployments).order_by()
    for deployment, start, precision, count in rows.values_list("deployment_id", "start", "start_precision").annotate(
        count=Count("pk")
    ):
        for edge, day in enumerate((days_meant(start, precision)[1], start)):
            numbers[deployment, day][edge] += count
    TourTotal.objects.filter(deployment_id__in=deployments).delete()
    TourTotal.objects.bulk_create(
        TourTotal(deployment_id=deployment, day=day, certain=certain, possible=possible)
        for (deployment, day), (certain, possible) in numbers.items()
    )


def mark_all():
    """This will mark everybody, so that the next change of the record counts everything again."""
    with connection.cursor() as cursor:
        for noun, model in ((Unsettled.PERSON, Person), (Unsettled.DEPLOYMENT, Deployment)):
            cursor.execute(
                f"INSERT INTO missions_unsettled (noun, which) SELECT '{noun}', id FROM {model._meta.db_table} "
                "WHERE id > 0 ON CONFLICT (noun, which) DO NOTHING"
            )


def count_again():
    """This will count everything, whatever was kept."""
    with transaction.atomic():
        for kept in (FirstTour, PeopleTotal, TourTotal):
            kept.objects.all().delete()
        mark_all()
        settle()


def wrong():
    """This will return what of the kept totals is not what the tours say, each in words without names."""
    kept, true = defaultdict(lambda: [0, 0]), defaultdict(lambda: [0, 0])
    for mission, kind, day, *numbers in PeopleTotal.objects.values_list(
        "mission_id", "kind", "day", "certain", "possible"
    ):
        kept[mission, kind, day] = numbers
    for of, by_person in _scopes(_everybody()).items():
        for edges in by_person.values():
            for edge, day in enumerate(edges):
                true[*of, day][edge] += 1
    return [
        f"people {of}: kept {kept[of]}, true {true[of]}"
        for of in sorted(kept.keys() | true.keys()) if kept[of] != true[of]
    ]  # fmt: skip


def _everybody():
    people = list(Person.objects.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(people), AT_ONCE):
        yield from _counted(people[start : start + AT_ONCE])
