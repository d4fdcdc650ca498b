"""Finds a Chromium for the browser tests; where the user may install one, installs Debian's."""

import os
import shutil
import subprocess

# Without the background-networking flags Chromium asks for Google's hosts at every start.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def find():
    """This will return the path of a Chromium, or None."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named
    return next((path for path in map(shutil.which, ("chromium", "chromium-browser", "google-chrome")) if path), None)


def find_or_install():
    """This will return the path of a Chromium, installing Debian's package as root; None where it cannot be had."""
    if not find() and os.geteuid() == 0 and shutil.which("apt-get"):
        quiet = {
            "stdout": subprocess.DEVNULL,
            "check": False,
            "env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        }
        subprocess.run(["apt-get", "update", "-q"], **quiet)
        subprocess.run(["apt-get", "install", "-y", "-q", "chromium"], **quiet)
    return find()


def launch(playwright):
    """This will return a headless browser; it reaches nothing but this machine."""
    return playwright.chromium.launch(executable_path=find(), args=FLAGS)
