"""Periods and dates with a precision: their algebra, and the rules that both databases hold of them."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from missions import dates
from missions.models import Deployment, Mission, Person, Tour
from missions.models.periods import Precision, days_meant
from tests import makers


def first_day(day, precision):
    return day.replace(day=1, **({"month": 1} if precision == "year" else {})) if precision != "day" else day


@st.composite
def period(draw, kind=Tour):
    """A period in 2020-2029, each edge known to the day, month or year, or not known at all."""
    values = {}
    start_precision, end_precision = draw(st.sampled_from(Precision.values)), draw(st.sampled_from(Precision.values))
    low = first_day(date(2020, 1, 1) + timedelta(days=draw(st.integers(0, 3000))), start_precision)
    high = first_day(low + timedelta(days=draw(st.integers(1, 900))), end_precision)
    if draw(st.booleans()) or kind is Tour:
        values |= {"start": low, "start_precision": start_precision}
    if draw(st.booleans()) and high > low:
        values |= {"end": high, "end_precision": end_precision}
    return kind(**values)


@given(one=period(), other=period(Deployment))
def test_a_period_is_outside_another_only_if_no_reading_of_its_dates_lies_within(one, other):
    starts = [None] if one.start is None else _days(*days_meant(one.start, one.start_precision))
    ends = [None]
    if one.end is not None:
        last = one.end - timedelta(days=1)
        ends = [
            day + timedelta(days=1) for day in _days(*days_meant(first_day(last, one.end_precision), one.end_precision))
        ]
    readings = (
        (other.start is None or start is None or start >= other.start)
        and (other.end is None or start is None or start < other.end)
        and (other.end is None or end is None or end <= other.end)
        and (other.start is None or end is None or end > other.start)
        for start in _nearest(starts, other.start)
        for end in _nearest(ends, other.end)
    )
    assert one.certainly_outside(other) == (not any(readings))


def _days(low, high):
    return [low, high]


def _nearest(ends, edge):
    """This will return the ends of what a date may mean, and between them the edge that it is held against."""
    return [*ends, edge] if edge and ends[0] and ends[0] < edge < ends[-1] else ends


@given(day=st.dates(date(1948, 1, 1), date(2100, 12, 31)), precision=st.sampled_from(Precision.values))
def test_a_coarse_date_sorts_before_every_day_it_may_mean_and_shows_no_day(day, precision):
    low, high = days_meant(first_day(day, precision), precision)
    assert low <= day <= high
    shown = dates.shown(low, precision)
    assert str(day.year) in shown
    assert any(part.isdecimal() and len(part) < 3 for part in shown.split()) == (precision == "day")


@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(tour=period(), deployment=period(Deployment))
def test_the_database_draws_the_same_line_as_the_form(tour, deployment):
    with transaction.atomic():
        deployment.mission, deployment.kind = makers.golan_mission(), Deployment.Kind.CONTINGENT
        deployment.source = None
        Mission.objects.update(start=None)
        deployment.pk = None
        deployment.save()
        tour.pk = None
        tour.deployment = deployment
        tour.person = Person.objects.create(family_name="Invented", given_name="Observer")
        try:
            with transaction.atomic():
                tour.save()
            saved = True
        except DatabaseError:
            saved = False
        assert saved == (not tour.certainly_outside(deployment))
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_a_deployment_outside_its_missions_life_needs_a_source():
    early = {"start": date(1970, 1, 1), "end": date(1971, 1, 1)}
    with pytest.raises(DatabaseError), transaction.atomic():
        makers.golan_contingent(**early, source=None)
    makers.golan_contingent(**early)


@pytest.mark.django_db
def test_a_deployment_cannot_be_shortened_past_its_tours():
    post = makers.golan_contingent(end=date(2025, 4, 1))
    observer = Person.objects.create(family_name="Observer", given_name="Invented")
    Tour.objects.create(person=observer, deployment=post, start=date(2024, 3, 1), end=date(2025, 4, 1))
    with pytest.raises(DatabaseError), transaction.atomic():
        Deployment.objects.filter(pk=post.pk).update(end=date(2025, 3, 1))
    post.end = date(2025, 3, 1)
    with pytest.raises(Exception, match="1 tour of this deployment"):
        post.clean()


FIRST = ["contenttypes", "auth", "ledger", "missions", "articles", "reports"]
TRIES = """
import django; django.setup()
from datetime import date
from django.db import DatabaseError, connection, transaction
from ledger import guards
from ledger.models import Entry, User
from django.utils import timezone
from missions.models import *
missing = guards.check(connection)
assert not missing, missing
mission = Mission.objects.create(acronym="X", slug="x", name_en="X", kind="coalition", start=date(2000, 1, 1), end=date(2010, 1, 1))
post = Deployment.objects.create(mission=mission, kind="contingent", start=date(2001, 1, 1), end=date(2002, 1, 1))
person = Person.objects.create(family_name="Invented", given_name="Observer")
tour = Tour.objects.create(person=person, deployment=post, start=date(2001, 1, 1), end=date(2001, 7, 1))
entry = Entry.objects.create(at=timezone.now(), verb="try", noun="x.y")
tries = {
    "overlap": lambda: Tour.objects.bulk_create([Tour(person=person, deployment=post, start=date(2001, 6, 30), end=date(2001, 8, 1))]),
    "tour outside": lambda: Tour.objects.filter(pk=tour.pk).update(end=date(2003, 1, 1)),
    "deployment outside": lambda: Deployment.objects.create(mission=mission, kind="contingent", start=date(1990, 1, 1)),
    "tours kept": lambda: Deployment.objects.filter(pk=post.pk).update(end=date(2001, 2, 1)),
    "period order": lambda: Mission.objects.filter(pk=mission.pk).update(end=date(1999, 1, 1)),
    "coarse date": lambda: Tour.objects.filter(pk=tour.pk).update(start=date(2001, 1, 2), start_precision="month"),
    "deployments kept": lambda: Mission.objects.filter(pk=mission.pk).update(end=date(2001, 1, 1)),
    "name without consent": lambda: Clearance.objects.create(person=person, field="name", basis="official_release", since=timezone.now(), by=User.objects.create(username="officer")),
    "ledger": lambda: Entry.objects.filter(pk=entry.pk).update(verb="other"),
}
for name, attempt in tries.items():
    try:
        with transaction.atomic():
            attempt()
        print("TAKEN", name)
    except DatabaseError:
        print("refused", name)
