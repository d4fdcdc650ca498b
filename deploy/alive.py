"""Asks the server of this container whether it lives, by a host name that it answers to; Python is all it needs."""

import http.client
import os
import sys

PORT, PATIENCE = 8000, 2  # seconds


def host():
    """This will return the first of ALLOWED_HOSTS, as a request would name it."""
    first = os.environ.get("ALLOWED_HOSTS", "").split(",")[0].strip().lstrip(".")
    return "127.0.0.1" if first in ("", "*") else first


def is_alive(port=PORT):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request("GET", "/health/live", headers={"Host": host(), "Connection": "close"})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(0 if is_alive() else 1)
