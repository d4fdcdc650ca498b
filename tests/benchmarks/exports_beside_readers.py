"""How much slower a public page gets while two users take reports out at once, on PostgreSQL.

    DATABASE_URL=postgres://... python -m tests.benchmarks.exports_beside_readers [rows] [seconds]

It serves the demonstration with as many figures of the UN in a database of its own, as production does: two web workers
and one `manage.py work`. Readers come at a steady rate, as they do on a site that is not overrun, and ask for a story.
Each page is made anew for its reader; with PAGE_CACHE=on in the environment it is a ready one.

Rounds without and with exports take turns; the medians of the 99th percentiles are compared. In "big" each of two users
has a report of all rows made again as soon as the last one is ready; in "small" each takes one of 4,000 rows, streamed
by the web workers, every two seconds.
"""

import http.client
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from urllib.parse import urlencode

from tests.benchmarks import reports_a_million
from tests.house import House

RATE = 8  # readers a second
ROUNDS = 3
WARM = 10  # seconds
SMALL = {"missions": "MIN00", "start": "2024-02-01", "end": "2025-09-30"}  # of 20 months: as many rows as leave at once
PAUSE = 2  # seconds between two of one user
LOOK = 2  # seconds between two questions of a run's page whether the file is ready
STORY = re.compile(r'href="(/en/articles/[^"/]+/)"')


class Desk:
    """Somebody signed in on the desk."""

    def __init__(self, port, username, password):
        self.connection, self.cookies = http.client.HTTPConnection("127.0.0.1", port, timeout=600), {}
        self.get("/admin/login/")
        status, _body, _where = self.post("/admin/login/", login=username, password=password, next="/reports/")
        assert status == 302, "The sign-in failed."

    def get(self, path):
        return self._ask("GET", path)

    def post(self, path, **values):
        body = urlencode({**values, "csrfmiddlewaretoken": self.cookies["csrftoken"]}, doseq=True)
        return self._ask("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded"})

    def _ask(self, method, path, body=None, headers=()):
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        self.connection.request(method, path, body, {**dict(headers), "Cookie": cookies, "Accept-Language": "en"})
        response = self.connection.getresponse()
        content = response.read()
        self.connection.close()  # the next question may come after longer than a server waits
        for name, value in response.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        return response.status, content, response.getheader("Location", "")


def read(port, path, seconds):
    """This will ask for a page at the steady rate and return the milliseconds that each answer took, sorted."""
    taken, lock = [], threading.Lock()
    began = time.perf_counter() + 0.1

    def reader(own):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        for turn in range(own, int(RATE * seconds), 8):
            due = began + turn / RATE
            time.sleep(max(0, due - time.perf_counter()))
            connection.request("GET", path)
            response = connection.getresponse()
            response.read()
            assert response.status == 200, response.status
            with lock:
                taken.append((time.perf_counter() - due) * 1000)  # waiting for the one before counts too

    threads = [threading.Thread(target=reader, args=(own,)) for own in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(taken)


def big(desk, stop, taken):
    """Has the report of all rows made, and again when it is ready."""
    while not stop.is_set():
        status, _body, where = desk.post("/reports/contributions/take", format="csv", language="en")
        assert status == 302, status
        while not stop.is_set() and json.loads(desk.get(f"{where}state")[1])["is_under_way"]:
            stop.wait(LOOK)
        taken.append(where)


def small(desk, stop, taken):
    """Takes a report that is streamed at once, again and again."""
    while not stop.is_set():
        status, body, _where = desk.post(
            "/reports/contributions/take", format="xlsx", language="en", period="dates", **SMALL
        )
        assert status == 200 and body.startswith(b"PK"), status
        taken.append(len(body))
        stop.wait(PAUSE)


def main(rows, seconds):
    with tempfile.TemporaryDirectory() as folder, reports_a_million.own_database(os.environ["DATABASE_URL"]) as address:
        house = House(Path(folder))
        house.environment |= {"DATABASE_URL": address, "PAGE_CACHE": os.environ.get("PAGE_CACHE", "off")}
        house.manage("migrate", "-v0")
        house.manage("collectstatic", "-v0", "--noinput")
        passwords = dict(re.findall(r"^(\w+) +(\S+)$", house.manage("load_demo"), re.M))
        reports_a_million.child(address, "fill", rows)
        server = house.start(workers=2)
        worker = subprocess.Popen([sys.executable, "manage.py", "work"], env=house.environment)
        try:
            measure(house.port, passwords["reports"], seconds)
        finally:
            for process in (worker, server):
                process.terminate()
                process.wait()


def crowd(port, story, desks, kind):
    """This will let the server meet what is to come once: its threads begin, and load what the first of a kind loads."""
    stop = threading.Event()
    users = [threading.Thread(target=kind, args=(desk, stop, [])) for desk in desks]
    for user in users:
        user.start()
    read(port, story, WARM)
    stop.set()
    for user in users:
        user.join()


def measure(port, password, seconds):
    desks = [Desk(port, "reports", password) for _user in range(2)]
    story = STORY.search(desks[0].get("/en/")[1].decode())[1]
    for kind in (big, small):
        crowd(port, story, desks, kind)
        alone, beside, count = [], [], 0
        for _round in range(ROUNDS):
            alone.append(read(port, story, seconds))
            stop, taken = threading.Event(), []
            users = [threading.Thread(target=kind, args=(desk, stop, taken)) for desk in desks]
            for user in users:
                user.start()
            time.sleep(2)
            beside.append(read(port, story, seconds))
            stop.set()
            for user in users:
                user.join()
            count += len(taken)
        p99 = [statistics.median(times[int(len(times) * 0.99)] for times in some) for some in (alone, beside)]
        p50 = [statistics.median(statistics.median(times) for times in some) for some in (alone, beside)]
        print(
            f"{kind.__name__:6} p50 {p50[0]:.1f} -> {p50[1]:.1f} ms; p99 {p99[0]:.1f} -> {p99[1]:.1f} ms "
            f"= {p99[1] / p99[0]:.2f}; {count} reports taken meanwhile"
        )


if __name__ == "__main__":
    if not os.environ.get("DATABASE_URL", "").startswith("postgres"):
        sys.exit("Set DATABASE_URL to a PostgreSQL server on which a database may be made.")
    main(*(int(argument) for argument in [*sys.argv[1:], *("1000000", "20")[len(sys.argv) - 1 :]]))
