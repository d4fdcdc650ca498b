"""The site that is measured: the demonstration and a thousand stories, on a database of its own."""

import contextlib
import os
import subprocess
import sys
from dataclasses import dataclass

from tests import postgres
from tests.benchmarks.reports_a_million import own_database
from tests.benchmarks.results import CannotMeasure
from tests.benchmarks.servers import ROOT

DATABASES = ("PostgreSQL", "SQLite")
NAME = "benchmark_site"


@dataclass(frozen=True)
class Site:
    """A filled site: on which database, and the environment that its processes need."""

    name: str
    environment: dict


@contextlib.contextmanager
def prepared(database, folder, articles):
    """A `Site` on that kind of database, filled; it is gone when the block ends."""
    with contextlib.ExitStack() as stack:
        address = f"sqlite:///{folder}/site.sqlite3"
        if database == "PostgreSQL":
            address = stack.enter_context(own_database(stack.enter_context(server()), NAME))
        site = Site(database, {
            "PATH": os.environ["PATH"], "DEBUG": "off", "SECRET_KEY": "a key for the benchmark alone, long enough to be taken",
            "DATABASE_URL": address, "MEDIA_ROOT": f"{folder}/{database}/media", "STATIC_ROOT": f"{folder}/{database}/static",
            "LOG_LEVEL": "ERROR",
        })  # fmt: skip
        run(site, "manage.py", "migrate", "-v0")
        run(site, "manage.py", "collectstatic", "-v0", "--noinput")
        run(site, "manage.py", "load_demo")
        run(site, "-m", "tests.benchmarks.stories", articles)
        yield site


@contextlib.contextmanager
def server():
    """The address of a PostgreSQL: the one that DATABASE_URL names, else the one that the suite would find."""
    named = os.environ.get("DATABASE_URL", "")
    if named.startswith("postgres"):
        yield named
        return
    try:
        with postgres.server() as (address, _origin):
            yield address
    except postgres.NoPostgres as error:
        raise CannotMeasure(
            f"There is no PostgreSQL ({error}). Set DATABASE_URL, or ask for `--databases SQLite`."
        ) from error


def run(site, *arguments):
    """This will run Python upon the site and return what it printed."""
    line = [sys.executable, *map(str, arguments)]
    done = subprocess.run(line, cwd=ROOT, env=site.environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CannotMeasure(f"{' '.join(line[1:])} failed: {done.stderr.strip()[-1500:]}")
    return done.stdout
