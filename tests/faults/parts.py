"""The parts of a house that runs, each a process that a test may kill: nodes, workers, the cache, the store, the balancer."""

import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.ports import free_port

ROOT = Path(__file__).resolve().parent.parent.parent


def until(is_so, seconds=30, what="it"):
    """This will wait until something is so, and return how many seconds that took."""
    began = time.monotonic()
    while not is_so():
        assert time.monotonic() - began < seconds, f"{what} did not come within {seconds} seconds"
        time.sleep(0.05)
    return time.monotonic() - began


def status_of(address):
    """This will return with which status an address answers, or 0 where nobody takes the connection."""
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            return answer.status
    except urllib.error.HTTPError as refusal:
        return refusal.code
    except OSError:
        return 0


class Part:
    """A process that a test starts, ends and kills. What it says is kept in a file."""

    def __init__(self, log, environment=None):
        self.log, self.environment, self.process = log, environment, None

    def begin(self, *command):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [str(part) for part in command], cwd=ROOT, env=self.environment, stdin=subprocess.DEVNULL, stdout=log,
                stderr=log,
            )  # fmt: skip

    def end(self, seconds=60):
        """This will let it end by itself, and return its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(seconds)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def said(self):
        return Path(self.log).read_text(errors="replace")


class Node(Part):
    """A node of the site, as `peacekeeping.serve` runs it."""

    def __init__(self, log, environment, workers=2):
        super().__init__(log, environment)
        self.workers, self.port = workers, free_port()
        self.address = f"http://127.0.0.1:{self.port}"

    def start(self, *, grace=0):
        self.begin(
            sys.executable, "-m", "peacekeeping.serve", "--port", self.port, "--workers", self.workers, "--grace", grace,
            "--finish", 20,
        )  # fmt: skip
        until(lambda: status_of(f"{self.address}/health/ready") == 200, 120, "the node")

    def worker_ids(self):
        """This will return the process ids of those that answer."""
        (server,) = _children(self.process.pid)
        return _children(server)


class Worker(Part):
    """`manage.py work`."""

    def start(self):
        self.begin(sys.executable, "manage.py", "work")


class Redis(Part):
    """A server of Redis on a port of its own."""

    def __init__(self, log):
        if not shutil.which("redis-server"):
            pytest.skip("there is no redis-server on this machine")
        super().__init__(log)
        self.port = free_port()
        self.address = f"redis://127.0.0.1:{self.port}/0"

    def start(self):
        self.begin(
            "redis-server", "--port", self.port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir",
            Path(self.log).parent,
        )  # fmt: skip
        until(lambda: _is_open(self.port), what="Redis")


class Store(Part):
    """An S3-compatible store with one bucket."""

    def __init__(self, log):
        super().__init__(log)
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"

    def start(self):
        self.begin(sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", self.port)
        until(lambda: _is_open(self.port), 60, "the store")
        request = urllib.request.Request(f"{self.address}/media", method="PUT")
        urllib.request.urlopen(request, timeout=10).close()


class Balancer(Part):
    """HAProxy before two nodes, as `deploy/haproxy.cfg` has it."""

    def __init__(self, log, nodes):
        if not shutil.which("haproxy"):
            pytest.skip("there is no haproxy on this machine")
        port = free_port()
        first, second = (f"127.0.0.1:{node.port}" for node in nodes)
        environment = {
            "PATH": os.environ["PATH"], "LISTEN": f"127.0.0.1:{port}", "NODE_A": first, "NODE_B": second,
            "CHECK_HOST": "127.0.0.1",
        }  # fmt: skip
        super().__init__(log, environment)
        self.address = f"http://127.0.0.1:{port}"

    def start(self):
        self.begin("haproxy", "-db", "-f", ROOT / "deploy/haproxy.cfg")
        until(lambda: status_of(f"{self.address}/health/ready") == 200, 30, self.said())


class Clock:
    """What the processes of an environment take for the time: `jump(seconds)` away from what it is, for all at once."""

    def __init__(self, folder):
        if not shutil.which("cc"):
            pytest.skip("there is no C compiler on this machine")
        self.file, library = folder / "clock", folder / "clock.so"
        source = Path(__file__).with_name("clock.c")
        subprocess.run(["cc", "-O2", "-Wall", "-Werror", "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True)
        self.jump(0)
        self.environment = {"LD_PRELOAD": str(library), "CLOCK_OFF": str(self.file)}

    def jump(self, seconds):
        """This will set it so many seconds after the true time, or before it."""
        with open(self.file, "wb" if not self.file.exists() else "r+b") as file:
            file.write(struct.pack("@l", seconds))


class Disk:
    """A disk of so many megabytes, which can be full."""

    def __init__(self, folder, megabytes):
        folder.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=700", "tmpfs", str(folder)]
        if subprocess.run(command, capture_output=True, check=False).returncode:
            pytest.skip("nobody may mount a small disk here")
        self.folder, self.filler = folder, folder / "filler"

    def fill(self, *, but=0):
        """This will leave so many bytes free."""
        free = shutil.disk_usage(self.folder).free
        self.filler.write_bytes(b"\0" * max(free - but, 0))

    def free(self):
        self.filler.unlink(missing_ok=True)

    def files(self):
        return sorted(path for path in self.folder.rglob("*") if path.is_file() and path != self.filler)

    def end(self):
        subprocess.run(["umount", "--lazy", str(self.folder)], check=True)


def _children(process):
    return [int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def _is_open(port):
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True
