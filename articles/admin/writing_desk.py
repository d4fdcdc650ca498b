"""What the writing screen asks for while somebody writes."""

from functools import wraps

from csp.constants import SELF
from csp.decorators import csp_replace
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST

from articles import links, photos, previewing, readiness, renditions, tokens, writing
from articles.forms import AutosaveForm
from articles.models import Article, Edition, Photo
from articles.publishing import CannotMove
from ledger.typed import number_of, words_of
from missions import clearance, figures
from missions.models import Mission, Person

CHOICES = 24


def may(permission):
    """This will let only who has the permission through."""

    def door(view):
        @wraps(view)
        def checked(request, pk):
            if not request.user.has_perm(permission):
                raise PermissionDenied
            return view(request, pk)

        return checked

    return door


@require_POST
@may("articles.change_edition")
def autosave(request, pk):
    """Saves what is typed, in place; without a text it only says who else is here and whether the text is the newest.

    Answers 409 where the edition was decided or somebody else's text is newer: then nothing was saved.
    """
    edition, at = get_object_or_404(Edition, pk=pk), timezone.now()
    others = writing.note_presence(edition, by=request.user, at=at)
    if "title" not in request.POST:
        return JsonResponse({"others": others, "stands_at": edition.version, "is_open": edition.is_open})
    form = AutosaveForm(request.POST, instance=edition)
    with transaction.atomic():  # the form holds the edition's row, so that what it has read is still so when it saves
        form.is_valid()
        if form.refusal is None:
            version = form.cleaned_data.get("typed_upon")
            saved = writing.save(edition, form.text(), version=version, by=request.user, at=at)
    if form.refusal:
        return JsonResponse({"sentence": str(form.refusal), "compare": form.conflict is not None}, status=409)
    refused = [
        _("%(field)s is not saved yet: %(why)s") % {"field": form.fields[name].label.capitalize(), "why": why[0]}
        for name, why in form.errors.items() if name in form.fields
    ]  # fmt: skip
    when = date_format(timezone.localtime(at), "H:i:s")
    return JsonResponse(
        {"others": others, "version": saved.version, "saved": _("Saved at %(when)s") % {"when": when},
         "refused": refused}
    )  # fmt: skip


@require_POST
@may("articles.view_edition")
def chips(request, pk):
    """What the tokens of the text mean: the chips of the editor."""
    edition = get_object_or_404(Edition, pk=pk)
    try:
        day = parse_date(request.POST.get("day", "")) or edition.day
    except ValueError:  # half typed
        day = edition.day
    cards = previewing.cards(request.POST.getlist("token")[:200], day=day, at=timezone.now())
    placed = {use.place: use.photo for use in edition.photo_uses.select_related("photo") if use.photo}
    stories = {}
    for text, card in cards.items():
        token = tokens.place_of(text) if card["kind"] in ("photo", "story") else None
        if card["kind"] == "photo" and (photo := placed.get(token.places[-1])):
            card.update(picture=photo.rendition_url(480), detail=photo.caption)
        elif card["kind"] == "story":
            stories[text] = token.article
    titles = dict(Article.objects.filter(pk__in=set(stories.values())).values_list("pk", "working_title"))
    public = Edition.objects.for_cards(edition.language, timezone.now()).filter(article__in=list(titles))
    titles |= {card.article_id: card.title for card in public}
    for text, pk in stories.items():
        if pk in titles:
            cards[text].update(detail=titles[pk], shown=titles[pk])
    return JsonResponse({"cards": cards})


def state_of(edition, at):
    """This will return what the panel beside the text shows: problems, figures and photos.

    Where it says that a picture is still being made ready, it sees to that.
    """
    uses = readiness.uses_of(edition)
    problems, answers = readiness.problems(edition, at=at, uses=uses) if edition.is_open else ([], [])
    if edition.is_open:
        renditions.queue_missing([use.photo for use in uses], at=at)
    return {"edition": edition, "problems": problems, "answers": answers, "uses": uses}


@may("articles.view_edition")
def checks(request, pk):
    """The state of the text: what stands in the way of its approval, its figures, and what deserves a second look."""
    edition = get_object_or_404(Edition.objects.select_related("article__lead_photo"), pk=pk)
    return render(request, "admin/articles/edition/checks.html", state_of(edition, timezone.now()))


