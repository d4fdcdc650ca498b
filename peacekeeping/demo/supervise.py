"""Runs the demo's two processes, the server and the worker, as one: they end together.

A worker that dies is started again. It imports nothing of the house, so that it costs next to no memory.
"""

import argparse
import signal
import subprocess
import sys
import time

from peacekeeping.serve import server, start

PATIENCE = 20  # seconds for a process to end by itself
RESPITE = 3  # seconds at least between two starts of the worker


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", default="8000")
    sys.exit(run(server(parser.parse_args().port), [sys.executable, "manage.py", "work"]))


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


if __name__ == "__main__":
    main()
