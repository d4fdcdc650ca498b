"""What the reports do when a floor below changes, in the same transaction."""

from django.dispatch import receiver

from articles.signals import articles_changed
from missions.signals import record_changed
from reports import recalls


@receiver([record_changed, articles_changed], dispatch_uid="reports.ask_past_runs")
def ask_past_runs(sender, at, **kwargs):
    recalls.queue(at=at)
