"""What the record's changes do to reports that were taken out, for pages of the floors below. See `missions.trial`."""

from datetime import timedelta

from django import template

from reports import recalls
from reports.catalogue import REPORTS, title_of

register = template.Library()
SHOWN = 10
MICROSECOND, AN_HOUR = timedelta(microseconds=1), timedelta(hours=1)  # what the trial wrote lies between


@register.inclusion_tag("reports/touched_runs.html", takes_context=True)
def reports_that_it_touches(context, trial):
    """This will list the reports that would say something else after the change under trial."""
    user = context["request"].user if "request" in context else None
    touched = recalls.touched(since=trial.at - MICROSECOND, at=trial.at + AN_HOUR)
    mine = [one for one in touched if user and user.has_perms([REPORTS[one.run.report].permission, *one.run.grants])]
    for one in mine:
        one.run.title = title_of(one.run.report)
    return {"touched": mine, "others": len(touched) - len(mine)}


@register.inclusion_tag("reports/recalls.html", takes_context=True)
def recall_notices(context):
    """This will list what the record corrected of the reports that the signed-in person took: one query."""
    found = list(recalls.waiting_for(context["request"].user)[: SHOWN + 1])
    for recall in found:
        recall.title = title_of(recall.run.report)
    return {"recalls": found[:SHOWN], "has_more": len(found) > SHOWN}
