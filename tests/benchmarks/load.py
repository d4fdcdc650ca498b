"""Puts load on a server with wrk, and reads what wrk says of it."""

import re
import shutil
import subprocess
import time
from dataclasses import dataclass

from tests.benchmarks.results import CannotMeasure

CONNECTIONS = 16
SETTLED = 0.2  # seconds after which every connection has found its worker
TURNS = 10
TO_MS = {"us": 0.001, "ms": 1, "s": 1000, "m": 60_000}


@dataclass(frozen=True)
class Load:
    """Requests a second, and the milliseconds that the middle one and the slowest of a hundred took."""

    rate: float
    p50: float
    p99: float


def demand_wrk():
    """This will refuse to go on where wrk is missing."""
    if shutil.which("wrk") is None:
        raise CannotMeasure("wrk is not installed. It is a system package, `wrk`, which `make bench` alone needs.")


def put(address, seconds, script=None, *, gzip=False, is_fair=lambda: True):
    """This will load an address (with a script of wrk's, what the script asks for) and return the `Load`.

    With `gzip` the answer is asked for compressed, as browsers and programs that read feeds do.
    Soon after the beginning `is_fair` says whether the load lies as it should: else it is begun anew, a few times.
    """
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "20s", "--latency"]
    command += ["-s", str(script)] if script else []
    command += ["-H", "Accept-Encoding: gzip"] if gzip else []
    for turn in range(TURNS):
        with subprocess.Popen([*command, address], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as wrk:
            time.sleep(SETTLED)
            if turn + 1 < TURNS and not is_fair():
                wrk.terminate()
                continue
            told, complaint = wrk.communicate()
        if wrk.returncode:
            raise CannotMeasure(f"wrk could not load {address}: {(complaint or told).strip()}")
        return read(told, address)


def read(told, address):
    """This will return the `Load` that wrk printed. An answer that failed makes the figure worthless: it is refused."""
    for broken in ("Non-2xx or 3xx responses", "Socket errors"):
        if found := re.search(rf"{broken}: (.+)", told):
            raise CannotMeasure(f"The server is broken: of {address} wrk says {broken}: {found[1]}.")
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", told)[1])
    if not rate:
        raise CannotMeasure(f"The server is broken: {address} was not answered once.")
    p50, p99 = (_milliseconds(re.search(rf"{share}%\s+([\d.]+)(\w+)", told)) for share in (50, 99))
    return Load(rate, p50, p99)


def _milliseconds(found):
    return float(found[1]) * TO_MS[found[2]]
