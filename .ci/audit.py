"""Asks the OSV database whether a pinned package has a known vulnerability: `make audit`.

It needs nothing but Python and the network. It ends with 0 where none is known, with 1 where one is, and with 3 where
the service could not be asked: then nothing was audited, and it says so.
"""

import argparse
import json
import re
import sys
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILES = ("requirements.txt", "requirements-dev.txt")
SERVICE = "https://api.osv.dev"
PIN = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[\w,-]+\])?==([^\s\\;]+)", re.M)
# What does not touch this house, by its number, with why and until when somebody looks again.
ACCEPTED = {}
FOUND, NOT_AUDITED = 1, 3
PATIENCE = 20  # seconds


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--service", default=SERVICE, help="where OSV's interface is (a mirror in the house)")
    parser.add_argument("files", nargs="*", type=Path, default=[ROOT / name for name in FILES])
    wanted = parser.parse_args()
    pins = sorted({pin for file in wanted.files for pin in PIN.findall(file.read_text())})
    try:
        found = ask(wanted.service, pins)
    except (OSError, ValueError, KeyError, TypeError) as error:
        print(f"NOT AUDITED: THE SERVICE {wanted.service} CANNOT BE ASKED ({error})")
        return NOT_AUDITED
    told = [(name, version, number) for name, version, number in found if number not in ACCEPTED]
    for name, version, number in told:
        print(f"{name} {version}: https://osv.dev/vulnerability/{number}")
    print(f"{len(pins)} packages audited, {len(told)} known vulnerabilities, {len(found) - len(told)} accepted.")
    return FOUND if told else 0


def ask(service, pins):
    """This will return (package, version, number of the vulnerability) of each that the service knows.

    Raises an OSError where it cannot be reached, and what parsing raises where it answers something else.
    """
    queries = [{"package": {"name": name, "ecosystem": "PyPI"}, "version": version} for name, version in pins]
    request = urllib.request.Request(
        f"{service}/v1/querybatch", json.dumps({"queries": queries}).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        results = json.load(answer)["results"]
    if len(results) != len(pins):
        raise ValueError(f"it answered {len(results)} of {len(pins)} questions")
    return [
        (name, version, known["id"])
        for (name, version), result in zip(pins, results, strict=True)
        for known in result.get("vulns", [])
    ]


if __name__ == "__main__":
    sys.exit(main())
