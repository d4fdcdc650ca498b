"""Runs the whole suite on SQLite and on PostgreSQL: `python -m tests.run [pytest arguments]`.

Each leg is spread over the machine's processors; `-n 0` among the arguments runs it in one process.

What could not be run is named in the last lines, in capitals; with CI=true it is a failure. A test that skips
because `../shared` is not beside the checkout is named too, and is a failure nowhere: the same behaviour is
tested on small files of our own.
"""

import os
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from pathlib import Path

from tests import chromium, postgres

ROOT = Path(__file__).resolve().parent.parent
ALLOWED_SKIP = "../shared is not beside this checkout"


def main(arguments):
    failed, left_out, passed = False, [], 0
    browser = chromium.find_or_install()
    if not browser:
        left_out.append("NO CHROMIUM: THE BROWSER TESTS WERE NOT RUN")
    with tempfile.TemporaryDirectory(prefix="suite-") as folder:
        # SQLite in a file: an in-memory database would be shared between threads, which no site does.
        legs = [("SQLite", f"sqlite:///{folder}/test.sqlite3", "" if browser else "not browser")]
        try:
            with postgres.server() as (address, origin):
                legs.append((f"PostgreSQL, {origin}", address, "not browser"))
                results = [leg(*each, arguments, folder) for each in legs]
        except postgres.NoPostgres as error:
            left_out.append(f"NO POSTGRESQL: {error}".upper())
            results = [leg(*each, arguments, folder) for each in legs[:1]]
    for code, count, skips in results:
        failed |= code != 0
        passed += count
        left_out += [f"SKIPPED {skip.upper()}" for skip in skips]
    for line in sorted(set(left_out)):
        print(line)
    missing = [line for line in left_out if ALLOWED_SKIP.upper() not in line]
    if missing and os.environ.get("CI") == "true":
        print("WITH CI=true WHAT COULD NOT BE RUN IS A FAILURE")
        failed = True
    return 1 if failed else 0


def leg(name, address, marker, arguments, folder):
    """This will run pytest once and return (exit code, number passed, reasons of skipped tests)."""
    print(f"\n=== {name} ===", flush=True)
    report = Path(folder) / "report.xml"
    report.unlink(missing_ok=True)
    environment = {
        **os.environ,
        "DATABASE_URL": address,
        "DEBUG": "off",
        "SECRET_KEY": "a key for the suite alone, long enough to be taken",
        "MEDIA_ROOT": f"{folder}/media",
        "STATIC_ROOT": f"{folder}/static",
    }
    # One more than there are processors: a worker often waits for the database or for a browser.
    spread = ["-n", str((os.cpu_count() or 1) + 1)]
    chosen = ["-m", marker] if marker else []
    command = [sys.executable, "-m", "pytest", f"--junit-xml={report}", *spread, *chosen, *arguments]
    code = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
    if not report.exists():
        return code or 1, 0, []
    suite = ElementTree.parse(report).getroot().find("testsuite")
    skips = [
        f"{case.get('name')}: {case.find('skipped').get('message')}"
        for case in suite.iter("testcase")
        if case.find("skipped") is not None
    ]
    return code, int(suite.get("tests")) - len(skips), skips


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
