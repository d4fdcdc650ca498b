"""`make demo` runs a server and a worker as one: they begin and end together."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
# A process that writes its number into the file that it is named, and lives on.
LIVES = "import os, sys, time; print(os.getpid(), file=open(sys.argv[1], 'a')); time.sleep(600)"
SUPERVISES = """
import sys
from peacekeeping.demo import supervise
sys.exit(supervise.run(*([sys.executable, "-c", sys.argv[1], name] for name in sys.argv[2:])))
"""


def until(asks, seconds=30):
    """This will return what `asks` returns as soon as it is something."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := asks():
            return found
        time.sleep(0.05)
    raise AssertionError("it never came")


def lives(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


@pytest.fixture
def demo(tmp_path):
    """The supervisor of two such processes, and the files into which they write their numbers."""
    if not Path("/proc/self/stat").exists():
        pytest.skip("it reads of processes in /proc")
    names = [tmp_path / "server", tmp_path / "worker"]
    for name in names:
        name.touch()
    process = subprocess.Popen([sys.executable, "-c", SUPERVISES, LIVES, *map(str, names)], cwd=ROOT)
    yield process, *names
    process.kill()
    process.wait()
    for name in names:
        for pid in filter(lives, numbers(name)):
            os.kill(pid, signal.SIGKILL)


def numbers(name):
    return [int(line) for line in name.read_text().splitlines()]


def test_a_worker_that_dies_is_started_again_and_both_end_with_the_demo(demo):
    supervisor, server, worker = demo
    (served,) = until(lambda: numbers(server))
    (first,) = until(lambda: numbers(worker))
    os.kill(first, signal.SIGKILL)
    _first, second = until(lambda: len(numbers(worker)) == 2 and numbers(worker))
    assert lives(served), "the server was ended with its worker"
    supervisor.send_signal(signal.SIGINT)
    assert supervisor.wait(30) == 0
    assert not lives(served) and not lives(second)


def test_the_worker_ends_where_the_server_dies(demo):
    supervisor, server, worker = demo
    (served,) = until(lambda: numbers(server))
    (working,) = until(lambda: numbers(worker))
    os.kill(served, signal.SIGKILL)
    assert supervisor.wait(30) != 0
    assert not lives(working)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nothing ends the children of a killed process")
def test_nothing_of_the_demo_outlives_it_where_it_is_killed_outright(demo):
    supervisor, server, worker = demo
    both = [until(lambda name=name: numbers(name))[0] for name in (server, worker)]
    supervisor.kill()
    assert until(lambda: not any(map(lives, both)))
