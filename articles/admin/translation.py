"""A translation beside its source, paragraph by paragraph, and the buttons that begin one."""

from django.contrib import admin, messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles import comparing, publishing, rendering, tokens, translating, writing
from articles.admin.base import say_why
from articles.models import Edition
from ledger.typed import sentence

MOST_BLOCKS = 2000


class StaleFilter(admin.SimpleListFilter):
    title = gettext_lazy("translation")
    parameter_name = "translation"

    def lookups(self, request, model_admin):
        return [("stale", _("the source moved on")), ("current", _("says what its source says"))]

    def queryset(self, request, queryset):
        if self.value() not in ("stale", "current"):
            return queryset
        return queryset.filter(translated_from__isnull=False, following__is_stale=self.value() == "stale")


@admin.display(description=gettext_lazy("translation"))
def translation_state(edition):
    """What the list of editions says of a translation; its rows come from `with_source`."""
    if edition.translated_from_id is None:
        return ""
    return _("the source moved on") if edition.is_stale else _("current")


def begin_translation(request, pk):
    """This will open a draft in the language asked for and show it beside its source."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    if not request.user.has_perms(["articles.add_edition", "articles.change_edition"]):
        raise PermissionDenied
    source = get_object_or_404(Edition, pk=pk)
    try:
        draft = translating.begin(source, sentence(request.POST, "language"), by=request.user, at=timezone.now())
    except publishing.CannotMove as refusal:
        say_why(request, refusal)
        return redirect("admin:articles_edition_change", pk)
    return redirect("admin:articles_edition_translation", draft.pk)


def translation(request, pk):
    if not request.user.has_perm("articles.view_edition"):
        raise PermissionDenied
    edition = get_object_or_404(Edition.objects.select_related("saved_by").defer("rendered"), pk=pk)
    source, revision = translating.source_of(edition)
    if source is None:
        messages.error(request, _("This edition is no translation."))
        return redirect("admin:articles_edition_change", pk)
    typed, newer = None, None
    if request.method == "POST":
        if not request.user.has_perm("articles.change_edition"):
            raise PermissionDenied
        if "mark" in request.POST:
            translating.mark_current(edition, by=request.user, at=timezone.now())
            messages.success(request, _("The translation counts as current."))
            return redirect("admin:articles_edition_translation", pk)
        try:
            typed = _typed(request.POST)
        except (ValueError, KeyError) as error:
            raise BadRequest("The form of a translation holds no text.") from error
        except publishing.CannotMove as refusal:
            messages.error(request, str(refusal))
            return redirect("admin:articles_edition_translation", pk)
        newer = _save(request, edition, typed)
        if newer is None and not getattr(request, "refused", False):
            # The mark tells the browser that it need not keep the words any longer.
            return redirect(reverse("admin:articles_edition_translation", args=[pk]) + "#saved")
    return _page(request, edition, source, revision, typed, newer)


def _typed(data):
    """This will return what was typed: the fields of the text, and the version it was typed upon."""
    data = {name: sentence(data, name) for name in data}
    count = int(data["count"])
    if not 0 <= count <= MOST_BLOCKS:
        raise ValueError(count)
    rows = []
    for number in range(count):
        place = data.get(f"place-{number}", "")
        rows.append((int(place) if place else None, data.get(f"tag-{number}", "p"), data.get(f"words-{number}", "")))
    text = {name: data[name].replace("\r\n", "\n").strip() for name in ("title", "standfirst", "byline")}
    return {"version": int(data["version"]), "text": {**text, "body": translating.compose(data["base"], rows)}}


def _save(request, edition, typed):
    """This will save what was typed; it returns the newer text of somebody else, where there is one.

    What cannot be saved stays on the page, with the reason: `request.refused` says so.
    """
    text, at = typed["text"], timezone.now()
    try:
        if not text["title"] or len(text["title"]) > 200 or len(text["byline"]) > 200:
            raise publishing.CannotMove(_("The text needs a title; title and byline have at most 200 letters."))
        try:
            tokens.find(text["body"])
        except tokens.BrokenToken as error:
            raise publishing.CannotMove(str(error)) from error
        if text["body"] == rendering.clean(edition.body):
            text["body"] = edition.body  # nothing of it was typed
        addressed = {**text, "slug": translating.address_for(edition, text["title"])}
        writing.save(edition, addressed, version=typed["version"], by=request.user, at=at)
        if "current" in request.POST:
            translating.mark_current(edition, by=request.user, at=at)
    except writing.Conflict as conflict:
        request.refused = True
        messages.error(request, str(conflict))
        return conflict.edition
    except publishing.CannotMove as refusal:
        request.refused = True
        say_why(request, refusal)
        return None
    if "current" in request.POST:
        messages.success(request, _("Saved. The translation counts as current."))
    else:
        messages.success(request, _("Saved."))
    return None


def _page(request, edition, source, revision, typed, newer):
    shown = comparing.Text(**typed["text"]) if typed else comparing.text_of(edition)
    parts = comparing.compare(comparing.text_of(revision), comparing.text_of(source))
    heads = {part.name: part.blocks for part in parts}
    held = newer or edition
    context = {
        **admin.site.each_context(request),
        "title": _("Translation"),
        "edition": edition,
        "source": source,
        "revision": revision,
        "heads": [
            (name, label, heads.get(name, []), getattr(shown, name), name == "standfirst")
            for name, label in (("title", _("Title")), ("standfirst", _("Standfirst")), ("byline", _("Byline")))
        ],
        "pairs": translating.pairs(revision.body, source.body, shown.body),
        "base": rendering.clean(shown.body),
        "version": held.version if newer or not typed else typed["version"],
        "is_stale": any(part.is_changed for part in parts),
        "theirs": comparing.compare(comparing.text_of(newer), shown) if newer else None,
        "may_change": edition.is_open and request.user.has_perm("articles.change_edition"),
        "may_mark": request.user.has_perm("articles.change_edition"),
    }
    return render(request, "admin/articles/edition/translation.html", context)
