"""The real servers: a node that is told to end drops nobody, and one that is asked tells what it measures."""

import contextlib
import http.client
import os
import signal
import sys
import threading
import time
from functools import partial
from pathlib import Path

import pytest
import requests

from peacekeeping.serve import server
from tests import slow_site
from tests.ports import free_port

# Nothing of it is of one database; what it costs is spent once.
pytestmark = pytest.mark.postgresql
RUNS = "import sys; from peacekeeping import serve; sys.exit(serve.run(sys.argv[1:], grace=1, finish=25))"
TOKEN = "a token that is long enough"
WHOLE = b"".join(slow_site.PIECES)


def granian(port, workers=2, **how):
    return server(port, workers, application="tests.slow_site:application", finish=25, **how)


def gunicorn(port):
    options = ["--workers", "2", "--threads", "4", "--graceful-timeout", "25", "--bind", f"127.0.0.1:{port}"]
    return [sys.executable, "-m", "gunicorn", *options, "tests.slow_site:application"]


@pytest.fixture
def start(migrated, run_python, monkeypatch, tmp_path):
    """Starts a node with a server, told how by its command, and returns (its process, its port)."""
    started = []

    def begin(command, **environment):
        values = {
            "DEBUG": "on", "PAGE_CACHE": "on", "LOG_LEVEL": "ERROR", "MEDIA_ROOT": str(tmp_path / "media"),
            "BEGUN": str(tmp_path), **environment,
        }  # fmt: skip
        for name, value in values.items():
            monkeypatch.setenv(name, value)
        port = free_port()
        started.append(run_python("-c", RUNS, *command(port)))
        until(lambda: ask(port, "/health/ready")[0] == 200, 120)
        return started[-1], port

    yield begin
    for process in started:
        process.terminate()
        process.communicate(timeout=20)


def ask(port, path, **headers):
    """This will return (status, body), or (0, b"") where nobody takes the connection."""
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as connection:
        try:
            connection.request("GET", path, headers={"Connection": "close", **headers})
            answer = connection.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            return 0, b""


def until(is_so, seconds=30):
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.05)


@pytest.mark.parametrize("command", [granian, gunicorn])
def test_a_node_that_is_told_to_end_sends_its_readers_elsewhere_and_finishes_what_is_under_way(
    start, command, tmp_path
):
    node, port = start(command)
    got = {}
    under_way = [
        threading.Thread(target=lambda path=path: got.update({path: ask(port, path)})) for path in ("/slow", "/stream")
    ]
    for thread in under_way:
        thread.start()
    until(lambda: (tmp_path / "slow").exists() and (tmp_path / "stream").exists())
    told = time.monotonic()
    node.send_signal(signal.SIGTERM)
    until(lambda: ask(port, "/health/ready")[0] == 503, 1)
    assert ask(port, "/health/live")[0] == 200  # who was sent here meanwhile is answered
    until(lambda: ask(port, "/health/live")[0] == 0, 10)
    assert node.wait(20) == 0 and time.monotonic() - told < 20
    for thread in under_way:
        thread.join()
    assert got == {"/slow": (200, WHOLE), "/stream": (200, WHOLE)}


@pytest.mark.parametrize(("threads", "answered"), [(1, ["slow", "live"]), (2, ["live", "slow"])])
def test_a_worker_works_on_as_many_requests_as_it_was_told_and_lets_the_next_wait(start, tmp_path, threads, answered):
    _node, port = start(partial(granian, workers=1, threads=threads))
    came = []
    slow = threading.Thread(target=lambda: came.append((ask(port, "/slow"), "slow")))
    slow.start()
    until((tmp_path / "slow").exists)
    came.append((ask(port, "/health/live"), "live"))
    slow.join()
    assert [name for (status, _body), name in came if status == 200] == answered


