"""What `gunicorn.conf.py` promises: a ready page is written in one piece, and says what gunicorn would say without it."""

import re
import runpy
import socket
import subprocess
import sys
from types import SimpleNamespace

import pytest
from gunicorn.http import wsgi

from tests import ready_site
from tests.faults.parts import until
from tests.house import ROOT
from tests.ports import free_port

KINDS = {"sync": [], "gthread": ["--threads", "2"]}
ASKED = {
    "a ready page": b"GET / HTTP/1.1\r\nHost: a\r\n\r\n",
    "its compressed form": b"GET / HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\n",
    "its headers alone": b"HEAD / HTTP/1.1\r\nHost: a\r\n\r\n",
    "whether it changed": b"GET / HTTP/1.1\r\nHost: a\r\nIf-None-Match: " + ready_site.PAGE.tag.encode() + b"\r\n\r\n",
    "an old client's": b"GET / HTTP/1.0\r\n\r\n",
    "two on one connection": b"GET / HTTP/1.1\r\nHost: a\r\n\r\n" * 2,
    **{path: f"GET {path} HTTP/1.1\r\nHost: a\r\n\r\n".encode() for path in ready_site.ELSE},
}


@pytest.fixture(scope="module", params=KINDS)
def both(request, tmp_path_factory):
    """The ports of two gunicorns that serve `ready_site`: one as it is started here, one that reads no file of ours."""
    nothing = tmp_path_factory.mktemp("gunicorn") / "nothing.py"
    nothing.write_text("")
    ports, started = (free_port(), free_port()), []
    for port, file in zip(ports, ([], ["--config", str(nothing)]), strict=True):
        options = ["--worker-class", request.param, *KINDS[request.param], "--bind", f"127.0.0.1:{port}", *file]
        line = [sys.executable, "-m", "gunicorn", *options, "tests.ready_site:application"]
        started.append(subprocess.Popen(line, cwd=ROOT, stderr=subprocess.DEVNULL))
        until(lambda at=port: is_open(at), 30, "gunicorn")
    yield ports
    for process in started:
        process.terminate()
        process.wait(timeout=20)


def is_open(port):
    try:
        return bool(say(port, b"HEAD / HTTP/1.0\r\n\r\n"))
    except OSError:
        return False


def say(port, request):
    """This will return all that the server answers, byte for byte, but for the time of day."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    return re.sub(rb"\r\nDate: [^\r]*", b"", answer)


@pytest.mark.parametrize("asked", ASKED)
def test_what_gunicorn_answers_is_byte_for_byte_what_it_would_answer_without_our_file(both, asked):
    ours, usual = (say(port, ASKED[asked]) for port in both)
    assert ours == usual and ours.startswith(b"HTTP/1.")
    assert b"two" not in ours.partition(b"\r\n\r\n")[0]  # a header that would be two is refused


@pytest.fixture
def response(monkeypatch):
    """Makes answers as gunicorn does here, to a connection that keeps what is sent in `sent`."""
    monkeypatch.setattr(wsgi, "Response", wsgi.Response)  # put back afterwards
    made = runpy.run_path(str(ROOT / "gunicorn.conf.py"))
    request = SimpleNamespace(version=(1, 1), method="GET", should_close=lambda: False)

    def make():
        sent = []
        answer = wsgi.Response(request, SimpleNamespace(sendall=sent.append), SimpleNamespace(protocol="http"))
        return answer, sent

    make.written = made["written"]
    return make


def test_a_ready_page_goes_out_in_one_piece_and_its_headers_are_written_once(response):
    for _reader in range(3):
        answer, sent = response()
        for piece in ready_site.PAGE.answer({"REQUEST_METHOD": "GET"}, answer.start_response, ready_site.HIT):
            answer.write(piece)
        answer.close()
        assert len(sent) == 1 and sent[0].endswith(b"\r\n\r\n" + ready_site.LONG)
    assert response.written.cache_info()[:2] == (2, 1)  # hits, misses


def test_of_an_answer_that_is_not_a_ready_page_nothing_is_kept(response):
    headers = [("Set-Cookie", "session=of one reader"), ("Content-Length", "4")]
    for answer, _sent in (response(), response()):
        answer.start_response("200 OK", list(headers))
        answer.write(b"made")
    assert response.written.cache_info().currsize == 0
