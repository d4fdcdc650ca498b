"""The list of missions, narrowed down by readers."""

from datetime import date

import pytest

from missions.models import Country, Deployment, Mission
from missions.models.country import Region
from tests import makers

pytestmark = pytest.mark.django_db


@pytest.fixture
def missions():
    """Five missions of every state, two kinds and three regions; the country served in UNDOF and in MNF-I."""
    rows = {
        "UNDOF": ("un_peacekeeping", date(1974, 5, 31), None, ["SYR"]),
        "MNF-I": ("coalition", date(2003, 8, 1), date(2009, 1, 1), ["IRQ"]),
        "UNISFA": ("un_peacekeeping", date(2011, 6, 27), None, ["SDN", "SSD"]),
        "UNMOT": ("un_political", date(1994, 12, 1), date(2000, 5, 16), ["TJK"]),
        "UNNEW": ("un_peacekeeping", date(2999, 1, 1), None, ["HTI"]),
        "UNFOR": ("un_peacekeeping", None, None, []),
    }
    made = {}
    for acronym, (kind, start, end, hosts) in rows.items():
        made[acronym] = Mission.objects.create(
            acronym=acronym, slug=acronym.lower(), name_en=f"Mission {acronym}", kind=kind, start=start, end=end
        )
        made[acronym].host_countries.set(Country.objects.filter(iso3__in=hosts))
    makers.golan_contingent()
    makers.golan_contingent(28, 0, mission=made["MNF-I"], start=date(2003, 9, 1), end=date(2008, 11, 1))
    return made


def listed(client, address="/en/missions/"):
    response = client.get(address)
    assert response.status_code == 200
    context = response.context
    sections = [context[name] for name in ("served", "in_progress", "to_come", "ended", "undated")]
    shown = [mission.acronym for section in sections for mission in section]
    assert sorted(shown) == sorted(mission.acronym for mission in context["found"])
    return set(shown)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("", {"UNDOF", "MNF-I", "UNISFA", "UNMOT", "UNNEW", "UNFOR"}),
        ("state=&region=&kind=", {"UNDOF", "MNF-I", "UNISFA", "UNMOT", "UNNEW", "UNFOR"}),
        ("state=in_progress", {"UNDOF", "UNISFA"}),
        ("state=ended", {"MNF-I", "UNMOT"}),
        ("state=to_come", {"UNNEW"}),
        ("state=undated", {"UNFOR"}),
        ("region=asia", {"UNDOF", "MNF-I", "UNMOT"}),
        ("region=africa", {"UNISFA"}),
        ("region=none", {"UNFOR"}),
        ("kind=other", {"MNF-I"}),
        ("kind=un&state=ended", {"UNMOT"}),
        ("served=on", {"UNDOF", "MNF-I"}),
        ("served=on&state=ended&region=asia&kind=other", {"MNF-I"}),
        ("colour=blue", {"UNDOF", "MNF-I", "UNISFA", "UNMOT", "UNNEW", "UNFOR"}),
    ],
)
def test_the_list_shows_what_was_asked_for_and_counts_it(client, missions, asked, expected):
    assert listed(client, f"/en/missions/?{asked}") == expected
    page = client.get(f"/en/missions/?{asked}").content.decode()
    assert f">{len(expected)} mission" in page
    assert all(f">{acronym}</b> Mission {acronym}" in page for acronym in expected - {"UNDOF"})


def test_filters_keep_what_was_chosen(client, missions):
    page = client.get("/en/missions/?state=ended&served=on").content.decode()
    assert '<option value="ended" selected>' in page and "checked" in page
    assert 'href="/en/missions/">Show all missions' in page


def test_an_empty_result_says_so(client, missions):
    page = client.get("/en/missions/?region=oceania").content.decode()
    assert "No mission of the record is all of this." in page and "The record holds no mission yet." not in page


def test_an_empty_record_says_that_it_is_empty(client):
    assert "The record holds no mission yet." in client.get("/en/missions/").content.decode()


