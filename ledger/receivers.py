"""Puts every floor's database rules back after each migrate, and notes who comes in, at whatever door and by what."""

import logging

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from django.conf import settings
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.core.checks import Tags, Warning, register
from django.db import connections
from django.db.migrations import operations
from django.db.models.signals import post_migrate, pre_migrate
from django.dispatch import receiver
from django.utils import timezone

from ledger import audit, guards, parts, roles
from ledger.counting import network_address
from ledger.models import User

log = logging.getLogger(__name__)

# What changes no row on PostgreSQL: while such migrations run the rules stay, and readers of their tables are not met.
CHANGES_NO_ROW = (
    operations.CreateModel, operations.AddField, operations.AddIndex, operations.RemoveIndex, operations.AddConstraint,
    operations.RemoveConstraint, operations.AlterModelOptions, operations.AlterModelManagers,
)  # fmt: skip


@receiver(pre_migrate, dispatch_uid="ledger.take_guards_off")
def take_guards_off(sender, using, plan=(), **kwargs):
    """A table rebuild on SQLite drops triggers in silence, so they come off before and go back on after."""
    if sender.name != "ledger":
        return
    if plan:
        parts.take_off(connections[using])
    steps = [step for migration, _backwards in plan for step in migration.operations]
    if connections[using].vendor == "sqlite" or not all(isinstance(step, CHANGES_NO_ROW) for step in steps):
        guards.uninstall(connections[using])


@receiver(post_migrate, dispatch_uid="ledger.put_guards_on")
def put_guards_on(sender, using, **kwargs):
    # The signal comes once for each app, after all tables were made: the ledger's own turn is enough.
    if sender.name == "ledger":
        guards.install(connections[using])
        parts.install(connections[using])


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


@register(Tags.security, deploy=True)
def check_factors(app_configs, **kwargs):
    if settings.SECOND_FACTOR_DEMANDED:
        return []
    return [
        Warning(
            "Who may see personal data or approve signs in with a password alone.",
            hint="Remove SECOND_FACTOR_DEMANDED=off: it is for the demonstration.", id="ledger.W002",
        )
    ]  # fmt: skip


@register(Tags.database)
def check_guards(app_configs, databases, **kwargs):
    return [error for alias in databases or [] for error in guards.check(connections[alias])]


@register(Tags.database)
def check_roles(app_configs, databases, **kwargs):
    return [warning for alias in databases or [] for warning in roles.check(connections[alias])]


@receiver(authenticator_added, dispatch_uid="ledger.factor_is_added")
def factor_is_added(sender, request, user, authenticator, **kwargs):
    """Who sets up a factor has just shown that they hold it; recovery codes are shown to whoever made them."""
    audit.note("add second factor", user, by=user, at=timezone.now(), kind=authenticator.type)
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type)


@receiver(authenticator_removed, dispatch_uid="ledger.factor_is_removed")
def factor_is_removed(sender, user, authenticator, **kwargs):
    audit.note("remove second factor", user, by=user, at=timezone.now(), kind=authenticator.type)


@receiver(authenticator_reset, dispatch_uid="ledger.codes_are_made_anew")
def codes_are_made_anew(sender, user, authenticator, **kwargs):
    audit.note("make recovery codes", user, by=user, at=timezone.now())
