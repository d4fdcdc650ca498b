"""Runs the demo's two processes, the server and the worker, as one: they end together.

A worker that dies is started again. It imports nothing of the house, so that it costs next to no memory.
"""

import argparse
import ctypes
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 20  # seconds for a process to end by itself
RESPITE = 3  # seconds at least between two starts of the worker
PR_SET_PDEATHSIG = 1


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", default="8000")
    sys.exit(run(server(parser.parse_args().port), [sys.executable, "manage.py", "work"]))


def server(port, workers=2):
    """This will return the command of the production server.

    A thread lives for ten minutes without work: a new one opens a connection to the database while its reader waits.
    """
    granian = str(Path(sys.executable).with_name("granian"))
    options = ["--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", str(workers), "--no-ws"]
    threads = ["--backpressure", "32", "--blocking-threads-idle-timeout", "600"]
    return [granian, *options, *threads, "peacekeeping.wsgi:application"]


def run(serve, work):
    """This will run both commands until the server ends or somebody ends this process, and return the exit code."""
    ended = []
    for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(one, lambda number, _frame: ended.append(number))
    serving, working, began = start(serve), start(work), time.monotonic()
    while not ended and serving.poll() is None:
        time.sleep(0.5)
        if working.poll() is not None and not ended and time.monotonic() - began > RESPITE:
            print("The worker died and is started again.", file=sys.stderr, flush=True)
            working, began = start(work), time.monotonic()
    for process in (serving, working):
        process.terminate()
    for process in (serving, working):
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
    return 0 if ended else serving.wait()


def start(command):
    """This will start a command in a session of its own: Ctrl+C reaches this process, which ends the others."""
    return subprocess.Popen(command, cwd=ROOT, start_new_session=True, preexec_fn=_die_with_parent)


def _die_with_parent():
    """Where this process is killed outright, Linux ends its children for it."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


if __name__ == "__main__":
    main()