@pytest.mark.skipif(sys.platform != "linux", reason="what a process holds is read from /proc")
def test_a_worker_gives_back_what_its_answers_took(start):
    """What the site itself comes to hold is the same whatever the size of the answers: small ones come first.

    One worker alone: the kernel shares connections unevenly, and a second one that meets its first reader only among
    the large answers would come to hold then what the site holds.
    """
    node, port = start(partial(granian, workers=1))

    def crowd(path):
        """Thirty ask at once, and read only when each has been answered: the worker has a place for each."""
        with contextlib.ExitStack() as stack:
            readers = [stack.enter_context(contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)))
                       for _reader in range(30)]  # fmt: skip
            for _round in range(3):
                for reader in readers:
                    reader.request("GET", path)
                answers = [reader.getresponse() for reader in readers]
                assert {(answer.status, answer.read()) for answer in answers} == {(200, told[path])}

    told = {"/health/live": ask(port, "/health/live")[1], "/large": slow_site.LARGE}
    crowd("/health/live")
    before = held(node.pid)
    crowd("/large")
    time.sleep(1.5)  # what lay a second is given back, with the next answers
    crowd("/health/live")
    assert held(node.pid) - before < 30 * len(slow_site.LARGE) / 2**20 / 2


def held(pid):
    """This will return the megabytes that the processes under this one hold."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    own = Path(f"/proc/{pid}/status").read_text().partition("VmRSS:")[2].split()[0]
    return int(own) / 1024 + sum(held(child) for child in children)


def measured(port):
    """This will return what the node measures, as {row: number}, or fail where it does not tell."""
    status, body = ask(port, "/metrics", Authorization=f"Bearer {TOKEN}")
    assert status == 200, body
    rows = [line.rpartition(" ") for line in body.decode().splitlines() if not line.startswith("#")]
    return {row: float(number) for row, _space, number in rows}


def wrong_password(port):
    with requests.Session() as session:
        address = f"http://127.0.0.1:{port}/admin/login/"
        session.get(address)
        form = {"login": "x", "password": "y", "csrfmiddlewaretoken": session.cookies["csrftoken"]}
        assert session.post(address, form).status_code == 200


def test_whichever_process_is_asked_tells_what_all_of_the_node_measure(start, tmp_path):
    _node, port = start(granian, METRICS_TOKEN=TOKEN, METRICS_DIR=str(tmp_path / "metrics"))
    assert ask(port, "/metrics")[0] == ask(port, "/metrics", Authorization="Bearer x")[0] == 401
    for _time in range(30):
        assert ask(port, "/en/missions/")[0] == 200
    for _time in range(8):
        assert ask(port, "/en/no-such-page/")[0] == 404
    wrong_password(port)

    def answers(told):
        return {
            result: told.get(f'peacekeeping_page_cache_answers_total{{result="{result}"}}', 0)
            for result in ("hit", "miss")
        }

    until(lambda: sum(answers(measured(port)).values()) >= 38)  # an address of nothing is looked for each time
    served = ("peacekeeping_site_version", "peacekeeping_site_version_served")
    until(lambda: len({measured(port)[name] for name in served}) == 1)  # each process looks four times a second
    for _time in range(6):  # whoever of the two is asked
        told = measured(port)
        made = told['peacekeeping_request_seconds_count{method="GET",route="missions",status="200"}']
        assert made in (1, 2) and answers(told)["hit"] >= 30 - made and answers(told)["miss"] >= 8 + made
        assert told['peacekeeping_request_seconds_count{method="GET",route="none",status="404"}'] == 8
        assert told["peacekeeping_sign_in_failures_total"] == 1 and told["peacekeeping_database_up"] == 1
        assert told["peacekeeping_page_cache_pages"] == made and told["peacekeeping_page_cache_bytes"] > 5_000
        assert told['peacekeeping_report_files{state="waiting"}'] == told["peacekeeping_oldest_task_waits_seconds"] == 0
        assert told['peacekeeping_tasks{status="READY"}'] == 0
        assert any(row.startswith("peacekeeping_build_info{") for row in told)


def test_without_a_token_there_is_nothing_to_be_measured_and_no_such_address(client):
    assert client.get("/metrics").status_code == 404
    assert "prometheus_client" not in sys.modules or os.environ.get("METRICS_TOKEN")
