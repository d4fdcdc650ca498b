"""What the house writes of itself: the lines of its log, each saying which request or run it is about, and no secret.

A person stands there by number alone. What a query string asked for, the keys that are part of an address, and what the
database tells of a row in its errors never stand there, in no form of the log.
"""

import logging
import re
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

import orjson
from django.core.signals import request_finished
from django.dispatch import receiver

# What a line may say beside its message: an allow-list, since libraries hand whole requests to their lines.
FIELDS = ("request_id", "run", "method", "path", "route", "status", "duration_ms", "user")
KEYS = re.compile(r"(/review/|/admin/reset/)[^\s\"'?]+")  # addresses that open a door to whoever has them
QUERY = re.compile(r"(?<=[^\s\"'?])\?[^\s\"']+")
OF_A_ROW = re.compile(r"^(DETAIL|CONTEXT|LINE \d+):.*$", re.M)  # PostgreSQL prints the values that it refuses

_about = ContextVar("what the lines of the log are about", default=None)


def begin(**what):
    """This will let every line from now on say these fields, and no others, until `end` or the next request."""
    _about.set(what)


def end():
    _about.set(None)


def note(**what):
    """This will add fields to what the lines of the present request say, if there is one."""
    if (present := _about.get()) is not None:
        present.update(what)


@contextmanager
def about(**what):
    """This will let the lines within the block say these fields too."""
    token = _about.set({**(_about.get() or {}), **what})
    try:
        yield
    finally:
        _about.reset(token)


def request_id():
    """This will return the id of the request that is being answered, or ""."""
    return (_about.get() or {}).get("request_id", "")


@receiver(request_finished, dispatch_uid="ledger.end_of_a_request_in_the_log")
def end_of_a_request(sender, **kwargs):
    """The server says so when the last byte has left: until then its lines are about the request."""
    end()


def without_secrets(text):
    """This will return a text without the keys of addresses and without what their queries ask for."""
    if "/re" in text:
        text = KEYS.sub(r"\1…", text)
    return QUERY.sub("?…", text) if "?" in text else text


def _said(record):
    """This will return the fields that a line says beside its message."""
    present = _about.get() or {}
    own = vars(record)
    return {name: own.get(name, present.get(name)) for name in FIELDS if name in own or name in present}


class Lines(logging.Formatter):
    """Both forms of the log: neither prints a secret."""

    def message_of(self, record):
        return without_secrets(record.getMessage())

    def formatException(self, exc_info):
        return without_secrets(OF_A_ROW.sub(r"\1: …", super().formatException(exc_info)))


class TextLines(Lines):
    """For people: a line, with the id of its request or run at the end."""

    def format(self, record):
        at = self.formatTime(record)
        said = _said(record)
        where = "".join(f" [{name} {said[name]}]" for name in ("request_id", "run") if said.get(name))
        line = f"{at} {record.levelname} {record.name} {self.message_of(record)}{where}"
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


class JsonLines(Lines):
    """For programs: one JSON object a line."""

    def format(self, record):
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname, "logger": record.name, "message": self.message_of(record), **_said(record),
        }  # fmt: skip
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return orjson.dumps(line, default=str).decode()
