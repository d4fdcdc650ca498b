"""The site, with addresses that take their time, and a large one: what a server does with them is seen there."""

import os
import time
from pathlib import Path

from peacekeeping.wsgi import application as site

TAKES = 2  # seconds
PIECES = [b"one ", b"two ", b"three ", b"whole"]
LARGE = b"a feed that nobody compresses " * 200_000


def application(environ, start_response):
    path = environ["PATH_INFO"]
    if path == "/large":
        start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(LARGE)))])
        return [LARGE]
    if path not in ("/slow", "/stream"):
        return site(environ, start_response)
    Path(os.environ["BEGUN"], path[1:]).touch()
    if path == "/stream":
        start_response("200 OK", [("Content-Type", "text/plain")])
        return _slowly()
    time.sleep(TAKES)
    start_response("200 OK", [("Content-Type", "text/plain")])
    return PIECES


def _slowly():
    for piece in PIECES:
        yield piece
        time.sleep(TAKES / len(PIECES))