"""


def test_every_rule_still_refuses_after_migrating_from_the_first_to_the_newest(manage, run_python):
    for app in FIRST[2:]:
        manage("migrate", "-v0", app, "0001_initial")
    manage("migrate", "-v0")
    out, err = run_python("-c", TRIES).communicate(timeout=60)
    assert out.splitlines() and not err.strip(), err
    assert [line for line in out.splitlines() if not line.startswith("refused")] == []
    assert len(out.splitlines()) == 9


PARENT = """
import django; django.setup()
from datetime import date
from django.db import DatabaseError, transaction
from missions.models import *
"""
MADE = (
    PARENT
    + """
mission = Mission.objects.create(acronym="X", slug="x", name_en="X", kind="coalition")
Deployment.objects.create(mission=mission, kind="contingent", start=date(2024, 1, 1), end=date(2025, 1, 1))
Person.objects.create(family_name="Invented", given_name="Observer")
"""
)
SHORTENS = (
    PARENT
    + """
import pathlib, sys, time
with transaction.atomic():
    Deployment.objects.update(end=date(2024, 2, 1))
    print("shortened, not committed", flush=True)
    while not pathlib.Path(sys.argv[1]).exists():
        time.sleep(0.05)
"""
)
ADDS = (
    PARENT
    + """
print("trying", flush=True)
try:
    Tour.objects.create(person=Person.objects.get(), deployment=Deployment.objects.get(), start=date(2024, 6, 1))
    print("taken")
except DatabaseError:
    print("refused")
"""
)


def test_two_people_at_once_cannot_leave_a_tour_outside_its_deployment(migrated, run_python, tmp_path):
    assert run_python("-c", MADE).communicate(timeout=60) == ("", "")
    go_on = tmp_path / "go-on"
    with run_python("-c", SHORTENS, go_on) as first:
        assert "shortened" in first.stdout.readline()
        with run_python("-c", ADDS) as second:
            assert second.stdout.readline() == "trying\n"
            go_on.touch()
            assert second.communicate(timeout=60)[0] == "refused\n"
        assert first.communicate(timeout=60) == ("", "")
