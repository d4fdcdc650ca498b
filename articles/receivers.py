"""What the newsroom does when the record below it changes, in the same transaction."""

from django.dispatch import receiver

from articles import claims, publishing, suppression
from missions.signals import record_changed


@receiver(record_changed, dispatch_uid="articles.follow_the_record")
def follow_the_record(sender, at, **kwargs):
    publishing.render_again(claims.ask_again(at=at))
    suppression.suppress_uncleared(at=at)
