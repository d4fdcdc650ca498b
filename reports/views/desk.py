"""What every page of the reports has: the frame of the desk, and who is let in."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _

from ledger import factors
from reports import background
from reports.catalogue import REPORTS


def page(request, template, title, *, status=200, **context):
    """This will return a page of the desk that no cache keeps."""
    context = {**admin.site.each_context(request), "title": title, **context}
    return kept_by_nobody(render(request, template, context, status=status))


def kept_by_nobody(response):
    patch_cache_control(response, private=True, no_store=True)
    return response


def allowed(user):
    """This will return the reports that `user` may take, in the order of the catalogue; 403 where there is none."""
    found = [report for report in REPORTS.values() if user.has_perm(report.permission)]
    if not found:
        raise PermissionDenied
    return found


def report_for(request, slug, *, at):
    """This will return the report of that name; 403 where the user may not take it.

    One of personal data asks first whether it is still them, where they signed in too long ago.
    """
    report = REPORTS.get(slug)
    if report is None:
        raise Http404
    if not request.user.has_perm(report.permission):
        raise PermissionDenied
    demand_fresh(request, report, at=at)
    return report


def demand_fresh(request, report, *, at):
    """This will ask who it is once more before anything of a report of personal data is shown or leaves."""
    if report is None or report.is_personal:  # of one that is in the catalogue no longer nobody can say it
        factors.demand_fresh(request, at=at)


def state_words(run, at):
    """This will return how the run stands, in words."""
    prepared, end = getattr(run, "prepared", None), getattr(run, "end", None)
    if prepared:
        return background.standing(prepared, at).words
    if end is None:
        return _("is on its way")
    return _("broke off") if end.broke_off else _("taken out in full")
