"""Times the files of a report of 1,000,000 rows by 15 columns against the database's own dump of the same columns.

    DATABASE_URL=postgres://... python -m tests.benchmarks.reports_a_million [rows] [rounds]

The limit, 1.00, is `\\copy (...) to` of psql, and of SQLite the dump of its own command line, both of the very query
that the report asks. Each file is written in a process of its own, with its run and the end of it, so that its most
memory can be told; the time runs from the question to the last byte on the disk, the start of Python left out. Rounds
follow one another limit, CSV, XLSX, JSON, so that all of them share what else the machine does, and the median ratio of
the rounds counts. It works in databases of its own, which it makes and drops.
"""

import contextlib
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import environ
import psycopg2

COUNTRIES, MISSIONS = 200, 50
NAME = "benchmark_reports"
AT = datetime(2025, 10, 23, 7, tzinfo=UTC)
FORMATS = ("csv", "xlsx", "json")


def months(count):
    """This will return the last days of `count` months, the newest first."""
    day, found = date(2025, 10, 1), []
    for _step in range(count):
        found.append(day - timedelta(days=1))
        day = found[-1].replace(day=1)
    return found


def fill(rows):
    from django.core.management import call_command
    from django.db import connection

    from missions.models import Contribution, Country, ImportRun, Mission, Source

    call_command("migrate", verbosity=0)
    for number in range(MISSIONS):
        Mission.objects.create(acronym=f"MIN{number:02}", slug=f"m{number:02}", kind="un_peacekeeping",
                               name_en=f"United Nations Stabilisation Mission of the {number}th Country")  # fmt: skip
    runs = []
    for number in range(4):
        source = Source.objects.create(
            title=f"Contributions by country, mission and post, {number}", publisher="United Nations, Peace and Security",
            url=f"https://un.example/{number}", retrieved=AT.date(),
        )  # fmt: skip
        runs.append(ImportRun.objects.create(kind="contributions", file_name=f"contributions-{number}.csv", plan={},
                                             sha256=str(number) * 64, source=source, at=AT))  # fmt: skip
    is_postgresql = connection.vendor == "postgresql"
    days = ", ".join(f"('{day}')" for day in months(-(-rows // (COUNTRIES * MISSIONS))))
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO {Contribution._meta.db_table}
                (contributor_id, mission_id, month, measure, personnel_type, men, women, total, run_id, known_from)
            WITH days (day) AS (VALUES {days}),
                countries AS (SELECT id FROM {Country._meta.db_table} ORDER BY iso3 LIMIT {COUNTRIES})
            SELECT countries.id, mission.id, {"CAST(day AS date)" if is_postgresql else "day"}, 'month_end', 'troops',
                countries.id * 7 %% 500, mission.id * 13 %% 60, countries.id * 7 %% 500 + mission.id * 13 %% 60,
                {runs[0].pk} + (countries.id + mission.id) %% 4, %s
            FROM days CROSS JOIN {Mission._meta.db_table} mission CROSS JOIN countries
            LIMIT {rows}
            """,
            [AT if is_postgresql else AT.strftime("%Y-%m-%d %H:%M:%S")],
        )
        cursor.execute("ANALYZE")
        if is_postgresql:
            cursor.execute("VACUUM")


def report():
    """This will return the report that is taken: contributions with all that a reader may want to know of them."""
    from missions.models import Contribution
    from reports.declared import Column, Kind, Query, Report

    cells = {
        "iso3": "contributor__iso3", "contributor": "contributor__name_en", "mission": "mission__acronym",
        "mission_name": "mission__name_en", "month": "month", "measure": "measure", "category": "personnel_type",
        "men": "men", "women": "women", "total": "total", "known_from": "known_from", "file": "run__file_name",
        "source": "run__source__title", "publisher": "run__source__publisher", "address": "run__source__url",
    }  # fmt: skip
    kinds = {
        "month": Kind.DATE, "known_from": Kind.MOMENT, "men": Kind.INTEGER, "women": Kind.INTEGER,
        "total": Kind.INTEGER,
    }  # fmt: skip
    return Report(
        slug="contributions", title="Contributions", description="A report for the benchmark.", permission="",
        columns=tuple(Column(key, key.replace("_", " ").capitalize(), kinds.get(key, Kind.TEXT)) for key in cells),
        rows=lambda asked: Query(Contribution.objects.known(asked.known_at).order_by("pk"), cells),
        key=("iso3", "mission", "month", "category", "measure"),
    )  # fmt: skip


def asked(taken):
    from reports import run

    return run.ask(taken, {}, by=None, on=AT.date(), known_at=AT, language="en")


def sql():
    """This will print the query of the report as a person would type it."""
    from django.db import connection

    from reports.rows import Rows

    taken = report()
    rows = Rows(taken, asked(taken))
    text, parameters = rows.query.values(rows.columns).query.sql_with_params()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            text = cursor.mogrify(text, parameters).decode()
    else:
        for parameter in parameters:
            text = text.replace("%s", f"'{parameter}'", 1)
    print(text)


def take(format, path):
    """This will take the report out, and print what it cost."""
    from reports import run

    taken = report()
    started, first = time.perf_counter(), None
    opened = run.open_run(taken, asked(taken), format=format, by=None, at=AT)
    with open(path, "wb") as file:
        for piece in run.stream(opened, taken):
            first = first or time.perf_counter() - started
            file.write(piece)
    told = {
        "seconds": time.perf_counter() - started, "first": first, "rows": opened.end.rows,
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }  # fmt: skip
    print(json.dumps(told))


def child(address, *arguments):
    """This will run a part of this module upon that database and return what it printed."""
    environment = {
        **os.environ, "DATABASE_URL": address, "DEBUG": "off", "DJANGO_SETTINGS_MODULE": "peacekeeping.settings",
        "SECRET_KEY": "a key for the benchmark alone, long enough to be taken",
    }  # fmt: skip
    command = [sys.executable, "-m", "tests.benchmarks.reports_a_million", "--child", *map(str, arguments)]
    return subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout


def limit(address, query, path):
    """This will have the database's own program dump the query, and return the seconds."""
    started = time.perf_counter()
    if address.startswith("postgres"):
        subprocess.run(["psql", "-q", address, "-c", f"\\copy ({query}) to '{path}' (format csv)"], check=True)
    else:
        with open(path, "wb") as file:
            database = address.removeprefix("sqlite:///")
            subprocess.run(["sqlite3", "-readonly", "-csv", database, query], check=True, stdout=file)
    return time.perf_counter() - started


def measure(address, rows, rounds, folder):
    child(address, "fill", rows)
    query = child(address, "sql").strip()
    limits, costs = [], {format: [] for format in FORMATS}
    for _round in range(rounds):
        limits.append(limit(address, query, folder / "limit.csv"))
        for format in FORMATS:
            cost = json.loads(child(address, "take", format, folder / f"rows.{format}"))
            assert cost["rows"] == rows, cost
            costs[format].append({**cost, "ratio": cost["seconds"] / limits[-1]})
    size = (folder / "limit.csv").stat().st_size / 1e6
    print(
        f"\n{address.partition(':')[0]}: {rows} rows, {size:.0f} MB; its own dump {statistics.median(limits):.2f} s = 1.00"
    )
    print("format   seconds  ratio (lowest to highest)   first byte   most memory        size")
    for format, of in costs.items():
        ratios = sorted(cost["ratio"] for cost in of)
        print(
            f"{format:6} {statistics.median(cost['seconds'] for cost in of):9.2f} {statistics.median(ratios):6.2f} "
            f"({ratios[0]:.2f} to {ratios[-1]:.2f}) {statistics.median(cost['first'] for cost in of) * 1000:17.0f} ms "
            f"{max(cost['memory'] for cost in of):10.0f} MB {(folder / f'rows.{format}').stat().st_size / 1e6:8.0f} MB"
        )


@contextlib.contextmanager
def own_database(address, name=NAME):
    """A database of the benchmark's own on the server of that address."""
    with contextlib.closing(psycopg2.connect(**server(address))) as admin:
        admin.autocommit = True
        admin.cursor().execute(f"DROP DATABASE IF EXISTS {name}")
        admin.cursor().execute(f"CREATE DATABASE {name}")
        try:
            yield address.rsplit("/", 1)[0] + f"/{name}"
        finally:
            admin.cursor().execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def server(address):
    parts = environ.Env.db_url_config(address)
    return {
        "dbname": parts["NAME"], "user": parts["USER"], "password": parts["PASSWORD"], "host": parts["HOST"],
        "port": parts["PORT"] or 5432,
    }  # fmt: skip


def main(address, rows, rounds):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with own_database(address) as own:
            measure(own, rows, rounds, folder)
        if shutil.which("sqlite3"):
            measure(f"sqlite:///{folder / 'own.sqlite3'}", rows, rounds, folder)
        else:
            print("The program sqlite3 is not installed: SQLite is not measured.")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        import django

        django.setup()
        part, *rest = sys.argv[2:]
        {"fill": lambda rows: fill(int(rows)), "sql": sql, "take": take}[part](*rest)
        sys.exit()
    given = os.environ.get("DATABASE_URL", "")
    if not given.startswith("postgres"):
        sys.exit("Set DATABASE_URL to a PostgreSQL server on which a database may be made.")
    main(given, int((sys.argv[1:2] or [1_000_000])[0]), int((sys.argv[2:3] or [3])[0]))
