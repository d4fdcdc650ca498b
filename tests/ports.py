"""Where a test lets a process listen."""

import socket


def free_port():
    """This will return a port of this machine on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
