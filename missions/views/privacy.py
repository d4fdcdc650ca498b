"""The desk's pages about what is held on one person: look at it, take it out for them, have them anonymised."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from ledger import audit, erasures
from ledger.models import Erasure
from missions import disclosure, erasing
from missions.forms import ErasureForm, TakeOutForm
from missions.models import Person

MAY_TAKE_OUT, MAY_ERASE = "missions.disclose_person", "missions.erase_person"
DUE_SHOWN = 200


def person(request, pk):
    """What the house holds on one person. The ledger keeps who looked."""
    if not request.user.has_perms(["missions.view_person", MAY_TAKE_OUT]):
        raise PermissionDenied
    found, at = get_object_or_404(Person, pk=pk), timezone.now()
    parts = disclosure.gather(found, at=at)
    taking, asking = TakeOutForm(), ErasureForm(stories=_stories(parts, request.user))
    if request.method == "POST":
        step = request.POST.get("do")
        if step == "take":
            taking = TakeOutForm(request.POST)
            if taking.is_valid() and (answer := _take_out(request, found, taking, at)):
                return answer
        elif step in ("ask", "confirm", "decline"):
            if not request.user.has_perm(MAY_ERASE):
                raise PermissionDenied
            asking = ErasureForm(request.POST if step == "ask" else None, stories=_stories(parts, request.user))
            if _decide(request, found, step, asking, at):
                return redirect("person-privacy", found.pk)
    else:
        audit.note("look at personal data", found, by=request.user, at=at)
    waiting = Erasure.objects.waiting().filter(noun="missions.person", object_id=found.pk).select_related("asked_by")
    context = {
        **admin.site.each_context(request), "title": _("Personal data of one person"), "opts": Person._meta,
        "person": found, "parts": parts, "taking": taking, "asking": asking, "waiting": waiting.first(),
        "may_erase": request.user.has_perm(MAY_ERASE),
    }  # fmt: skip
    return render(request, "admin/missions/person/privacy.html", context)


def _stories(parts, user):
    """This will return the stories of which `user` may say that their text stays."""
    return [choice for part in parts if part.needs and user.has_perm(part.needs) for choice in part.choices]


def _take_out(request, found, form, at):
    try:
        file = disclosure.take_out(found, by=request.user, at=at, **form.cleaned_data)
    except disclosure.CannotDisclose as refusal:
        form.add_error(None, str(refusal))
        return None
    response = FileResponse(file, as_attachment=True, filename=f"person-{found.pk}.zip", content_type="application/zip")
    response["Cache-Control"] = "private, no-store"
    return response


def _decide(request, found, step, form, at):
    """This will do one step of an erasure and say so; returns whether it was done."""
    waiting = Erasure.objects.waiting().filter(noun="missions.person", object_id=found.pk).first()
    try:
        if step == "ask":
            if not form.is_valid():
                return False
            ground = form.cleaned_data["ground"]
            kind = Erasure.Kind.ERASE if ground == Erasure.Ground.MISTAKE else Erasure.Kind.ANONYMISE
            given = {"reference": form.cleaned_data["reference"], "spared": form.cleaned_data.get("spared", ())}
            erasures.ask(found, kind=kind, ground=ground, by=request.user, at=at, **given)
            messages.success(request, _("Asked for. Another person has to confirm it; until then nothing changes."))
        elif waiting is None:
            raise erasures.CannotErase(_("This was decided already."))
        elif step == "decline":
            erasures.decline(waiting, by=request.user, at=at)
            messages.success(request, _("Declined. Nothing was changed."))
        else:
            erasures.confirm(waiting, by=request.user, at=at)
            messages.success(request, _("Done. Whatever named the person has left the public site."))
    except erasures.CannotErase as refusal:
        form.add_error(None, str(refusal)) if step == "ask" else messages.error(request, str(refusal))
        return step != "ask"
    return True


def due(request):
    """Whose time in the record by name is over, and what waits for the word of a second person."""
    if not request.user.has_perms(["missions.view_person", MAY_ERASE]):
        raise PermissionDenied
    at = timezone.now()
    found = list(erasing.due(at)[:DUE_SHOWN])
    waiting = Erasure.objects.waiting().filter(noun="missions.person").select_related("asked_by")
    context = {
        **admin.site.each_context(request), "title": _("People whose time is over"), "opts": Person._meta,
        "due": found, "years": erasing.years(), "is_automatic": erasing.is_automatic(),
        "waiting": waiting, "shown": DUE_SHOWN,
    }  # fmt: skip
    return render(request, "admin/missions/person/due.html", context)
