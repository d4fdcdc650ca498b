"""What the record does when it changes: its totals are counted before the floors above ask it anything."""

from django.dispatch import receiver

from missions import month_totals, service_totals
from missions.signals import record_changed


@receiver(record_changed, dispatch_uid="missions.count_again")
def count_again(sender, **kwargs):
    service_totals.settle()
    month_totals.settle()
