"""Puts every floor's database rules back after each migrate, and notes who comes in at whatever door."""

import logging

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.core.checks import Tags, register
from django.db import connections
from django.db.models.signals import post_migrate, pre_migrate
from django.dispatch import receiver
from django.utils import timezone

from ledger import audit, guards
from ledger.counting import network_address
from ledger.models import User

log = logging.getLogger(__name__)


@receiver(pre_migrate, dispatch_uid="ledger.take_guards_off")
def take_guards_off(sender, using, **kwargs):
    """A table rebuild on SQLite drops triggers in silence, so they come off before and go back on after."""
    if sender.name == "ledger":
        guards.uninstall(connections[using])


@receiver(post_migrate, dispatch_uid="ledger.put_guards_on")
def put_guards_on(sender, using, **kwargs):
    # The signal comes once for each app, after all tables were made: the ledger's own turn is enough.
    if sender.name == "ledger":
        guards.install(connections[using])


@receiver(user_logged_in, dispatch_uid="ledger.note_sign_in")
def note_sign_in(sender, user, **kwargs):
    audit.note("sign in", user, by=user, at=timezone.now())


@receiver(user_logged_out, dispatch_uid="ledger.note_sign_out")
def note_sign_out(sender, user, **kwargs):
    if user:
        audit.note("sign out", user, by=user, at=timezone.now())


@receiver(user_login_failed, dispatch_uid="ledger.note_failed_sign_in")
def note_failed_sign_in(sender, credentials, request=None, **kwargs):
    """The ledger, which stays for ever, gets neither the name that was typed nor the address it came from.

    The log, which is forgotten some day, tells the address beside the number of the entry.
    """
    known = User.objects.filter(username=credentials.get("username", "")).first()
    entry = audit.note("fail to sign in", known or User(), by=None, at=timezone.now())
    place = network_address(request) if request else "no request"
    log.warning("A sign-in failed: entry %s of the ledger, from %s.", entry.pk, place)


@register(Tags.database)
def check_guards(app_configs, databases, **kwargs):
    return [error for alias in databases or [] for error in guards.check(connections[alias])]
