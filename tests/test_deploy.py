"""The files of deploy/, as far as they can be held without a container runtime or an init system."""

import contextlib
import http.client
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import boto3
import pytest
import yaml

from tests.ports import free_port

ROOT = Path(__file__).resolve().parent.parent
DEPLOY = ROOT / "deploy"
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
# What other programs read, what compose fills in by itself, and where the balancer stands.
OF_OTHERS = {
    "POSTGRES_USER", "POSTGRES_DB", "POSTGRES_PASSWORD", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "PATH",
    "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED",
}  # fmt: skip
OF_COMPOSE = {"IMAGE", "POSTGRES_PASSWORD", "STORE_KEY", "STORE_SECRET", "LISTEN_ON", "CHECK_HOST", "BACKUPS"}
OF_THE_BALANCER = {"LISTEN", "NODE_A", "NODE_B", "CHECK_HOST", "NAMESERVER", "MOST_CONNECTIONS"}
THE_SITES = set(re.findall(r"^#? ?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.M))


def test_no_file_names_a_variable_that_nobody_reads():
    example = set(re.findall(r"^#? ?([A-Z_]+)=", (DEPLOY / "compose.env.example").read_text(), re.M))
    assert example - OF_COMPOSE - THE_SITES == set()
    compose = (DEPLOY / "compose.yaml").read_text()
    given = set(re.findall(r"^ +([A-Z_]+): ", compose, re.M))
    assert given - OF_OTHERS - OF_THE_BALANCER - THE_SITES == set()
    asked = set(re.findall(r"\$\{([A-Z_]+)", compose))
    assert asked - {"CODE_VERSION", "NAMESERVER"} <= OF_COMPOSE <= asked
    balancer = (DEPLOY / "haproxy.cfg").read_text()
    assert set(re.findall(r"\$\{([A-Z_]+)", balancer)) == OF_THE_BALANCER
    assert all(re.search(rf"^#   {name}\b|; {name} of", balancer, re.M) for name in OF_THE_BALANCER)
    container = (DEPLOY / "Containerfile").read_text()
    (block,) = re.findall(r"^ENV ((?:.*\\\n)*.*)", container, re.M)
    assert set(re.findall(r"([A-Z_]+)=", block)) - OF_OTHERS - THE_SITES == set()


def longest_end_of_the_server():
    """This will return for how many seconds `peacekeeping.serve` may take to end, by its own defaults."""
    text = (ROOT / "peacekeeping/serve.py").read_text()
    grace, finish = (int(re.search(rf'"--{name}".*default=(\d+)', text)[1]) for name in ("grace", "finish"))
    return grace + finish + 5


def test_a_unit_waits_longer_for_its_end_than_the_server_takes():
    def patience_of(name):
        return int(re.search(r"^TimeoutStopSec=(\d+)$", (DEPLOY / "systemd" / name).read_text(), re.M)[1])

    assert patience_of("peacekeeping.service") > longest_end_of_the_server()
    assert patience_of("peacekeeping-worker.service") >= 90  # as docs/operations.md has it


def test_a_container_is_not_killed_before_the_server_has_ended():
    patience = {name: int(one["stop_grace_period"].removesuffix("s")) for name, one in COMPOSE.items()
                if one.get("restart") == "always"}  # fmt: skip
    assert min(patience["app-a"], patience["app-b"]) > longest_end_of_the_server()
    assert patience["worker"] >= 90
    assert "STOPSIGNAL SIGTERM" in (DEPLOY / "Containerfile").read_text()


def test_no_port_is_open_but_the_balancers_and_nothing_is_without_a_limit():
    assert [name for name, one in COMPOSE.items() if "ports" in one] == ["balancer"]
    assert [name for name, one in COMPOSE.items() if not one.keys() >= {"mem_limit", "cpus", "pids_limit"}] == []
    by_command = [name for name, one in COMPOSE.items() if one["restart"] != "always"]
    assert by_command == ["migrate", "bucket", "backup"]


def test_neither_secrets_nor_data_get_into_the_image():
    out = (ROOT / ".containerignore").read_text().splitlines()
    assert {".git", ".venv", ".env", "var", "deploy/*.env"} <= set(out)
    assert (ROOT / ".dockerignore").read_text().splitlines() == out  # Docker reads no other
    by_git = {line.strip("/") for line in (ROOT / ".gitignore").read_text().splitlines()}
    assert {line for line in by_git if line.startswith((".env", "var", ".venv"))} <= set(out)


@pytest.mark.parametrize("path", sorted((DEPLOY / "systemd").iterdir()), ids=lambda path: path.name)
def test_systemd_has_nothing_to_say_against_a_unit(path, tmp_path):
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not there: Debian's package systemd has it")
    for one in path.parent.iterdir():
        # Of a template it looks at an instance; the program is one that is there.
        text = one.read_text().replace("/srv/peacekeeping/.venv/bin/python", sys.executable)
        (tmp_path / one.name.replace("@.", "@verify_ledger.")).write_text(text)
    unit = tmp_path / path.name.replace("@.", "@verify_ledger.")
    command = ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", str(unit)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


class Node(BaseHTTPRequestHandler):
    """Stands for a node: it notes what it is asked, and closes without an answer where the address says so."""

    protocol_version, seen, is_ready, is_alive = "HTTP/1.1", None, True, True

    def _answer(self):
        if self.path.startswith("/health/"):
            is_well = self.is_ready if self.path == "/health/ready" else self.is_alive
            return self._say(200 if is_well and self.headers["Host"] == "record.example" else 503)
        self.rfile.read(int(self.headers["Content-Length"] or 0))
        self.seen.append((self.command, self.path, self.headers))
        if self.path != "/no-answer":
            return self._say(200)
        self.close_connection = True
        return None

    def _say(self, status):
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_arguments):
        pass

    do_GET = do_POST = _answer


class Quiet(ThreadingHTTPServer):
    def handle_error(self, request, client_address):
        """Whoever checks closes as soon as it knows."""


@pytest.fixture
def haproxy():
    if not (program := shutil.which("haproxy")):
        pytest.skip("haproxy is not installed: Debian's package haproxy, which .ci/run installs")
    return program


@pytest.fixture
def nodes():
    """Two nodes, each with the list of what it was asked."""
    with contextlib.ExitStack() as stack:
        started = []
        for _node in range(2):
            handler = type("OneNode", (Node,), {"seen": []})
            server = stack.enter_context(Quiet(("127.0.0.1", 0), handler))
            threading.Thread(target=server.serve_forever, daemon=True).start()
            stack.callback(server.shutdown)
            handler.address = f"127.0.0.1:{server.server_port}"
            started.append(handler)
        yield started


@pytest.fixture
def balancer(haproxy, nodes):
    """The balancer before the two nodes; returns a function that asks it: (method, path, body, headers) -> status."""
    port = free_port()
    environment = os.environ | {
        "NODE_A": nodes[0].address, "NODE_B": nodes[1].address, "LISTEN": f"127.0.0.1:{port}",
        "CHECK_HOST": "record.example",
    }  # fmt: skip
    command = [haproxy, "-db", "-f", str(DEPLOY / "haproxy.cfg")]
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:

        def ask(method, path, body=None, **headers):
            with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as connection:
                named = {name.replace("__", "-"): value for name, value in headers.items()}
                connection.request(method, path, body, headers=named)
                return connection.getresponse().status

        until(lambda: listens(port))
        yield ask
        process.terminate()


def listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def until(is_so, seconds=20):
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.1)


