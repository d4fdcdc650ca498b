"""Two steps of an edition: its text means somebody else of that name; and back."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from articles import naming, readiness
from articles.models import Edition
from missions.models import Person


def set_apart(request, pk):
    """The words name somebody else: everybody of the record whom they fit is set apart from the story."""
    done = _("“%(words)s” means somebody else, not a person of the record.")
    return _step(request, pk, naming.people_in, naming.set_apart, done)


def take_back(request, pk):
    """The words name the person of the record after all."""
    done = _("“%(words)s” means the person of the record again.")
    return _step(request, pk, naming.namesakes_in, naming.take_back, done)


def _step(request, pk, found_in, verb, done):
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    if not request.user.has_perm("articles.approve_edition"):
        raise PermissionDenied
    edition = get_object_or_404(Edition.objects.select_related("article__lead_photo"), pk=pk)
    words, at = request.POST.get("words", ""), timezone.now()
    found = {named.person for named in found_in(edition, readiness.uses_of(edition)) if named.words == words}
    try:
        with transaction.atomic():
            for person in Person.objects.filter(pk__in=found).order_by("pk"):
                verb(edition.article, person, by=request.user, at=at)
    except naming.CannotSetApart as refusal:
        messages.error(request, str(refusal))
    else:
        if found:
            messages.success(request, done % {"words": words})
        else:
            messages.warning(request, _("The text no longer says “%(words)s”.") % {"words": words})
    return redirect("admin:articles_edition_change", pk)
