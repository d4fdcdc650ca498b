"""People before a house that runs: readers who go on reading, and somebody of the desk who notes what was acknowledged."""

import contextlib
import http.client
import re
import threading
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

import requests

PHRASE = "a long pass phrase"
READY, STALE = "page-cache; hit", "page-cache; hit; detail=database-away"


@dataclass(frozen=True)
class Answer:
    """When it was asked for (monotonic), what, with which status it came (0: not at all), how it was kept, and its text."""

    at: float
    path: str
    status: int
    kept: str = ""
    text: str = ""

    @property
    def is_whole(self):
        return self.status == 200 and self.text.rstrip().endswith("</html>")


def ask(address, path, timeout=20):
    """This will return the answer to somebody who reads without a cookie."""
    parts, at = urlsplit(address), time.monotonic()
    with contextlib.closing(http.client.HTTPConnection(parts.hostname, parts.port, timeout=timeout)) as connection:
        try:
            connection.request("GET", path, headers={"Connection": "close"})
            response = connection.getresponse()
            text = response.read().decode(errors="replace")
        except (OSError, http.client.HTTPException):
            return Answer(at, path, 0)
    return Answer(at, path, response.status, response.headers.get("Cache-Status", ""), text)


class Readers:
    """So many people, who read the pages `paths` by turns until the block ends, each some twenty a second."""

    def __init__(self, address, paths, number=4):
        self.address, self.paths, self.answers = address, paths, []
        self._over = threading.Event()
        self._people = [threading.Thread(target=self._read, args=(place,)) for place in range(number)]

    def __enter__(self):
        for person in self._people:
            person.start()
        return self

    def __exit__(self, *_error):
        self._over.set()
        for person in self._people:
            person.join(60)

    def _read(self, place):
        while not self._over.is_set():
            self.answers.append(ask(self.address, self.paths[place % len(self.paths)]))
            place += 1
            time.sleep(0.05)

    def failed(self):
        return [(answer.path, answer.status, answer.at) for answer in self.answers if not answer.is_whole]

    def since(self, moment):
        return [answer for answer in self.answers if answer.at >= moment]


class Desk:
    """Somebody signed in. Each verb returns whether the house acknowledged it; where it does not answer, it did not."""

    def __init__(self, address, username):
        self.address, self.session = address, requests.Session()
        self.session.headers["Accept-Language"] = "en"
        self.sign_in(username)

    def sign_in(self, username, phrase=PHRASE):
        self.session.get(f"{self.address}/admin/login/", timeout=20)
        answer = self.post("/admin/login/", login=username, password=phrase)
        return answer is not None and answer.status_code == 302

    def get(self, path):
        with contextlib.suppress(requests.RequestException):
            return self.session.get(f"{self.address}{path}", timeout=60)

    def post(self, path, *, files=None, **values):
        values["csrfmiddlewaretoken"] = self.session.cookies.get("csrftoken", "")
        with contextlib.suppress(requests.RequestException):
            return self.session.post(
                f"{self.address}{path}", values, files=files, timeout=60, allow_redirects=False
            )  # fmt: skip

    def write(self, draft, text):
        """This will save a text of an open edition, upon the newest one."""
        address = f"/admin/articles/edition/{draft}/autosave/"
        newest = self.post(address)
        if newest is None or newest.status_code != 200:
            return False
        answer = self.post(
            address, title=f"Story {draft}", slug=f"written-{draft}", standfirst="What it is about.", byline="The desk",
            day="2025-01-15", body=f"<p>{text}</p>", typed_upon=newest.json()["stands_at"],
        )  # fmt: skip
        return answer is not None and answer.status_code == 200 and not answer.json()["refused"]

    def approve(self, draft):
        """This will approve an edition for now: look at what is asked, and confirm it."""
        address = f"/admin/articles/edition/{draft}/approve/"
        page = self.post(address, public_from="", public_until="")
        shown = re.search(r'name="shown" value="([^"]+)"', page.text) if page is not None else None
        if not shown:
            return False
        answer = self.post(address, public_from="", public_until="", _confirmed="1", shown=shown[1])
        return answer is not None and answer.status_code == 302

    def withdraw(self, edition, reason="It was wrong."):
        answer = self.post(f"/admin/articles/edition/{edition}/withdraw/", reason=reason)
        return answer is not None and answer.status_code == 302

    def take_report(self, slug, **values):
        """This will ask the worker for a report, and return the address of its run, or None."""
        answer = self.post(f"/reports/{slug}/take", **values)
        return answer.headers["Location"] if answer is not None and answer.status_code == 302 else None
