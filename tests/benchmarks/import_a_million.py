"""Times the import of 1,000,000 rows of contributions on PostgreSQL against csv and COPY alone.

    DATABASE_URL=postgres://... python -m tests.benchmarks.import_a_million [rows]

The limit, 1.00, is reading the file with `csv` and writing its rows with COPY into a bare table. Stands beside it: the
plan and its application into an empty table, a second reading that changes nothing, a vintage with 1 % of the rows
changed, and a file of other months beside a full table. It works in a database of its own, which it makes and drops.
"""

import csv
import io
import itertools
import os
import random
import resource
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

import environ

COUNTRIES, MISSIONS = 200, 50


def months(first, count):
    """This will yield the last days of `count` months."""
    year, month = first
    for _step in range(count):
        month += 1
        if month > 12:
            year, month = year + 1, 1
        yield date(year, month, 1) - timedelta(days=1)


def write_file(path, first, rows, codes, changed=0):
    """This will write a file of the clean shape: one or two personnel types a row, noughts in the others."""
    with path.open("w", newline="") as file:
        out = csv.writer(file)
        out.writerow(
            ["", "Date", "Contributor", "Contributor ISO-3", "Mission"]
            + [
                f"{kind} {part}"
                for kind in ("Individual Police", "Formed Police Units", "Experts on Mission", "Troops", "Total")
                for part in ("Male", "Female", "Total")
            ]
        )
        chance = random.Random(2025)
        keys = itertools.product(months(first, rows // (COUNTRIES * MISSIONS) + 1), codes, range(MISSIONS))
        for number, (month, code, mission) in enumerate(itertools.islice(keys, rows)):
            # As in the UN's figures, most contributions are a handful of people and a few are thousands.
            men = min(int(chance.paretovariate(0.7)), 9000)
            women = int(men * chance.random() / 8)
            if changed and number % changed == 0:
                men += 1
            experts = number % 4 == 0
            cells = [0, 0, 0, 0, 0, 0, *((2, 1, 3) if experts else (0, 0, 0)), men, women, men + women]
            total = [men + 2 * experts, women + experts, men + women + 3 * experts]
            out.writerow([number, month, code, code, f"M{mission:02}", *cells, *total])


def limit(path, connection):
    """This will read the file with csv and COPY its rows into a bare table, and return the seconds."""
    started = time.perf_counter()
    with connection.cursor() as cursor, path.open(newline="") as file:
        numbers = ", ".join(f"n{place} integer" for place in range(15))
        cursor.execute(f"CREATE TABLE bare (id integer, day date, name text, code text, mission text, {numbers})")
        reader = csv.reader(file)
        next(reader)
        while batch := list(itertools.islice(reader, 5000)):
            text = io.StringIO()
            csv.writer(text).writerows(batch)
            text.seek(0)
            cursor.copy_expert("COPY bare FROM STDIN (FORMAT csv)", text)
    seconds = time.perf_counter() - started
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE bare")
    return seconds


def main(rows):
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.utils import timezone

    from missions.models import Contribution, Country, Mission
    from missions.un_data import apply

    call_command("migrate", verbosity=0)
    for number in range(MISSIONS):
        Mission.objects.create(acronym=f"M{number:02}", slug=f"m{number:02}", name_en="Mission", kind="un_peacekeeping")
    codes = list(Country.objects.order_by("iso3").values_list("iso3", flat=True)[:COUNTRIES])

    def imported(path):
        started = time.perf_counter()
        plan = apply.make_plan("contributions", path)
        planned = time.perf_counter() - started
        apply.apply(plan, by=None, at=timezone.now())
        plan.close()
        return time.perf_counter() - started, planned, dict(plan.counts)

    with tempfile.TemporaryDirectory() as folder:
        files = {name: Path(folder) / f"{name}.csv" for name in ("first", "vintage", "other")}
        write_file(files["first"], (1990, 1), rows, codes)
        write_file(files["vintage"], (1990, 1), rows, codes, changed=100)
        write_file(files["other"], (2010, 1), rows, codes)
        limits = [limit(files["first"], connection)]
        results = [(name, *imported(files[file])) for name, file in (
            ("into an empty table", "first"), ("again, unchanged", "first"), ("vintage, 1 % changed", "vintage"),
            ("other months beside them", "other"),
        )]  # fmt: skip
        limits.append(limit(files["first"], connection))
    reference = min(limits)
    print(f"{rows} rows; csv and COPY alone: {reference:.2f} s = 1.00 (second time {max(limits):.2f} s)")
    for name, seconds, planned, counts in results:
        print(f"{name:26} {seconds:6.2f} s = {seconds / reference:4.2f}  (plan {planned:5.2f} s)  {counts}")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"records: {Contribution.objects.count()}; most memory: {memory} MB")
    connection.close()


if __name__ == "__main__":
    import psycopg2

    address = os.environ.get("DATABASE_URL", "")
    if not address.startswith("postgres"):
        sys.exit("Set DATABASE_URL to a PostgreSQL server on which a database may be made.")
    name = "benchmark_import"
    parts = environ.Env.db_url_config(address)
    admin = psycopg2.connect(
        dbname=parts["NAME"], user=parts["USER"], password=parts["PASSWORD"], host=parts["HOST"], port=parts["PORT"]
    )
    admin.autocommit = True
    admin.cursor().execute(f"DROP DATABASE IF EXISTS {name}")
    admin.cursor().execute(f"CREATE DATABASE {name}")
    os.environ["DATABASE_URL"] = address.rsplit("/", 1)[0] + f"/{name}"
    os.environ["DEBUG"] = "off"
    os.environ.setdefault("SECRET_KEY", "a key for the benchmark alone, long enough to be taken")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peacekeeping.settings")
    try:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
    finally:
        admin.cursor().execute(f"DROP DATABASE IF EXISTS {name}")
