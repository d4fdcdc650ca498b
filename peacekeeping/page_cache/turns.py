"""When the clock alone changes what the public reads."""

from django.utils import timezone

from articles.models import Edition, FrontPage
from missions import clearance, dates


def next_turns(at):
    """This will return (the next moment after `at` at which a page may change, the next at which something must go).

    Something changes where an edition begins or ends, a layout of the front page or a clearance does, a casualty may be
    told, or at local midnight, where tours and deployments begin and end. The second moment leaves out what only comes.
    """
    midnight = dates.midnight(timezone.localdate(at) + timezone.timedelta(days=1))
    comes, goes = [], [midnight]
    for some, more in (Edition.objects.next_turns(at), clearance.next_turns(at)):
        comes += some
        goes += more
    comes += FrontPage.objects.filter(since__gt=at).order_by("since").values_list("since", flat=True)[:1]
    return min(comes + goes), min(goes)
