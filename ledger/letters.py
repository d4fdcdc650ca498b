"""Writes to people by e-mail: in their own language, after the commit, and never at the cost of what they wait for."""

import logging
import threading
from dataclasses import dataclass
from functools import partial
from smtplib import SMTPException, SMTPServerDisconnected

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.core.mail import EmailMessage, get_connection
from django.db import connection, transaction
from django.template.loader import render_to_string
from django.utils.translation import override

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Letter:
    """One e-mail to a user: a text template, whose first line is the subject, with what it is to say.

    The template is rendered in the user's language when the letter is sent; it also gets `user` and `site`, the
    site's own address without a slash at its end.
    """

    to: AbstractUser
    template: str
    context: dict

    def message(self, connection):
        """This will return the letter as an e-mail message, its subject one line whatever the context holds."""
        with override(self.to.language):
            text = render_to_string(self.template, {**self.context, "user": self.to, "site": settings.SITE_URL})
        subject, _line, body = text.strip().partition("\n")
        return EmailMessage(" ".join(subject.split()), body.strip() + "\n", to=[self.to.email], connection=connection)


def after_commit(letters):
    """This will send `letters` once the present transaction is committed; if it is rolled back, nobody hears of it.

    Who has no e-mail address gets none. A mail server that is down is written to the log and breaks nothing.
    """
    letters = [letter for letter in letters if letter.to.email]
    if letters:
        transaction.on_commit(partial(aside, partial(send, letters)), robust=True)


def aside(work):
    """This will do `work` in a thread of its own.

    Nobody waits for the mail server; and how long an answer takes tells nobody whether an address is known.
    """

    def run():
        try:
            work()
        finally:
            connection.close()

    threading.Thread(target=run, name="letters").start()


def send(letters):
    """This will send `letters` over one connection and return how many left the house.

    A server that cannot be reached is asked once, for `EMAIL_TIMEOUT` seconds, however many letters there are.
    """
    sent = 0
    try:
        connection = get_connection()
        connection.open()
    except Exception:
        log.exception("The mail server cannot be reached: %s letter(s) were not sent.", len(letters))
        return sent
    for letter in letters:
        try:
            sent += letter.message(connection).send() or 0
        except Exception as error:
            # The id, not the address: logs are kept longer than people stay.
            log.exception("The letter %s to user %s was not sent.", letter.template, letter.to.pk)
            if isinstance(error, SMTPServerDisconnected) or not isinstance(error, (SMTPException, ValueError)):
                break  # the server went away: the next one would only wait for it again
    connection.close()
    return sent