def test_haproxy_accepts_the_balancers_file(haproxy):
    environment = os.environ | {
        "NODE_A": "127.0.0.1:8001", "NODE_B": "127.0.0.1:8002", "LISTEN": "127.0.0.1:8080", "CHECK_HOST": "localhost",
    }  # fmt: skip
    done = subprocess.run(
        [haproxy, "-c", "-f", str(DEPLOY / "haproxy.cfg")], env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0 and "WARNING" not in done.stderr, done.stderr


def test_the_balancer_never_sends_twice_what_changes_something(balancer, nodes):
    assert balancer("POST", "/no-answer", "a=b") == 502
    assert sum(len(node.seen) for node in nodes) == 1
    assert balancer("GET", "/no-answer") == 502
    assert sum(len(node.seen) for node in nodes) == 5  # once, and three times again


def test_what_a_client_says_of_itself_never_reaches_a_node(balancer, nodes):
    lies = {"X__Forwarded__For": "6.6.6.6", "X_Forwarded_For": "6.6.6.6", "X__Forwarded__Proto": "https",
            "X__Forwarded__Host": "evil.example", "Forwarded": "for=6.6.6.6", "X__Request__ID": "6" * 36}  # fmt: skip
    assert balancer("GET", "/en/", **lies) == 200
    ((_method, _path, headers),) = nodes[0].seen + nodes[1].seen
    assert headers["X-Forwarded-For"] == "127.0.0.1" and headers["X-Forwarded-Proto"] == "http"
    assert re.fullmatch(r"[0-9a-f-]{36}", headers["X-Request-ID"])
    assert "6666" not in str(headers).replace(".", "") and "evil" not in str(headers)


def test_what_is_too_large_or_tells_no_length_gets_no_further_than_the_balancer(balancer, nodes):
    begun = b"a" * 70_000  # it looks at a request when its buffer is full
    assert balancer("POST", "/en/errors/", begun, Content__Length=str(11 * 1024 * 1024)) == 413
    assert balancer("POST", "/admin/x/", begun, Content__Length=str(63 * 1024 * 1024)) == 413
    assert balancer("POST", "/en/errors/", b"1\r\na\r\n0\r\n\r\n", Transfer__Encoding="chunked") == 411
    assert balancer("GET", "/metrics") == 404
    assert nodes[0].seen == nodes[1].seen == []


def test_where_no_node_is_ready_readers_still_reach_those_that_live(balancer, nodes):
    nodes[0].is_ready = nodes[1].is_ready = nodes[1].is_alive = False
    until(lambda: [balancer("GET", "/en/") for _time in range(4)] and not told_lately(nodes[1]))
    assert balancer("GET", "/en/") == 200 and told_lately(nodes[0])
    nodes[0].is_alive = False
    until(lambda: balancer("GET", "/en/") == 503)


def told_lately(node):
    """This will return whether the node was asked anything since this was called last."""
    seen = bool(node.seen)
    node.seen.clear()
    return seen


def test_the_container_says_whether_its_server_lives(nodes, monkeypatch):
    monkeypatch.syspath_prepend(DEPLOY)
    import alive

    monkeypatch.setenv("ALLOWED_HOSTS", " record.example,127.0.0.1")
    port = int(nodes[0].address.partition(":")[2])
    assert alive.is_alive(port)
    nodes[0].is_alive = False
    assert not alive.is_alive(port)
    for given, host in ((".record.example", "record.example"), ("*", "127.0.0.1"), ("", "127.0.0.1")):
        monkeypatch.setenv("ALLOWED_HOSTS", given)
        assert alive.host() == host


def test_the_bucket_is_made_once_and_keeps_its_versions(monkeypatch, tmp_path):
    server = pytest.importorskip("moto.server").ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    address = "http://{}:{}".format(*server.get_host_and_port())
    keys = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret", "DEBUG": "on"}
    place = {
        "DATABASE_URL": f"sqlite:///{tmp_path}/none",
        "MEDIA_STORAGE": f"s3://made/x?endpoint={address}&region=eu-1",
    }
    try:
        command = [sys.executable, str(DEPLOY / "make_bucket.py")]
        told = [subprocess.run(command, env=os.environ | keys | place, capture_output=True, text=True) for _ in "ab"]
        assert [(one.returncode, one.stdout) for one in told] == [(0, "The bucket made was made.\n"), (0, "")]
        client = boto3.client(
            "s3", endpoint_url=address, region_name="eu-1", aws_access_key_id="key", aws_secret_access_key="secret"
        )
        assert client.get_bucket_versioning(Bucket="made")["Status"] == "Enabled"
    finally:
        server.stop()
