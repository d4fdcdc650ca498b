"""What is installed is what was looked at: pinned, with hashes, and asked about where a service can be reached."""

import json
import re
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FILES = ("requirements.txt", "requirements-dev.txt")
PINNED = re.compile(r"[A-Za-z0-9._-]+(\[[\w,-]+\])?==[0-9][\w.]*( \\\n    --hash=sha256:[0-9a-f]{64})+")


@pytest.mark.parametrize("name", FILES)
def test_every_requirement_is_pinned_with_the_hashes_of_its_files(name):
    text = re.sub(r"^(#.*|-r requirements\.txt)\n", "", (ROOT / name).read_text(), flags=re.M)
    for entry in re.split(r"\n(?! )", text.strip()):
        assert PINNED.fullmatch(entry), f"{entry[:80]}: run `make pins`"


def test_nothing_is_installed_without_its_hash():
    installs = re.findall(r"-m pip install .*", (ROOT / "Makefile").read_text())
    assert installs and all("--require-hashes" in line for line in installs)


class Service(BaseHTTPRequestHandler):
    """Stands for OSV: it knows what the test says, of one version."""

    known, status, body = {}, 200, None

    def do_POST(self):
        queries = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["queries"]
        results = []
        for query in queries:
            assert query["package"]["ecosystem"] == "PyPI" and self.path == "/v1/querybatch"
            number = self.known.get((query["package"]["name"], query["version"]))
            results.append({"vulns": [{"id": number, "modified": "2026-01-01T00:00:00Z"}]} if number else {})
        self.send_response(self.status)
        self.end_headers()
        self.wfile.write(json.dumps({"results": results}).encode() if self.body is None else self.body)

    def log_message(self, *_arguments):
        pass


@pytest.fixture
def service(monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    handler = type("OneService", (Service,), {})
    with HTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        handler.address = f"http://127.0.0.1:{server.server_port}"
        yield handler
        server.shutdown()


def audit(address, *files):
    command = [sys.executable, ".ci/audit.py", "--service", address, *map(str, files)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)


def test_an_audit_that_finds_nothing_says_of_how_many_packages(service):
    done = audit(service.address)
    assert done.returncode == 0, done.stderr
    assert int(re.match(r"(\d+) packages audited, 0 known", done.stdout)[1]) > 100


def test_a_known_vulnerability_is_named_and_fails_the_audit(service, tmp_path):
    pins = tmp_path / "pins.txt"
    pins.write_text("Some.Thing[more]==1.2 \\\n    --hash=sha256:" + "a" * 64 + "\nother==2.0\n")
    service.known = {("Some.Thing", "1.2"): "PYSEC-2026-1"}
    done = audit(service.address, pins)
    assert done.returncode == 1
    assert "Some.Thing 1.2: https://osv.dev/vulnerability/PYSEC-2026-1" in done.stdout and "other" not in done.stdout


@pytest.mark.parametrize(
    "wrong", [{"status": 503}, {"body": b"<html>Sign in</html>"}, {"body": b'{"results": []}'}, {"body": b"[]"}]
)
def test_an_audit_that_could_not_be_made_never_passes_for_one(service, wrong):

    for name, value in wrong.items():
        setattr(service, name, value)
    done = audit(service.address)
    assert done.returncode == 3 and done.stdout.startswith("NOT AUDITED"), done.stderr


def test_without_the_network_the_audit_says_that_it_was_none_and_ci_goes_on(service):
    address = "http://127.0.0.1:9"
    assert audit(address).returncode == 3
    assert "NOT AUDITED" in audit(address).stdout
    script = (ROOT / ".ci/run").read_text().splitlines()[-1]
    assert script.endswith("|| [ $? = 3 ]")
