"""Serves the site from several processes, each with its own layer of ready pages, and changes it from one more.

Run as a script with the number of servers. It prints their ports and process ids as JSON, then does the step that each
line of its input names and prints a line when the step is committed.
"""

import json
import os
import signal
import sys
from datetime import timedelta
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from peacekeeping.wsgi import application

# isort: split
from django.db import connection
from django.utils import timezone

from articles import publishing
from articles.models import Edition
from missions import clearance
from missions.models import Clearance
from tests import makers


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, *_arguments):
        pass


def serve():
    """This will begin a process that serves the site, and return its port and process id."""
    server = make_server("127.0.0.1", 0, application, Server, Quiet)
    child = os.fork()
    if not child:
        os.close(0)
        server.serve_forever()
    server.socket.close()
    return server.server_port, child


def prepare():
    now = timezone.now()
    editor, officer = makers.person_of_role("editor"), makers.person_of_role("records officer")
    makers.golan_contingent(strength=739)
    person = makers.person("Zhumabayev", "Invented")
    clearance.clear(person, "name", basis="consent", by=officer, at=now - timedelta(days=2))
    draft = makers.draft_story(now, slug="of-a-person", title="Of a person", body="<p>Invented Zhumabayev served.</p>")
    draft.article.people.add(person)
    publishing.approve(draft, by=editor, at=now)
    makers.draft_story(now, slug="written", title="Written", body="<p>Text.</p>")


def approve():
    publishing.approve(Edition.objects.get(slug="written"), by=editor(), at=timezone.now())


def withdraw():
    publishing.withdraw(Edition.objects.get(slug="written"), reason="Wrong.", by=editor(), at=timezone.now())


def revoke():
    clearance.revoke(Clearance.objects.get(field="name"), by=editor("records-officer"), at=timezone.now())


def editor(username="editor"):
    return makers.User.objects.get(username=username)


STEPS = {step.__name__: step for step in (prepare, approve, withdraw, revoke)}

if __name__ == "__main__":
    servers = [serve() for _server in range(int(sys.argv[1]))]  # before anything asks the database
    print(json.dumps(servers), flush=True)
    try:
        for line in sys.stdin:
            STEPS[line.strip()]()
            connection.close()  # the database may go away between two steps
            print("done", flush=True)
    finally:
        for _port, child in servers:
            os.kill(child, signal.SIGKILL)
