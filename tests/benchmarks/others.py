"""The benchmarks that stand on their own, and how `make bench` takes them in. A new one is listed here.

`MEASURING` are parts of every run: their `measure()` is turned into results. `PRINTING` are programs that take long and
run only where they are asked for; what they print stands in the document as it comes.
"""

import contextlib
import importlib
import importlib.util
import os
import subprocess
import sys
import tempfile

from tests.benchmarks import sites
from tests.benchmarks.results import CannotMeasure, Result
from tests.benchmarks.servers import ROOT

MOST_ON_SQLITE = 100_000  # editions of the large house there
MOST = 12  # rows of those that grow most


def module(name):
    """This will return a module of the benchmarks, or refuse where it is not there."""
    name = f"tests.benchmarks.{name}"
    if importlib.util.find_spec(name) is None:
        raise CannotMeasure(f"A part of the run is missing: there is no {name}.")
    return importlib.import_module(name)


def images(asked):
    """This will return what the renditions of one photo cost, against one decode that all of them share."""
    return of_images(module("renditions").measure())


def of_images(told):
    group, ours, shared = "Sizes of a photo of 24 megapixels", told["ours"], told["shared"]
    detail = f"{ours['seconds']:.2f} s of the processor against {shared['seconds']:.2f} s"
    return [
        Result(group, "time, against one shared decode", "", told["ratio"], goal=told["goals"]["ratio"], detail=detail),
        Result(f"{group}: memory", "most memory", "", ours["megabytes"], "MB", goal=told["goals"]["megabytes"]),
    ]


def growth(asked):
    """This will return how much slower every page gets from a small house to a large one, on each kind of database."""
    grown, found = module("grown"), []
    for database in asked.databases:
        editions = asked.grown if database == "PostgreSQL" else min(asked.grown, MOST_ON_SQLITE)
        with server(database) as address:
            try:
                rows = grown.measure(address, editions)
            finally:
                for size in (grown.SMALL, editions):
                    grown.drop(address, size)
        group = f"Growth from {grown.SMALL:,} to {editions:,} editions"
        found += of_growth(rows, database, group, grown.MOST_GROWTH, grown.MOST_FIGURE)
    return found


def of_growth(rows, database, group, most_growth, most_seconds):
    """This will return results of the rows that grow most, and of the figures that take longest on the large house."""
    figures = [row for row in rows if row["name"].startswith("figure ")]
    growing = _worst(rows, "ratio")
    slow = _worst(figures, "large")
    return [
        Result(f"{group}, on {database}: the {len(growing)} that grow most of {len(rows)}", row["name"], "", row["ratio"],
               goal=most_growth, detail=f"{row['small'] * 1000:.1f} ms and {row['large'] * 1000:.1f} ms")
        for row in growing
    ] + [
        Result(f"Slowest figures at {group.split(' to ')[1]}, on {database}", row["name"], "", row["large"] * 1000, "ms",
               goal=most_seconds * 1000)
        for row in slow
    ]  # fmt: skip


def _worst(rows, value):
    """This will return the rows with the most of it: all that miss their goal, and as many more as a table bears."""
    ordered = sorted(rows, key=lambda row: -row[value])
    return [row for place, row in enumerate(ordered) if place < MOST or row["is_over"]]


@contextlib.contextmanager
def server(database):
    """An address beside which databases of that kind may be made."""
    if database == "PostgreSQL":
        with sites.server() as address:
            yield address
    else:
        with tempfile.TemporaryDirectory() as folder:
            yield f"sqlite:///{folder}/grown.sqlite3"


MEASURING = {"images": images, "growth": growth}
PRINTING = (
    "reports_a_million", "exports_beside_readers", "import_a_million", "report_pdf", "search_two_hundred_thousand",
)  # fmt: skip


def text(part):
    """This will return what a program printed, to which a database was given that it may fill."""
    name = f"benchmark_{part}"
    with sites.server() as address, sites.own_database(address, name) as own:
        environment = {**os.environ, "DEBUG": "on", "DATABASE_URL": own}
        done = subprocess.run(
            [sys.executable, "-m", f"tests.benchmarks.{part}"], cwd=ROOT, env=environment, capture_output=True,
            text=True, check=False,
        )  # fmt: skip
    if done.returncode:
        raise CannotMeasure(f"{part} failed: {done.stderr.strip()[-1500:]}")
    return done.stdout
