"""Sends something to a door and says what must hold, whatever it was."""

import contextlib
import re
import signal
from functools import partial

from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client

from missions import settled, standing
from tests.fuzz import pages

LONGEST = 30  # seconds: a request that takes longer hangs; ordinary ones take some hundredths
MOST_QUERIES = 600
CYRILLIC = re.compile("[А-Яа-яЁёҚқ]")
IN_RUSSIAN = {"HTTP_ACCEPT_LANGUAGE": "ru", "REMOTE_ADDR": "192.0.2.7"}


class Hangs(Exception):
    """The request did not end in time."""


@contextlib.contextmanager
def in_time(seconds=LONGEST):
    """This will end what does not end by itself."""

    def end(_signal, _frame):
        raise Hangs(f"no answer within {seconds} seconds")

    before = signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextlib.contextmanager
def taken_back():
    """This will let each question find the house as the one before did."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    settled.forget()
    standing._kept.clear()
    cache.clear()


class Caller:
    """A client of the test, signed in or not, that reads Russian and keeps its cookies through whatever is sent."""

    def __init__(self, person=None):
        self.client = Client(**IN_RUSSIAN)
        if person:
            self.client.force_login(person)
        self.cookies = self.client.cookies.output()

    def ask(self, method, address, **request):
        """This will return the answer; it fails where that is the house's fault, late, or costs too many queries."""
        queries = 0

        def count(execute, *arguments):
            nonlocal queries
            queries += 1
            return execute(*arguments)

        kept = self.client.cookies.copy()
        with taken_back(), in_time(), connection.execute_wrapper(count):
            call = partial(self.client.generic, "POST") if method == "raw" else getattr(self.client, method)
            response = call(address, **request)
            if response.streaming:
                response.streaming_content = [b"".join(response.streaming_content)]
        self.client.cookies = kept
        # Whether a node is ready it asks by a connection of its own, which does not know a test's database.
        assert response.status_code < 500 or address.startswith("/health/ready"), (
            f"{method} {address}: {response.status_code}"
        )
        assert queries < MOST_QUERIES, f"{method} {address} asked {queries} queries"
        return response

    def send(self, door, form, sent):
        """This will POST {name: values} and hold the answer against what was typed."""
        for value in (value for values in sent.values() for value in values if hasattr(value, "seek")):
            value.seek(0)
        data = {name: values if len(values) != 1 else values[0] for name, values in sent.items() if values}
        response = self.ask("post", door.address, data=data)
        hold(response, door, sent, form)
        return response


def hold(response, door, sent, form):
    """This will fail where a refusal is not said in the reader's language, or loses what was typed."""
    is_page = response.get("Content-Type", "").startswith("text/html")
    if response.status_code in (400, 413):
        assert not is_page or CYRILLIC.search(response.content.decode()), f"{door}: a bare {response.status_code}"
        return
    if response.status_code != 200 or not is_page:
        return
    soup = pages.soup_of(response)
    sentences = pages.refusals(soup)
    if not sentences:
        return
    assert any(CYRILLIC.search(sentence) for sentence in sentences), f"{door} refuses in no Russian: {sentences[:5]}"
    typed = {name: values for name, values in sent.items() if form is not None and name in form.typed}
    gone = pages.lost(typed, soup)
    assert not gone, f"{door} lost what was typed into {gone}: {[sent[name] for name in gone][:3]!r:.300}"
