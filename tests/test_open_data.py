"""The files of the released record: what they hold, and that strangers' validators take them as they are described."""

import csv
import hashlib
import io
import json
import re
from datetime import date, timedelta
from itertools import islice

import pytest
from csvw import CSVW, TableGroup
from django.core.cache import cache
from django.utils import timezone
from django.utils.translation import override
from frictionless import Package, system

from ledger import site_version
from missions import clearance, data_package, open_data
from missions.models import Clearance, Contribution, Mission
from tests import makers, released

pytestmark = pytest.mark.django_db
DATA = "/data/v1"


def fetch(client, name):
    response = client.get(f"{DATA}/{name}")
    assert response.status_code == 200
    return b"".join(response) if response.streaming else response.content


def rows(client, name):
    return list(csv.DictReader(io.StringIO(fetch(client, f"{name}.csv").decode())))


@pytest.fixture
def story(noon, editor):
    cache.clear()
    return released.record(noon, editor)


@pytest.fixture
def folder(client, story, tmp_path):
    """All files of the released record, as somebody keeps them who took them along."""
    for name in [*(f"{table}.csv" for table in open_data.TABLES), "datapackage.json", "csvw.json"]:
        (tmp_path / name).write_bytes(fetch(client, name))
    return tmp_path


# --- Strangers' validators --------------------------------------------------------------------------------------


def test_the_data_package_is_valid_and_every_row_is_as_it_says(folder):
    with system.use_context(trusted=True):
        report = Package(str(folder / "datapackage.json")).validate()
    assert report.valid, report.flatten(["type", "title", "fieldName", "rowNumber", "note", "message"])
    assert sorted(task.name for task in report.tasks) == sorted(open_data.TABLES)
    assert all(task.stats["rows"] > 0 for task in report.tasks)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [("missions", "un_peacekeeping", "holiday"), ("contributions", ",UNDOF,2014-01-31", ",NOWHERE,2014-01-31"),
     ("deployments", "2024-03-15", "spring"), ("milestones", "A battalion", "A battalion!")],
)  # fmt: skip
def test_the_data_package_would_not_pass_other_rows(folder, file, old, new):
    path = folder / f"{file}.csv"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    with system.use_context(trusted=True):
        assert not Package(str(folder / "datapackage.json")).validate().valid


def test_the_metadata_for_csv_on_the_web_is_valid_for_every_file(folder):
    described = TableGroup.from_file(folder / "csvw.json")
    assert {table.url.string for table in described.tables} == {f"{name}.csv" for name in open_data.TABLES}
    for table in described.tables:
        read = list(table.iterdicts(log=None, strict=True))
        assert read and table.check_primary_key(log=None), table.url
    assert described.check_referential_integrity(log=None)
    assert CSVW(str(folder / "csvw.json"), validate=True).is_valid


def test_every_column_has_a_title_in_three_languages(folder):
    described = json.loads((folder / "csvw.json").read_text())
    for table in described["tables"]:
        for column in table["tableSchema"]["columns"]:
            assert set(column["titles"]) == {"und", "kk", "ru", "en"} and all(column["titles"].values())
            assert column["titles"]["und"] == column["name"]


def test_csv_package_metadata_and_page_name_the_same_columns(client, folder):
    package = json.loads((folder / "datapackage.json").read_text())
    described = json.loads((folder / "csvw.json").read_text())
    page = client.get("/en/data/").content.decode()
    for name, table in open_data.TABLES.items():
        names = [column.name for column in table.columns]
        (resource,) = [part for part in package["resources"] if part["name"] == name]
        (web,) = [part for part in described["tables"] if part["url"] == f"{name}.csv"]
        assert (folder / f"{name}.csv").read_text().splitlines()[0] == ",".join(names)
        assert [field["name"] for field in resource["schema"]["fields"]] == names
        assert [column["name"] for column in web["tableSchema"]["columns"]] == names
        assert all(field["title"] and field["description"] for field in resource["schema"]["fields"])
        assert all(f"<code>{column}</code>" in page for column in names)
        assert resource["licenses"] and resource["sources"]


# --- What they hold ---------------------------------------------------------------------------------------------


def test_deployments_hold_what_is_cleared_and_nothing_else(client, story):
    (row,) = rows(client, "deployments")
    assert {name: value for name, value in row.items() if value} == {
        "mission": "UNDOF", "kind": "contingent", "rotation": "1", "start": "2024-03-15", "end": "2025-04-09",
        "unit_kk": "Бөлімше", "unit_ru": "Часть", "unit_en": "The Unit", "strength": "139", "is_small_group": "false",
        "women": "7", "source_title": "Contingent of 139", "source_publisher": "The Paper",
        "source_url": "https://paper.example/1",
    }  # fmt: skip


