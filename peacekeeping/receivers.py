"""The building's receivers. This app is the last one, so they run after every floor's own."""

from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.db.models.signals import post_migrate
from django.dispatch import receiver

from articles.signals import articles_changed
from ledger import roles, site_version
from missions.signals import record_changed


@receiver([record_changed, articles_changed], dispatch_uid="peacekeeping.raise_site_version")
def raise_site_version(sender, **kwargs):
    """The last statement before commit: a killed process can never leave a page stale."""
    site_version.raise_version()


@receiver(post_migrate, dispatch_uid="peacekeeping.install_roles")
def install_roles(sender, using, **kwargs):
    # The reports are the last floor with tables: after its turn every floor's permissions exist.
    if sender.name == "reports":
        # A migrate of one app alone leaves others without permissions; the one that completes the tables comes after.
        executor = MigrationExecutor(connections[using])
        if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
            roles.install()
