"""What the newsroom does when the record below it changes, in the same transaction."""

from django.core.checks import Tags, Warning, register
from django.db import connection, connections
from django.db.models.signals import post_migrate
from django.dispatch import receiver

from articles import claims, following, forgetting, leaving, publishing, suppression, totals
from articles.models import Following, SearchEntry
from articles.search import indexing, readable
from articles.search.engines import Index
from articles.signals import articles_changed
from ledger.signals import account_closed
from missions.signals import person_asked_for, person_forgotten, record_changed


@receiver(record_changed, dispatch_uid="articles.follow_the_record")
def follow_the_record(sender, at, **kwargs):
    publishing.render_again(claims.ask_again(at=at))
    suppression.suppress_uncleared(at=at)
    totals.settle(at=at)


@receiver(articles_changed, dispatch_uid="articles.count_stories")
def count_stories(sender, at, **kwargs):
    totals.settle(at=at)


@receiver(person_asked_for, dispatch_uid="articles.tell_of_person")
def tell_of_person(sender, person, **kwargs):
    return forgetting.tell(person)


@receiver(person_forgotten, dispatch_uid="articles.forget_person")
def forget_person(sender, person, names, erasure, **kwargs):
    return forgetting.forget(person, names, erasure)


@receiver(account_closed, dispatch_uid="articles.leave")
def leave(sender, user, at, **kwargs):
    return leaving.leave(user, at=at)


@receiver(post_migrate, dispatch_uid="articles.install_search")
def install_search(sender, using, **kwargs):
    """The full-text index is put back after each migrate: a table rebuild on SQLite drops triggers in silence."""
    if sender.name == "articles" and connections[using] == connection and _has_table():
        Index().install()
        readable.install()


@receiver(post_migrate, dispatch_uid="articles.follow_sources")
def follow_sources(sender, using, **kwargs):
    """After the triggers, which the ledger's turn puts on: no change falls between."""
    if sender.name == "articles" and connections[using] == connection and _has_table(Following):
        following.fill()


def _has_table(noun=SearchEntry):
    return noun._meta.db_table in connection.introspection.table_names()


@register(Tags.database)
def check_search(app_configs, databases, **kwargs):
    """Says when an approved edition is in no index: readers would not find it."""
    if "default" not in (databases or ()) or not _has_table() or not indexing.missing().exists():
        return []
    return [
        Warning(
            "Approved editions are missing from the search index.",
            hint="Run `manage.py index_search`: it puts in what is missing.", id="articles.W001",
        )
    ]  # fmt: skip