def test_the_order_of_deployments_tells_no_more_than_their_cells(client):
    for start in (date(2016, 5, 1), date(2014, 2, 1), date(2015, 3, 1)):
        post = makers.golan_contingent(
            start=start, end=start + timedelta(days=90), strength=start.year, cleared=("kind",)
        )
        if start.year == 2016:
            makers.clear(post, "strength")
    told = [row["strength"] for row in rows(client, "deployments")]
    assert told == ["", "", "2016"]  # by what is told, while the days are not


def test_a_month_is_all_that_a_file_tells_where_a_month_was_cleared(client, officer, noon):
    post = makers.golan_contingent(start=date(2024, 3, 15), end=date(2190, 2, 3), cleared=("kind",))
    clearance.clear(
        post, "period", basis="official_release", by=officer, at=noon, coarseness=Clearance.Coarseness.MONTH
    )
    (row,) = rows(client, "deployments")
    assert (row["start"], row["end"]) == ("2024-03", "")


def test_contributions_are_the_figures_that_hold_now(client, story, noon):
    old = Contribution.objects.get(contributor__iso3="KAZ", month=date(2014, 1, 31))
    Contribution.objects.filter(pk=old.pk).update(known_until=noon + timedelta(days=1))
    released.contribution(old.run, old.mission, old.month, 13, at=noon + timedelta(days=1))
    told = [row["total"] for row in rows(client, "contributions") if row["month"] == "2014-01-31"]
    assert sorted(told) == ["13", "300"]
    keys = [tuple(row[name] for name in open_data.CONTRIBUTIONS.key) for row in rows(client, "contributions")]
    assert len(keys) == len(set(keys)) == 7


def test_a_row_without_its_parents_breaks_no_file(client, story, noon):
    row = Contribution.objects.filter(contributor__iso3="IND").first()
    Contribution.objects.filter(pk=row.pk).update(mission_id=10**9)
    assert len(rows(client, "contributions")) == 6
    Contribution.objects.all().delete()  # else the test's own end would look for its mission


def test_fatalities_are_counts_and_hold_no_row_of_a_person(client, story):
    told = rows(client, "casualties-by-year")
    assert [(row["year"], row["incident_type"], row["fatalities"]) for row in told] == [
        ("1993", "malicious_act", "2"), ("1994", "illness", "1")
    ]  # fmt: skip
    assert set(told[0]) == {"mission", "year", "incident_type", "fatalities"}


def test_the_strength_by_month_is_what_the_public_may_know_of_each_month(client, story):
    told = {(row["month"], row["figure"]): row for row in rows(client, "figures-by-month")}
    assert min(told) == ("2013-11-30", "strength")
    assert told["2013-12-31", "strength"]["value"] == "12"
    assert told["2013-12-31", "women"]["value"] == "2"
    assert told["2024-06-30", "strength"]["value"] == "139"
    assert told["2025-06-30", "strength"]["value"] == ""  # of 777, which nobody cleared
    assert max(told)[0] <= timezone.localdate().isoformat()
    assert "777" not in json.dumps(list(told.values()))


def test_the_strength_by_month_tells_no_month_of_a_deployment_whose_period_is_kept_back(client):
    makers.golan_contingent(start=date(2019, 3, 17), end=date(2020, 3, 12), cleared=("kind", "strength"))
    assert "139" not in {row["value"] for row in rows(client, "figures-by-month")}


def test_numbers_stay_numbers_and_a_text_is_never_a_formula(client, story):
    Mission.objects.filter(acronym="UNDOF").update(longitude="-35.8333", name_ru="@SUM(A1)", name_kk="-1+2")
    (row,) = [row for row in rows(client, "missions") if row["acronym"] == "UNDOF"]
    assert row["longitude"] == "-35.8333"
    assert row["name_ru"] == "'@SUM(A1)" and row["name_kk"] == "'-1+2"
    assert row["mandate_en"] == "'=1+1 is no formula,\nbut a mandate."


@pytest.mark.parametrize("text", ["=A1", "+1", "-1", "@x", "\t=1", "\r=1"])
def test_every_beginning_that_a_spreadsheet_would_run_is_set_apart(text):
    assert data_package.cell(text) == f"'{text}"
    assert data_package.cell(-1) == "-1" and data_package.cell("a-1") == "a-1"


def test_a_file_is_the_same_in_every_language_and_twice_over(client, story):
    first = fetch(client, "missions.csv")
    for language in ("kk", "ru"):
        with override(language):
            assert fetch(client, "missions.csv") == first


