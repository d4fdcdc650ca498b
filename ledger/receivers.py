"""Puts every floor's database rules back after each migrate, and registers the check that counts them."""

from django.core.checks import Tags, register
from django.db import connections
from django.db.models.signals import post_migrate, pre_migrate
from django.dispatch import receiver

from ledger import guards, roles


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


@register(Tags.database)
def check_guards(app_configs, databases, **kwargs):
    return [error for alias in databases or [] for error in guards.check(connections[alias])]


@register(Tags.database)
def check_roles(app_configs, databases, **kwargs):
    return [warning for alias in databases or [] for warning in roles.check(connections[alias])]
