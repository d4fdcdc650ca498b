"""The servers under which the site is measured: how each is started, that it serves, and how much memory it holds."""

import contextlib
import getpass
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from peacekeeping.serve import ALLOCATOR
from tests.benchmarks.results import CannotMeasure
from tests.ports import free_port

ROOT = Path(__file__).resolve().parent.parent.parent
WORKERS, THREADS = 2, 4
ON_SQLITE = ["--blocking-threads", THREADS]  # of granian, as docs/operations.md has it
ESTABLISHED = "01"  # as /proc/net/tcp writes it
PATIENCE = 30  # seconds until a server that does not answer counts as broken
GUNICORN = ["--workers", WORKERS, "--bind", "127.0.0.1:{port}", "--log-level", "error"]
# gunicorn's own kind of worker answers one request at a time and closes each connection; with threads it keeps them.
SERVERS = {
    "gunicorn": [*GUNICORN, "--worker-class", "sync"],
    "gunicorn with threads": [*GUNICORN, "--worker-class", "gthread", "--threads", THREADS],
    "granian": [
        "--interface", "wsgi", "--workers", WORKERS, "--host", "127.0.0.1", "--port", "{port}", "--no-ws",
        # No more threads than wrk has connections: each has one to the database, whose number has an end too.
        "--backpressure", "16", "--blocking-threads-idle-timeout", "600", "--log-level", "error",
    ],
}  # fmt: skip

NGINX = "nginx"
KEEP_CONNECTIONS = ("gunicorn with threads", "granian")


@dataclass(frozen=True)
class Server:
    address: str
    pid: int
    ready: float  # seconds from its start to its first answer

    def memory(self):
        """This will return (the megabytes that the largest of the workers holds, those that are resident of it).

        It holds what is its own, and its share of what several processes have mapped: libraries, the Russian dictionary.
        """
        return max(_memory(worker) for worker in self._workers())

    def is_shared(self):
        """This will say whether each worker holds a quarter of the connections that are open.

        Workers race for connections as they come. Where one has them all, a round measures that one alone.
        """
        port = f":{int(self.address.rpartition(':')[2]):04X}"
        rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        open_ = {row[9] for row in rows if row[1].endswith(port) and row[3] == ESTABLISHED and row[9] != "0"}
        held = [len(open_ & _sockets(worker)) for worker in self._workers()]
        return min(held) * 4 >= sum(held)

    def _workers(self):
        return Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()


def _sockets(pid):
    """This will return the inodes of the sockets that a process has open."""
    found = set()
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(OSError):  # closed meanwhile
            found.add(os.readlink(descriptor).removeprefix("socket:[").removesuffix("]"))
    return found


def _memory(pid):
    rows = (line.split() for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:])
    sizes = {row[0]: int(row[1]) / 1024 for row in rows}
    return sizes["Pss:"], sizes["Rss:"]


def command(name, application, port, database=""):
    program = Path(sys.executable).with_name(name.split()[0])
    if not program.exists():
        raise CannotMeasure(f"{program.name} is not installed: `make bench` installs requirements-dev.txt.")
    options = [*SERVERS[name], *(ON_SQLITE if name == "granian" and database.startswith("sqlite") else ())]
    return [str(program), *(str(option).format(port=port) for option in options), application]


@contextlib.contextmanager
def serving(name, application, environment, first="/"):
    """A `Server` of that name that serves the application, from its first answer of `first` on until the block ends."""
    port = free_port()
    environment = {**ALLOCATOR, **environment} if name == "granian" else environment
    line = command(name, application, port, environment.get("DATABASE_URL", ""))
    with running(line, environment, f"http://127.0.0.1:{port}", first) as server:
        yield server


@contextlib.contextmanager
def files_by_nginx(folder, answers):
    """A `Server` of nginx, with as many workers, that serves the bodies of answers as files at their paths.

    What came compressed lies beside as a compressed file. Nginx is configured here: it compresses and logs nothing.
    """
    port, places = free_port(), []
    for number, (path, kind) in enumerate({answer.path: answer.kind for answer in answers}.items()):
        for answer in (one for one in answers if one.path == path):
            (folder / f"{number}.body{'.gz' if answer.encoding else ''}").write_bytes(answer.body)
        places.append(f'location = "{path}" {{ default_type "{kind}"; rewrite ^ /{number}.body break; }}')
    configuration = folder / "nginx.conf"
    configuration.write_text(
        f"user {getpass.getuser()}; daemon off; worker_processes {WORKERS}; pid {folder}/nginx.pid; error_log stderr; events {{}} http {{"
        f" access_log off; sendfile on; gzip_static on; keepalive_requests 10000000; server {{ listen 127.0.0.1:{port} reuseport;"
        f" root {folder}; {' '.join(places)} }} }}",
        encoding="utf-8",
    )
    line = [shutil.which(NGINX), "-c", str(configuration)]
    with running(line, {"PATH": os.environ["PATH"]}, f"http://127.0.0.1:{port}", answers[0].path) as server:
        yield server


@contextlib.contextmanager
def running(line, environment, address, first):
    """A `Server` of that command line. What it wrote goes into the refusal, where the block refuses to measure it."""
    with tempfile.TemporaryFile() as log:
        started = time.perf_counter()
        process = subprocess.Popen(line, cwd=ROOT, env=environment, stdout=log, stderr=log)
        try:
            _await(process, f"{address}{first}", started)
            yield Server(address, process.pid, time.perf_counter() - started)
        except CannotMeasure as refusal:
            raise CannotMeasure(f"{refusal}{_last(log)}") from refusal
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _await(process, address, started):
    while time.perf_counter() - started < PATIENCE:
        if process.poll() is not None:
            raise CannotMeasure("The server ended before it served.")
        try:
            with urllib.request.urlopen(address, timeout=PATIENCE):
                return
        except urllib.error.HTTPError as error:
            raise CannotMeasure(f"The server is broken: {address} answers {error.code}.") from error
        except OSError:
            time.sleep(0.01)
    raise CannotMeasure(f"The server did not answer {address} within {PATIENCE} s.")


def _last(log):
    log.seek(0)
    text = log.read().decode(errors="replace").strip()
    return f" It left this:\n{text[-1500:]}" if text else ""