@pytest.mark.parametrize(
    "asked", ["state=x", "region=AFRICA", "kind=un%00", "region=" + "9" * 5000, "state=in_progress%27--"]
)
def test_a_value_that_no_filter_has_is_not_found(client, missions, asked):
    assert client.get(f"/en/missions/?{asked}").status_code == 404


def test_a_mission_without_days_is_in_progress_under_no_filter(client, missions):
    assert "UNFOR" not in listed(client, "/en/missions/?state=in_progress")
    assert "UNFOR" not in listed(client, "/en/missions/?state=ended")


def test_a_mission_that_has_not_begun_is_neither_in_progress_nor_hidden(client, missions):
    assert [mission.acronym for mission in client.get("/en/missions/").context["to_come"]] == ["UNNEW"]
    assert "Missions that have not begun yet" in client.get("/en/missions/").content.decode()


def test_every_country_of_the_list_has_its_region_and_its_history_says_since_when():
    without = Country.objects.filter(region="").values_list("iso3", flat=True)
    assert list(without) == ["ATA"]
    assert set(Country.objects.values_list("region", flat=True)) == {"", *Region.values}
    regions = dict(Country.objects.values_list("iso3", "region"))
    expected = {"KAZ": "asia", "CYP": "asia", "SDN": "africa", "HTI": "americas", "TLS": "asia",
                "FJI": "oceania", "RUS": "europe", "ESH": "africa"}  # fmt: skip
    assert {iso3: regions[iso3] for iso3 in expected} == expected
    before, after = Country.history.filter(iso3="KAZ").order_by("history_id").values_list("region", "history_type")
    assert (before, after) == (("", "+"), ("asia", "~"))


def test_a_mission_of_two_regions_is_found_under_both(client, missions):
    missions["UNDOF"].host_countries.add(Country.objects.get(iso3="CYP"), Country.objects.get(iso3="EGY"))
    assert "UNDOF" in listed(client, "/en/missions/?region=africa")
    assert "UNDOF" in listed(client, "/en/missions/?region=asia")
    assert "Africa, Asia" in client.get("/en/missions/?region=asia").content.decode()


def test_strength_of_today_stands_in_the_list_only_where_it_is_cleared(client):
    post = makers.golan_contingent(strength=137, women=None, cleared=("kind",))
    assert "137" not in client.get("/en/missions/").content.decode()
    makers.clear(post, "strength")
    assert "137" in client.get("/en/missions/").content.decode()
    makers.golan_contingent(strength=3, women=None, kind=Deployment.Kind.STAFF_OFFICERS)
    page = client.get("/en/missions/").content.decode()  # from the sum the three could be reckoned
    assert "137" not in page and "140" not in page


def test_the_list_asks_no_more_for_many_missions_than_for_few(client, missions, django_assert_max_num_queries):
    with django_assert_max_num_queries(10) as few:
        client.get("/en/missions/")
    for number in range(60):
        mission = Mission.objects.create(
            acronym=f"UN{number}", slug=f"un{number}", name_en=f"UN {number}", kind="un_peacekeeping",
            start=date(2001, 1, 1), longitude=number, latitude=number,
        )  # fmt: skip
        mission.host_countries.set(Country.objects.filter(region="africa")[:2])
        makers.golan_contingent(200 + number, mission=mission)
    with django_assert_max_num_queries(len(few.captured_queries)):
        assert len(listed(client, "/en/missions/")) == 66


def test_the_list_as_it_was_known_then_holds_what_the_record_held_then(noon, missions):
    renamed = missions["UNISFA"]
    renamed.acronym = "RENAMED"
    renamed.save()
    past = renamed.history.order_by("history_id").first().history_date
    renamed.history.filter(acronym="RENAMED").update(history_date=past.replace(year=2999))
    then = Mission.objects.for_mission_list(past.replace(year=2998))
    assert "UNISFA" in [mission.acronym for mission in then]
    assert "RENAMED" in [mission.acronym for mission in Mission.objects.for_mission_list()]
    assert Mission.objects.for_mission_list(past.replace(year=2000)) == []
