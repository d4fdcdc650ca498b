"""What the reports do when a floor below changes, in the same transaction."""

from django.dispatch import receiver

from articles.signals import articles_changed
from ledger.signals import account_closed
from missions.signals import person_asked_for, person_forgotten, record_changed
from reports import forgetting, recalls


@receiver([record_changed, articles_changed], dispatch_uid="reports.ask_past_runs")
def ask_past_runs(sender, at, **kwargs):
    recalls.queue(at=at)


@receiver(person_asked_for, dispatch_uid="reports.tell_of_person")
def tell_of_person(sender, person, **kwargs):
    return forgetting.tell(person)


@receiver(person_forgotten, dispatch_uid="reports.forget_person")
def forget_person(sender, at, **kwargs):
    return {}, forgetting.forget(at=at)


@receiver(account_closed, dispatch_uid="reports.leave")
def leave(sender, user, **kwargs):
    forgetting.leave(user)
    return []
