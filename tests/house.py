"""The site as it runs in production, for the tests that drive it in a browser."""

import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from peacekeeping.demo import supervise
from tests.ports import free_port

ROOT = Path(__file__).resolve().parent.parent


class House:
    """The site as it runs in production, on a database and a port of its own."""

    def __init__(self, folder):
        self.folder = folder
        self.port = free_port()
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

    def move_into(self, prepared):
        """This will fill the site with what another house was filled with, which takes a second and not a minute."""
        shutil.copytree(prepared.folder, self.folder, dirs_exist_ok=True)
        self.passwords = prepared.passwords

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


# Told by the browser itself: what a page tried that its policy forbids, in frames too.
TELL = """addEventListener("securitypolicyviolation", (event) => tellOfBreach(
  `${event.effectiveDirective} forbids ${event.blockedURI} (${event.sourceFile || "the page"}:${event.lineNumber}) ${event.sample}`))"""


def listen(context, house):
    """This will return the list in which gathers what goes wrong on the pages of a browser's context, each with its page.

    That is a breach of a page's policy, an error of its scripts or in its console, a feature that its policy names in
    vain, and a request to any other host. That the page itself is not found is none.
    """
    complaints = []

    def note(page, text):
        complaints.append(f"{page.url.removeprefix(house.address) if page else ''}: {text}")

    def hear(message):
        is_of_the_page = message.page and message.location["url"] == message.page.url and "status of" in message.text
        if (message.type == "error" and not is_of_the_page) or "Permissions-Policy" in message.text:
            note(message.page, message.text)

    def see(request):
        if not request.url.startswith((f"{house.address}/", "data:", "blob:", "about:")):
            note(None, f"asks {request.url}")

    context.expose_binding("tellOfBreach", lambda source, text: note(source["page"], text))
    context.add_init_script(TELL)
    context.on("console", hear)
    context.on("weberror", lambda error: note(error.page, str(error.error)))
    context.on("request", see)
    return complaints


def desk(browser, house, username, language="en-GB"):
    """This will return a page signed in on the desk, and the list in which what goes wrong on its pages gathers."""
    context = browser.new_context(locale=language, accept_downloads=True)
    complaints = listen(context, house)
    page = context.new_page()
    page.goto(f"{house.address}/admin/")
    page.fill("#id_login", username)
    page.fill("#id_password", house.passwords[username])
    follow(page, ".desk-fields button")
    return page, complaints


def follow(page, selector):
    """This will click what leads to another page and wait until that page is there: a click by itself waits for none."""
    with page.expect_navigation():
        page.click(selector)
