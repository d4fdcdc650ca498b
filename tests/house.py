"""The site as it runs in production, for the tests that drive it in a browser."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from peacekeeping.demo import supervise

ROOT = Path(__file__).resolve().parent.parent


class House:
    """The site as it runs in production, on a database and a port of its own."""

    def __init__(self, folder):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self.environment = {
            "PATH": os.environ["PATH"], "DEBUG": "off", "SECRET_KEY": "a key for this one test, long enough to be taken",
            "DATABASE_URL": f"sqlite:///{folder}/house.sqlite3", "MEDIA_ROOT": f"{folder}/media",
            "STATIC_ROOT": f"{folder}/static", "LOG_LEVEL": "WARNING", "SECOND_FACTOR_DEMANDED": "off",
        }  # fmt: skip

    def manage(self, *arguments):
        command = [sys.executable, "manage.py", *map(str, arguments)]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def prepare(self):
        """This will fill the site with the demonstration."""
        self.manage("migrate", "-v0")
        self.manage("collectstatic", "-v0", "--noinput")
        self.passwords = dict(re.findall(r"^(\w+) +(\S+)$", self.manage("load_demo"), re.M))

    def start(self, workers=1):
        server = subprocess.Popen(
            supervise.server(self.port, workers), cwd=ROOT, env=self.environment,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        for _attempt in range(150):
            try:
                urllib.request.urlopen(f"{self.address}/admin/login/")
                return server
            except OSError:
                time.sleep(0.1)
        server.kill()
        raise AssertionError("The server did not come up.")


def desk(browser, house, username, language="en-GB"):
    """This will return a page signed in on the desk, and the list in which its console's complaints gather."""
    page = browser.new_context(locale=language, accept_downloads=True).new_page()
    complaints = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{house.address}/admin/")
    page.fill("#id_login", username)
    page.fill("#id_password", house.passwords[username])
    follow(page, ".desk-fields button")
    return page, complaints


def follow(page, selector):
    """This will click what leads to another page and wait until that page is there: a click by itself waits for none."""
    with page.expect_navigation():
        page.click(selector)
