"""What the UN's figures add up to by month is kept, and is what the figures say whatever path a change took."""

from datetime import date

import pytest
from django.core.management import CommandError, call_command

from missions import figures, month_totals, series
from missions.models import Contribution, ContributorTotal, Mission, MonthTotal, UnsettledMonth
from missions.signals import record_changed
from tests import makers

pytestmark = pytest.mark.django_db
MONTH, LATER = date(2025, 8, 31), date(2025, 9, 30)


@pytest.fixture
def contributed(noon):
    other = Mission.objects.create(acronym="UNTSO", slug="untso", name_en="Truce", kind="un_peacekeeping")
    for iso3, total, women in (("KAZ", 139, 7), ("NPL", 400, None), ("FRA", 90, 9)):
        makers.un_month(noon, iso3, total, MONTH, women)
        makers.un_month(noon, iso3, total - 50, LATER, women)
    makers.un_month(noon, "FRA", 60, MONTH, mission=other)
    makers.un_month(noon, "KAZ", 3, MONTH, kind="staff_officers")
    makers.un_month(noon, "FRA", 100, date(2024, 12, 31), measure="year_mean")
    return other


def told():
    """This will return the places and the sums of the house as they are read now."""
    places = [
        (answer.value, answer.reason)
        for iso3 in ("KAZ", "FRA", "NPL", "DEU")
        for answer in figures.ask_many([(figures.parse("rank"), day) for day in (MONTH, LATER)], contributor=iso3)
    ]
    sums = [series.of_mission(mission) for mission in Mission.objects.order_by("acronym")]
    return places, sums, month_totals.number_of_figures()


def is_right(noon):
    marked = told()
    record_changed.send(sender=Contribution, at=noon, by=None)
    assert not UnsettledMonth.objects.exists() and month_totals.wrong() == []
    assert told() == marked  # what was marked was read from the figures themselves
    return True


def test_places_and_sums_are_those_of_the_figures(contributed, noon):
    assert is_right(noon) and MonthTotal.objects.count() == 4 and ContributorTotal.objects.count() == 6
    assert told()[0][0] == (3, "") and told()[0][2] == (2, "")


def test_every_path_of_a_change_is_followed(contributed, noon):
    assert is_right(noon)
    Contribution.objects.filter(contributor__iso3="NPL").update(known_until=noon)
    assert UnsettledMonth.objects.exists() and is_right(noon)
    Contribution.objects.filter(month=MONTH, contributor__iso3="FRA").delete()
    assert is_right(noon)
    Contribution.objects.bulk_create([
        Contribution(run_id=Contribution.objects.first().run_id, known_from=noon, contributor=makers.country("DEU"),
                     mission=contributed, month=LATER, personnel_type="troops", total=500)
    ])  # fmt: skip
    assert is_right(noon)
    Mission.objects.filter(pk=contributed.pk).update(kind="coalition")
    assert is_right(noon)


def test_totals_can_be_added_up_again_and_a_wrong_one_is_told(contributed, noon):
    assert is_right(noon)
    MonthTotal.objects.filter(month=MONTH).update(whole=1)
    assert month_totals.wrong()
    month_totals.count_again()
    assert month_totals.wrong() == [] and is_right(noon)


def test_the_command_tells_wrong_totals_and_counts_them_again(contributed, noon):
    assert is_right(noon)
    call_command("count_record", "--check")
    ContributorTotal.objects.filter(month=MONTH).update(total=1)
    with pytest.raises(CommandError, match="totals are wrong"):
        call_command("count_record", "--check")
    call_command("count_record")
    assert is_right(noon)
