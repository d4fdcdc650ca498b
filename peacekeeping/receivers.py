"""The building's receivers. This app is the last one, so they run after every floor's own."""

import threading
import time

from django.core.signals import request_finished, request_started
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.db.models.signals import post_migrate
from django.dispatch import receiver

from articles.signals import articles_changed
from ledger import roles, site_version
from missions.signals import record_changed

TRUSTED = 1  # second for which a connection that has just answered is not asked whether it lives
_used = threading.local()


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


@receiver(request_started, dispatch_uid="peacekeeping.trust_what_has_just_answered")
def trust_what_has_just_answered(sender, **kwargs):
    """Django asks each connection at each request whether it lives, which is a third of a story's questions."""
    if time.monotonic() - getattr(_used, "at", float("-inf")) < TRUSTED:
        connection.health_check_done = True


@receiver(request_finished, dispatch_uid="peacekeeping.note_what_has_answered")
def note_what_has_answered(sender, **kwargs):
    has_answered = connection.connection is not None and connection.health_check_done and not connection.errors_occurred
    _used.at = time.monotonic() if has_answered else float("-inf")
