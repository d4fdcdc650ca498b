"""The real server: what is too large is refused before it came, and who sends slowly keeps nobody else waiting."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.ports import free_port

pytestmark = pytest.mark.django_db
WORKERS, AT_ONCE = 1, 8
SLOW = AT_ONCE // 2
IMPORT = "/admin/missions/importrun/import/"


class Server:
    """One worker of granian upon a database of its own."""

    def __init__(self, process, port):
        self.process, self.port = process, port

    def begin(self, head, body=b""):
        """This will open a connection, send the head of a request and the beginning of its body."""
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=60)
        lines = [head, f"Host: 127.0.0.1:{self.port}", "Accept-Language: ru", "Connection: close"]
        connection.sendall("\r\n".join(lines).encode() + b"\r\n" + body)
        return connection

    def get(self, path):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=60) as answer:
            return answer.status

    def most_memory(self):
        """This will return the most megabytes that the worker ever held."""
        (worker,) = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return int(re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{worker}/status").read_text())[1]) // 1024


@pytest.fixture
def server(empty_database, migrated, tmp_path):
    port = free_port()
    environment = {**os.environ, "DATABASE_URL": empty_database, "DEBUG": "on", "MEDIA_ROOT": str(tmp_path / "media")}
    process = subprocess.Popen(
        [Path(sys.executable).with_name("granian"), "--interface", "wsgi", "--workers", str(WORKERS), "--host",
         "127.0.0.1", "--port", str(port), "--no-ws", "--backpressure", str(AT_ONCE), "--log-level", "error",
         "peacekeeping.wsgi:application"],
        cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    made = Server(process, port)
    try:
        for _try in range(1800):  # a busy machine takes its time
            try:
                made.get("/health/live")
                break
            except OSError:
                time.sleep(0.1)
        yield made
    finally:
        process.terminate()  # it ends its worker, too
        process.wait(60)


def answer_of(connection):
    """This will return what is answered up to the end of its page: the line stays open for what is still to come."""
    found = b""
    while b"</html>" not in found and (block := connection.recv(65536)):
        found += block
    return found


def test_what_is_too_large_is_refused_before_it_came_and_holds_nobody_up(server):
    server.get("/ru/search/")
    before = server.most_memory()
    size = 100_000_000
    head = f"POST {IMPORT} HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=X\r\nContent-Length: {size}"
    with server.begin(head, b"\r\n--X\r\n") as connection:
        answer = answer_of(connection)  # a hundredth of it was not sent yet
    assert answer.startswith(b"HTTP/1.1 413")
    assert b"<!doctype html>" in answer.lower() and b"</html>" in answer
    assert b'lang="ru"' in answer
    assert server.most_memory() - before < 30
    assert server.get("/ru/") == 200


def test_who_sends_slowly_or_reads_slowly_leaves_the_others_served(server):
    form = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 5000\r\nCookie: csrftoken=" + "a" * 32
    with ExitStack() as open_ones:
        for _connection in range(SLOW):
            slow = server.begin(f"POST /ru/figures/report/ HTTP/1.1\r\n{form}", b"\r\nwrong=a")
            open_ones.enter_context(slow)
            reader = server.begin("GET /static/site/world.svg HTTP/1.1", b"\r\n")
            reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
            open_ones.enter_context(reader)
        for _page in range(5):
            assert server.get("/ru/") == 200
