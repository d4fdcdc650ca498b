"""`python -m peacekeeping.serve`: the production server of one node, which leaves without dropping anybody.

Told to end (SIGTERM), the node says for some seconds that it is not ready, and answers all the while: its balancer
sends readers elsewhere. Then it takes no more, finishes what is under way, and is gone within a time. It imports
nothing of the house, so that it costs next to no memory.
"""

import argparse
import ctypes
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PR_SET_PDEATHSIG = 1
AT_ONCE = 32  # connections of a worker; each that is asked something has a thread, which has one to the database
# granian copies each body that it sends. Its allocator (jemalloc) kept what these took, for each thread apart: forty
# megabytes after eight readers of an uncompressed feed. One heap, and what lay a second without use is given back.
ALLOCATOR = {"_RJEM_MALLOC_CONF": "narenas:1,dirty_decay_ms:1000,muzzy_decay_ms:0"}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--threads", type=int, default=AT_ONCE, help="requests that a worker works on; 4 with SQLite")
    parser.add_argument("--grace", type=float, default=10, help="seconds from not being ready to taking no more")
    parser.add_argument("--finish", type=int, default=30, help="seconds for what is under way after that")
    asked = parser.parse_args()
    command = server(asked.port, asked.workers, host=asked.host, finish=asked.finish, threads=asked.threads)
    sys.exit(run(command, grace=asked.grace, finish=asked.finish))


def server(
    port, workers=2, *, host="127.0.0.1", finish=30, threads=AT_ONCE, application="peacekeeping.wsgi:application"
):
    """This will return the command of the production server.

    A thread lives for ten minutes without work: a new one opens a connection to the database while its reader waits.
    """
    granian = str(Path(sys.executable).with_name("granian"))
    options = ["--interface", "wsgi", "--host", host, "--port", str(port), "--workers", str(workers), "--no-ws"]
    threads = [
        "--backpressure", str(AT_ONCE), "--blocking-threads", str(threads), "--blocking-threads-idle-timeout", "600",
    ]  # fmt: skip
    # A worker that dies is started again; where that one dies within seconds, all end, and who started them is told.
    ending = ["--workers-kill-timeout", str(finish), "--respawn-failed-workers"]
    return [granian, *options, *threads, *ending, application]


def run(command, *, grace, finish):
    """This will run the server until it ends or somebody ends this process, and return the exit code."""
    told = []
    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, lambda number, _frame: told.append(number))
    with tempfile.TemporaryDirectory(prefix="peacekeeping-") as folder:
        leaving = Path(os.environ.setdefault("LEAVING_FILE", f"{folder}/leaving"))
        leaving.unlink(missing_ok=True)
        serving = start(command)
        _until(lambda: told or serving.poll() is not None)
        if serving.poll() is not None:
            return serving.returncode
        leaving.touch()
        # Told a second time, or with Ctrl+C, it waits for no balancer.
        by_hand, began = told[0] == signal.SIGINT, time.monotonic()
        _until(lambda: by_hand or len(told) > 1 or time.monotonic() - began >= grace or serving.poll() is not None)
        serving.terminate()
        try:
            serving.wait(finish + 5)
        except subprocess.TimeoutExpired:
            serving.kill()
        leaving.unlink(missing_ok=True)
    return 0


def _until(is_so):
    while not is_so():
        time.sleep(0.1)


def start(command):
    """This will start a command in a session of its own: Ctrl+C reaches this process, which ends the others."""
    environment = {**ALLOCATOR, **os.environ}
    return subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True, preexec_fn=_die_with_parent)


def _die_with_parent():
    """Where this process is killed outright, Linux ends its children for it."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


if __name__ == "__main__":
    main()
