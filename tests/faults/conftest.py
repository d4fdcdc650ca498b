import contextlib
import json
import os
import subprocess
import sys
import tempfile

import psycopg2
import pytest
from django.db import connections

from tests import postgres
from tests.faults import parts

KEY = "a key for these tests alone, long enough to be taken"


@pytest.fixture(scope="session")
def static_files(tmp_path_factory):
    """The folder of static files, collected once, as each node needs them."""
    folder = tmp_path_factory.mktemp("static")
    environment = {**os.environ, "DEBUG": "off", "SECRET_KEY": KEY, "STATIC_ROOT": str(folder)}
    command = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"]
    subprocess.run(command, cwd=parts.ROOT, env=environment, check=True)
    return folder


class Site:
    """A house on databases and folders of its own, and everything of it that runs."""

    def __init__(self, folder, database, static_files):
        self.folder, self.running, self._number = folder, contextlib.ExitStack(), 0
        self.environment = {
            "PATH": os.environ["PATH"], "HOME": str(folder), "DEBUG": "off", "DATABASE_URL": database,
            "SECRET_KEY": KEY, "STATIC_ROOT": str(static_files),
            "MEDIA_ROOT": str(folder / "media"), "METRICS_DIR": str(folder / "metrics"), "LOG_LEVEL": "WARNING",
            "ERASED_LIST": str(folder / "erased.jsonl"), "SECOND_FACTOR_DEMANDED": "off", "PAGE_CACHE": "on",
        }  # fmt: skip

    def manage(self, *arguments, fails=False):
        """This will run a command and return what it said; `fails` says whether it must end with a failure."""
        command = [sys.executable, "manage.py", *map(str, arguments)]
        done = subprocess.run(
            command, cwd=parts.ROOT, env={**os.environ, **self.environment}, capture_output=True, text=True
        )
        assert (done.returncode != 0) == fails, f"{done.returncode} {done.stdout} {done.stderr}"
        return done.stdout + (done.stderr if fails else "")

    def prepare(self):
        """This will fill it, and return the keys of its texts."""
        return json.loads(self.do("prepare()"))

    def tell(self):
        """This will return what it holds by now, of editions by key; it fails where anything is half done."""
        told = json.loads(self.do("tell()"))
        assert told["halves"] == []
        return {int(key): edition for key, edition in told["editions"].items()}

    def reports(self):
        """This will return how many files of reports are in which state."""
        return json.loads(self.do("reports()"))

    def do(self, call):
        """This will run a step of `tests.faults.scene` in a process of its own, and return its last line."""
        told = self.manage("shell", "-v0", "-c", f"from tests.faults import scene; scene.{call}")
        return (told.splitlines() or [""])[-1]

    def run(self, kind, *arguments, **options):
        """This will return a part of a kind, which the test starts, and which is killed after it."""
        self._number += 1
        log = self.folder / f"{self._number}-{kind.__name__.lower()}.log"
        if kind in (parts.Node, parts.Worker):
            arguments = ({**self.environment, **options.pop("environment", {})}, *arguments)
        part = kind(log, *arguments, **options)
        self.running.callback(lambda: part.process and part.process.poll() is None and part.kill())
        return part


@pytest.fixture
def site(migrated, empty_database, static_files, tmp_path):
    """A house upon a copy of the tests' own database."""
    site = Site(tmp_path, empty_database, static_files)
    with site.running:
        yield site


@pytest.fixture
def cluster(django_db_setup):
    """A PostgreSQL of its own, with a copy of the tests' own database, which may be stopped and started again."""
    with tempfile.TemporaryDirectory(prefix="cluster-") as folder:  # pytest's own folders are closed to its user
        try:
            made = postgres.Cluster(folder, max_connections=300)
        except postgres.NoPostgres as error:
            pytest.skip(str(error))
        made.start()
        try:
            own = connections["default"].settings_dict
            connections["default"].close()
            source = psycopg2.extensions.make_dsn(
                dbname=own["NAME"],
                user=own["USER"],
                password=own["PASSWORD"] or None,
                host=own["HOST"],
                port=own["PORT"],
            )
            dump = subprocess.run(
                [made.binaries / "pg_dump", "--no-owner", source], capture_output=True, check=True, text=True
            )
            command = [made.binaries / "psql", "-q", "-v", "ON_ERROR_STOP=1", made.address]
            subprocess.run(command, input=dump.stdout, check=True, stdout=subprocess.DEVNULL, text=True)
            yield made
        finally:
            made.stop("immediate")


@pytest.fixture
def site_of_its_own(cluster, static_files, tmp_path):
    """A house upon a PostgreSQL of its own."""
    site = Site(tmp_path, cluster.address, static_files)
    with site.running:
        yield site
