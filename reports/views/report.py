from dataclasses import dataclass

from django.contrib import messages
from django.contrib.admin.views.decorators import staff_member_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ledger.typed import number_of
from reports import looking, saving
from reports import run as runs
from reports.forms import ReportForm, SaveForm, TakeForm, as_typed
from reports.models import Favourite, ReportRun, SavedReport
from reports.rows import CannotWrite
from reports.run import SMALL
from reports.views import cells, desk
from reports.views.taking import take as take_out

MAY_SAVE = "reports.add_savedreport"
PREFILLED = {"saved", "again"}  # where the answers come from, in the place of the form's own fields


@dataclass(frozen=True)
class Typed:
    """What the form begins with, and the saved report that it comes from, if from one."""

    values: dict
    saved: SavedReport | None = None


@staff_member_required
def report(request, slug):
    """The form of a report, and the first of its rows.

    Rows with personal data are shown only to a form that was sent with a purpose: no address holds it, nor a name.
    """
    at = timezone.now()
    report = desk.report_for(request, slug, at=at)
    typed = _typed(request, report)
    if request.method == "POST":
        typed = Typed({}, _saved(request.POST.get("saved"), request.user))
        form = ReportForm(request.POST, report=report, at=at, by=request.user)
    elif report.is_personal or (report.needs and not typed.values):
        form = ReportForm(initial=typed.values, report=report, at=at, by=request.user)
    else:
        values = {"language": get_language(), **typed.values}
        form = ReportForm(values, report=report, at=at, by=request.user)
    return _shown(request, report, form, at=at, saved=typed.saved)


@staff_member_required
@require_POST
def take(request, slug):
    """Takes out what the form asks. What is refused is said on the page, and nothing that was typed is lost."""
    at = timezone.now()
    report = desk.report_for(request, slug, at=at)
    form = ReportForm(request.POST, report=report, at=at, by=request.user)
    way = TakeForm(request.POST)
    if form.is_valid() and way.is_valid():
        try:
            return take_out(
                report, _asked(form, request.user), format=way.cleaned_data["format"],
                purpose=way.cleaned_data["purpose"], wants_letter=way.cleaned_data["wants_letter"],
                by=request.user, at=at,
            )  # fmt: skip
        except (runs.CannotTake, CannotWrite) as refusal:
            way.add_error(None, str(refusal))
    return _shown(request, report, form, at=at, way=way)


@staff_member_required
@require_POST
def save(request, slug):
    """Keeps what the form asks under a name."""
    at = timezone.now()
    report = desk.report_for(request, slug, at=at)
    saved = _saved(request.POST.get("saved"), request.user)
    if not request.user.has_perm(MAY_SAVE):
        raise PermissionDenied
    form = ReportForm(request.POST, report=report, at=at, by=request.user, asks_purpose=False)
    keeping = SaveForm(request.POST, by=request.user)
    if form.is_valid() and keeping.is_valid():
        try:
            kept = saving.save(
                keeping.cleaned_data["name"], report, form.kept(), language=form.cleaned_data["language"],
                format=keeping.cleaned_data["format"], shared_with=keeping.cleaned_data["shared_with"],
                by=request.user, at=at, saved=saved if saved and request.POST.get("over") else None,
            )  # fmt: skip
        except saving.CannotSave as refusal:
            keeping.add_error("name", str(refusal))
        else:
            messages.success(request, _("The report is saved as “%(name)s”.") % {"name": kept.name})
            return redirect("saved-report", kept.pk)
    # Nobody looks at people's data by saving.
    return _shown(request, report, form, at=at, keeping=keeping, saved=saved, looks=not report.is_personal)


def _typed(request, report):
    """This will return what the form begins with: its own fields in the address, a saved report or an earlier run."""
    query = {name: request.GET.getlist(name) for name in request.GET}
    saved = _saved(request.GET.get("saved"), request.user)
    if set(query) - PREFILLED:
        return Typed(_flat(query), saved)
    if saved:
        return Typed({**as_typed(saved.parameters), "language": saved.language}, saved)
    if pk := request.GET.get("again", ""):
        of_the_run = get_object_or_404(ReportRun, pk=number_of(pk), by=request.user, report=report.slug)
        kept = {**of_the_run.parameters, "on": of_the_run.on.isoformat()}
        return Typed({**as_typed(kept), "language": of_the_run.language})
    return Typed({})


def _flat(query):
    """This will return the answers as a form takes them from a plain dict: lists for what may be many."""
    return {
        name: values if name in ("missions", "units", "categories") else values[-1] for name, values in query.items()
    }


def _saved(pk, user):
    """This will return the saved report of that number that `user` sees, or None without a number; 404 otherwise."""
    if not pk:
        return None
    found = {str(saved.pk): saved for saved in saving.visible_to(user)}
    if pk not in found:
        raise Http404
    return found[pk]


def _asked(form, user):
    values, on, known_at = form.question()
    return runs.ask(
        form.report, values, by=user, on=on, known_at=known_at, language=form.cleaned_data["language"]
    )  # fmt: skip


def _shown(request, report, form, *, at, way=None, keeping=None, saved=None, looks=True):
    user = request.user
    look = None
    if form.is_bound and form.is_valid() and looks:
        asked = _asked(form, user)
        look = looking.look(report, asked, by=user, at=at, purpose=form.cleaned_data.get("purpose", ""))
    if look is None:
        looking.note_search(report, form.found_people, by=user, at=at)
    may_save = user.has_perm(MAY_SAVE)
    if keeping is None and may_save:
        is_own = saved is not None and saved.owner_id == user.pk
        keeping = SaveForm(by=user, instance=saved if is_own else None)
    return desk.page(
        request, "reports/report.html", report.title, report=report, form=form, look=look,
        rows=cells.shown(look) if look else [], hidden=form.hidden() if form.is_bound and form.is_valid() else [],
        way=way or TakeForm(), keeping=keeping, saved=saved, may_save=may_save, small=SMALL,
        is_starred=Favourite.objects.filter(user=user, report=report.slug).exists(),
        is_own=saved is not None and saved.owner_id == user.pk,
    )  # fmt: skip