# --- How they come ----------------------------------------------------------------------------------------------


def test_a_file_comes_by_and_by_and_leads_to_its_description(client, story):
    response = client.get(f"{DATA}/contributions.csv")
    assert response.streaming and response["Content-Type"].startswith("text/csv; charset=utf-8")
    assert response["Content-Disposition"] == 'attachment; filename="contributions.csv"'
    assert response["Link"] == (
        '<http://127.0.0.1:8000/data/v1/csvw.json>; rel="describedby"; type="application/csvm+json"'
    )
    assert response["Access-Control-Allow-Origin"] == "*" and response["ETag"]


def test_a_long_file_is_never_held_in_memory_whole(noon, editor, monkeypatch):
    read = []

    def endless(at):
        for number in range(10**9):
            read.append(number)
            yield number

    table = open_data.Table("x", "X", "", (open_data.Column("n", "integer", "N", "", lambda row: row),), endless)
    chunks = list(islice(data_package.chunks(table, at=noon, stamp="1"), 3))
    assert len(read) < 3 * data_package.LINES_AT_ONCE + 2
    assert [len(chunk.splitlines()) for chunk in chunks] == [data_package.LINES_AT_ONCE] * 3


def test_the_checksum_that_is_told_is_that_of_the_file(client, folder):
    package = json.loads((folder / "datapackage.json").read_text())
    page = client.get("/en/data/").content.decode()
    for resource in package["resources"]:
        content = (folder / resource["path"]).read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        assert resource["hash"] == f"sha256:{digest}" and resource["bytes"] == len(content)
        assert digest in page


def test_a_long_file_is_counted_and_told_its_checksum_once_somebody_read_it(client, story, monkeypatch):
    monkeypatch.setattr(data_package, "READ_FOR_FACTS", 3)

    def told():
        package = json.loads(fetch(client, "datapackage.json"))
        (resource,) = [part for part in package["resources"] if part["name"] == "contributions"]
        return resource.get("hash")

    assert told() is None
    assert "nobody has read this version" in client.get("/en/data/").content.decode()
    content = fetch(client, "contributions.csv")
    assert told() == f"sha256:{hashlib.sha256(content).hexdigest()}"


def test_a_checksum_is_not_told_of_another_days_file(client, story, noon):
    digest = hashlib.sha256(fetch(client, "contributions.csv")).hexdigest()
    assert digest in client.get("/en/data/").content.decode()
    released.contribution(
        released.run(noon, "more"), Mission.objects.get(acronym="UNDOF"), date(2015, 1, 31), 9, at=noon
    )
    site_version.raise_version()
    page = client.get("/en/data/").content.decode()
    assert digest not in page and hashlib.sha256(fetch(client, "contributions.csv")).hexdigest() in page


@pytest.mark.parametrize("address", ["nothing.csv", "missions.json", "../../etc/passwd", "missions.csv/"])
def test_there_is_no_other_file(client, db, address):
    response = client.get(f"{DATA}/{address}")
    assert response.status_code == 404 and response["Content-Type"] == "application/problem+json"


# --- The page ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_page_offers_every_file_and_describes_every_answer_in_the_readers_language(client, story, language):
    page = client.get(f"/{language}/data/").content.decode()
    for table in open_data.TABLES.values():
        assert f'href="/data/v1/{table.name}.csv"' in page
        with override(language):
            assert str(table.title) in page
    schema = client.get("/api/v1/openapi.json").json()
    for path, methods in schema["paths"].items():
        assert f"<code>{path}</code>" in page
        for parameter in methods["get"]["parameters"]:
            assert f"<code>{parameter['name']}</code>" in page
    assert f'href="/{"ru" if language != "ru" else "kk"}/data/"' in page


def test_every_example_of_the_page_can_be_asked(client, story):
    page = client.get("/en/data/").content.decode()
    examples = {link.replace("&amp;", "&") for link in re.findall(r'href="(/api/v1/[^"]*)"', page)}
    assert len(examples) == 1 + len(client.get("/api/v1/openapi.json").json()["paths"])
    for address in examples:
        assert client.get(address).status_code == 200, address


def test_the_page_tells_machines_of_its_files_as_a_dataset(client, story):
    page = client.get("/en/data/").content.decode()
    (data,) = [
        json.loads(text) for text in re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
    ]
    assert data["@type"] == "Dataset" and data["license"] and data["creator"]["name"]
    addresses = [part["contentUrl"] for part in data["distribution"]]
    assert addresses[:-1] == [f"http://127.0.0.1:8000/data/v1/{name}.csv" for name in open_data.TABLES]