@may("articles.view_edition")
def preview(request, pk):
    """The preview: the page itself in a frame, at a phone's and at a desk's width."""
    edition = get_object_or_404(Edition, pk=pk)
    context = {**admin.site.each_context(request), "title": _("Preview"), "edition": edition}
    return render(request, "admin/articles/edition/preview.html", context)


@xframe_options_sameorigin
@csp_replace({"frame-ancestors": [SELF]})
@may("articles.view_edition")
def page(request, pk):
    """The story's page as readers would get it now, for the frame of the preview."""
    edition, at = get_object_or_404(Edition.objects.for_page(), pk=pk), timezone.now()
    with override(edition.language):
        lead = next((use for use in readiness.uses_of(edition) if use.place == use.LEAD), None)
        edition.lead = photos.fill(lead, edition.language) if lead else None
        edition.missions = Mission.objects.filter(articles=edition.article_id).order_by("acronym")
        edition.files = edition.attachments.order_by("pk")
        return render(
            request,
            "articles/article.html",
            {
                "edition": edition,
                "body": previewing.body(edition, at=at) if edition.is_open else edition.rendered,
                "is_in_force": True,
            },
        )


@may("articles.change_edition")
def choices(request, pk):
    """What can be put into the text: figures, photos, people whose names are cleared, stories. ?of=...&q=..."""
    edition, at = get_object_or_404(Edition, pk=pk), timezone.now()
    wanted, words = request.GET.get("of", "figure"), " ".join(words_of(request.GET.get("q", "")))
    finders = {"figure": _figures, "photo": _photos, "person": _people, "story": _stories}
    if wanted not in finders:
        return JsonResponse({"choices": []}, status=404)
    return JsonResponse({"choices": finders[wanted](edition, words, at)})


def _figures(edition, words, at):
    missions = list(Mission.objects.un().filter(pk__in=clearance.missions_served(at=at)).order_by("acronym"))
    asked = []
    for known in figures.VOCABULARY.values():
        if known.mission != "required":
            asked.append(figures.Question(known.key))
        if known.mission != "none":
            asked += [figures.Question(known.key, {"mission": mission.acronym}) for mission in missions]
    labels = {str(question): figures.label_of(question) for question in asked}
    cards = previewing.cards(labels, day=edition.day, at=at)
    found = [{"token": f"[[{text}]]", "label": labels[text], **card} for text, card in cards.items()]
    folded = words.casefold()
    return [card for card in found if folded in f"{card['label']} {card['token']}".casefold()]


def _photos(edition, words, at):
    library = Photo.objects.for_search(words)[:CHOICES]
    return [
        {"photo": photo.pk, "label": photo.caption or photo.file_name, "detail": f"{photo.credit}, {photo.licence}",
         "picture": photo.rendition_url(480)}
        for photo in library
    ]  # fmt: skip


def _people(edition, words, at):
    with override(edition.language):
        people = clearance.people(Person.objects.all(), at=at).values()
    names = sorted(person.name for person in people if words.casefold() in person.name.casefold())
    return [{"name": name, "label": name} for name in names[:CHOICES]]


def _stories(edition, words, at):
    """The stories in force in its language, after those that its bundle brings."""
    mates = [
        mate for mate in links.mates_of(edition)
        if mate.language == edition.language and words.casefold() in mate.title.casefold()
    ]  # fmt: skip
    cards = Edition.objects.for_cards(edition.language, at).filter(title__icontains=words)
    others = cards.exclude(article__in=[edition.article_id, *(mate.article_id for mate in mates)])
    return [
        {"token": f"[[story {story.article_id}]]", "label": story.title, "detail": date_format(story.day)}
        for story in [*mates, *others[:CHOICES]]
    ]


@require_POST
@may("articles.change_edition")
def place_photo(request, pk):
    """Gives a photo of the library the next place in the text, and answers with its token."""
    chosen = request.POST.get("photo", "")
    photo = get_object_or_404(Photo, pk=number_of(chosen))
    try:
        use = writing.place_photo(get_object_or_404(Edition, pk=pk), photo, by=request.user, at=timezone.now())
    except CannotMove as refusal:
        return JsonResponse({"sentence": str(refusal)}, status=409)
    return JsonResponse({"token": f"[[photo {use.place}]]", "place": use.place})


PAGES = {
    "autosave": autosave, "chips": chips, "checks": checks, "preview": preview, "page": page, "choices": choices,
    "place-photo": place_photo,
}  # fmt: skip
