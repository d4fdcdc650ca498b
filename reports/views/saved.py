from django.contrib import messages
from django.contrib.admin.views.decorators import staff_member_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from reports import run as runs
from reports import saving
from reports.catalogue import REPORTS
from reports.forms import SaveForm, ScheduleForm
from reports.models import SavedReport, Schedule
from reports.rows import CannotWrite
from reports.views import desk
from reports.views.taking import take as take_out


def _saved_for(request, pk, *, is_own=False):
    """This will return a saved report that the signed-in person sees, or owns; 404 for others."""
    saved = get_object_or_404(SavedReport.objects.select_related("owner", "shared_with"), pk=pk)
    is_mine = saved.owner_id == request.user.pk
    is_shared = not is_own and request.user.groups.filter(pk=saved.shared_with_id).exists()
    if saved.report not in REPORTS or not request.user.has_perm(REPORTS[saved.report].permission):
        raise Http404
    if not is_mine and not is_shared:
        raise Http404
    return saved


@staff_member_required
def saved(request, pk):
    """A saved report: what it asks, who sees it, and when it is made."""
    return _shown(request, _saved_for(request, pk))


def _shown(request, saved, keeping=None, schedule=None):
    is_own, report = saved.owner_id == request.user.pk, REPORTS[saved.report]
    beginning = {"day_of_month": 1, "begins": timezone.localdate(), "wants_letter": True}
    return desk.page(
        request, "reports/saved.html", saved.name, saved=saved, report=report, is_own=is_own,
        said=saving.say(saved.parameters), schedules=saved.schedules.select_related("last_run").order_by("pk"),
        keeping=keeping or (SaveForm(instance=saved, by=request.user) if is_own else None),
        schedule=schedule or ScheduleForm(initial=beginning, is_personal=report.is_personal),
        may_schedule=is_own and request.user.has_perm(saving.MAY_SCHEDULE),
    )  # fmt: skip


@staff_member_required
@require_POST
def take(request, pk):
    """Takes a saved report with one click; one with personal data asks its purpose first."""
    saved, at = _saved_for(request, pk), timezone.now()
    report = REPORTS[saved.report]
    form_address = f"{reverse('report', args=[report.slug])}?saved={saved.pk}"
    if report.is_personal:
        messages.info(request, _("This report holds personal data: say what you need it for."))
        return redirect(form_address)
    try:
        values, on, known_at = saving.resolve(saved.parameters, today=timezone.localdate(at), at=at)
        asked = runs.ask(report, values, by=request.user, on=on, known_at=known_at, language=saved.language)
        return take_out(
            report, asked, format=saved.format, purpose="", wants_letter=False, by=request.user, at=at
        )  # fmt: skip
    except (runs.CannotTake, CannotWrite) as refusal:
        messages.error(request, str(refusal))
    except ValueError:
        messages.error(request, _("What was saved cannot be asked any more: look through it and save it again."))
    return redirect(form_address)


@staff_member_required
@require_POST
def change(request, pk):
    saved, at = _saved_for(request, pk, is_own=True), timezone.now()
    keeping = SaveForm(request.POST, by=request.user)
    if keeping.is_valid():
        said = keeping.cleaned_data
        try:
            saving.save(
                said["name"], REPORTS[saved.report], saved.parameters, language=saved.language, format=said["format"],
                shared_with=said["shared_with"], by=request.user, at=at, saved=saved,
            )  # fmt: skip
        except saving.CannotSave as refusal:
            keeping.add_error("name", str(refusal))
        else:
            return redirect("saved-report", saved.pk)
    return _shown(request, saved, keeping=keeping)


@staff_member_required
@require_POST
def delete(request, pk):
    saved = _saved_for(request, pk, is_own=True)
    saving.remove(saved, by=request.user, at=timezone.now())
    messages.success(request, _("The saved report “%(name)s” is deleted.") % {"name": saved.name})
    return redirect("reports")


@staff_member_required
@require_POST
def schedule(request, pk):
    saved, at = _saved_for(request, pk, is_own=True), timezone.now()
    if not request.user.has_perm(saving.MAY_SCHEDULE):
        raise PermissionDenied
    form = ScheduleForm(request.POST, is_personal=REPORTS[saved.report].is_personal)
    if form.is_valid():
        saving.schedule(saved, **{"purpose": "", **form.cleaned_data}, by=request.user, at=at)
        return redirect("saved-report", saved.pk)
    return _shown(request, saved, schedule=form)


def _schedule_for(request, pk):
    return get_object_or_404(Schedule.objects.select_related("saved_report"), pk=pk, saved_report__owner=request.user)


@staff_member_required
@require_POST
def pause_schedule(request, pk):
    made = _schedule_for(request, pk)
    saving.pause(made, by=request.user, at=timezone.now())
    return redirect("saved-report", made.saved_report_id)


@staff_member_required
@require_POST
def delete_schedule(request, pk):
    made = _schedule_for(request, pk)
    saving.remove(made, by=request.user, at=timezone.now())
    return redirect("saved-report", made.saved_report_id)
