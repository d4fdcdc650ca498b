"""Writes into the requirements the hashes of every file that the package index has of each pinned version.

`make pins`, after a version was raised or a line was added by hand: only the names and versions are read, the hashes
below them are made anew. All files are listed, for whatever machine; pip then refuses any other.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILES = ("requirements.txt", "requirements-dev.txt", ".ci/pins.txt")
PIN = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[\w,-]+\])?==([^\s\\;]+)")
HASH = re.compile(r"sha256:[0-9a-f]{64}")


def main():
    for name in FILES:
        path = ROOT / name
        lines = [line for line in path.read_text().splitlines() if not line.lstrip().startswith("--hash=")]
        lines = [line.removesuffix("\\").rstrip() for line in lines]
        found = hashes([line for line in lines if PIN.match(line)])
        path.write_text("\n".join(with_hashes(line, found) for line in lines) + "\n")
        print(f"{name}: {len(found)} packages, {sum(map(len, found.values()))} files")


def hashes(pins):
    """This will return {(name, version): the hashes of its files} of the lines of a file of requirements."""
    with tempfile.TemporaryDirectory() as folder:
        wanted = Path(folder) / "wanted.txt"
        wanted.write_text("\n".join(pins))
        command = [sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--no-deps", "--generate-hashes",
                   "--no-header", "--no-annotate", str(wanted)]  # fmt: skip
        told = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    found, current = {}, None
    for line in told.splitlines():
        if pin := PIN.match(line):
            current = found.setdefault(key(pin), [])
        current += HASH.findall(line)
    return found


def with_hashes(line, found):
    """This will return a line of the requirements with the hashes of its package; any other line stays as it is."""
    pin = PIN.match(line)
    if not pin:
        return line
    return " \\\n".join([line, *(f"    --hash={one}" for one in sorted(found[key(pin)]))])


def key(pin):
    """Names are spelled in many ways; the index reads them as one."""
    return re.sub(r"[-_.]+", "-", pin[1]).lower(), pin[2]


if __name__ == "__main__":
    main()
