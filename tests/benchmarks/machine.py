"""What a run was made on."""

import os
import platform
import re
import sqlite3
from importlib.metadata import version
from pathlib import Path

import psycopg2


def describe():
    """This will return {what: how it is called}."""
    return {
        "Processors": f"{os.cpu_count()} × {_model()}",
        "Memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB",
        "System": f"{_system()}, Linux {platform.release()}",
        "Load as it began": "{:.2f} in the last minute, {:.2f} in the last five".format(*os.getloadavg()),
        "Python": platform.python_version(),
        "Django": version("django"),
        "gunicorn": version("gunicorn"),
        "granian": version("granian"),
        "SQLite": sqlite3.sqlite_version,
    }


def _model():
    found = re.search(r"^model name\s*: (.+)$", Path("/proc/cpuinfo").read_text(), re.M)
    return " ".join(found[1].split()) if found else platform.machine()


def _system():
    return platform.freedesktop_os_release()["PRETTY_NAME"]


def postgresql(address):
    """This will return the version of the server at that address."""
    connection = psycopg2.connect(address)
    try:
        return f"{connection.server_version // 10_000}.{connection.server_version % 10_000}"
    finally:
        connection.close()
