"""Puts every floor's database rules back after each migrate, and registers the check that counts them."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.core.checks import Tags, register
from django.db import connections
from django.db.migrations import operations
from django.db.models.signals import post_migrate, pre_migrate
from django.dispatch import receiver

from ledger import guards

# What changes no row on PostgreSQL: while such migrations run the rules stay, and readers of their tables are not met.
CHANGES_NO_ROW = (
    operations.CreateModel, operations.AddField, operations.AddIndex, operations.RemoveIndex, operations.AddConstraint,
    operations.RemoveConstraint, operations.AlterModelOptions, operations.AlterModelManagers, AddIndexConcurrently,
    RemoveIndexConcurrently,
)  # fmt: skip


@receiver(pre_migrate, dispatch_uid="ledger.take_guards_off")
def take_guards_off(sender, using, plan=(), **kwargs):
    """A table rebuild on SQLite drops triggers in silence, so they come off before and go back on after."""
    if sender.name != "ledger":
        return
    steps = [step for migration, _backwards in plan for step in migration.operations]
    if connections[using].vendor == "sqlite" or not all(isinstance(step, CHANGES_NO_ROW) for step in steps):
        guards.uninstall(connections[using])


@receiver(post_migrate, dispatch_uid="ledger.put_guards_on")
def put_guards_on(sender, using, **kwargs):
    # The signal comes once for each app, after all tables were made: the ledger's own turn is enough.
    if sender.name == "ledger":
        guards.install(connections[using])


@register(Tags.database)
def check_guards(app_configs, databases, **kwargs):
    return [error for alias in databases or [] for error in guards.check(connections[alias])]
