"""Steps of an edition: its text means somebody else of that name, or another place; and back."""

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
    return _step(request, pk, _people(naming.people_in), _each_person(naming.set_apart), done)


def take_back(request, pk):
    """The words name the person of the record after all."""
    done = _("“%(words)s” means the person of the record again.")
    return _step(request, pk, _people(naming.namesakes_in), _each_person(naming.take_back), done)


def other_place(request, pk):
    """The words name another place: every deployment whose place they fit is set apart from the story."""
    done = _("“%(words)s” means another place, not one of the record.")
    return _step(request, pk, _places(naming.places_in), naming.set_place_apart, done)


def place_after_all(request, pk):
    """The words name the place of the record after all."""
    done = _("“%(words)s” means the place of the record again.")
    return _step(request, pk, _places(naming.other_places_in), _take_place_back, done)


def _people(found_in):
    """This will return a question that gives the ids of the people whom words of an edition name."""
    return lambda edition, uses, words: {one.person for one in found_in(edition, uses) if one.words == words}


def _places(found_in):
    """This will return a question that gives the ids of the deployments whose place words of an edition name."""
    return lambda edition, uses, words: set().union(
        *(ids for ids, said, _field in found_in(edition, uses) if said == words)
    )


def _each_person(verb):
    def each(article, words, found, **who_and_when):
        for person in Person.objects.filter(pk__in=found).order_by("pk"):
            verb(article, person, **who_and_when)

    return each


def _take_place_back(article, words, found, **who_and_when):
    naming.take_place_back(article, found, **who_and_when)


def _step(request, pk, ask, verb, done):
    """This will make the step for everything of the record that `ask` finds under the words that were sent."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    if not request.user.has_perm("articles.approve_edition"):
        raise PermissionDenied
    edition = get_object_or_404(Edition.objects.select_related("article__lead_photo"), pk=pk)
    words = request.POST.get("words", "")
    found = ask(edition, readiness.uses_of(edition), words)
    try:
        with transaction.atomic():
            verb(edition.article, words, found, by=request.user, at=timezone.now())
    except naming.CannotSetApart as refusal:
        messages.error(request, str(refusal))
    else:
        if found:
            messages.success(request, done % {"words": words})
        else:
            messages.warning(request, _("The text no longer says “%(words)s”.") % {"words": words})
    return redirect("admin:articles_edition_change", pk)
