"""The page on which an editor lays out the front page: nothing is saved before the last button."""

from datetime import datetime

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from articles import front_page, models, schedule
from articles.admin.base import NewsroomAdmin
from articles.models import Edition, FrontPage, Language
from ledger.typed import is_of_our_time, number_of

CHOICE = 40


class LayoutForm(forms.Form):
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=Language.choices)
    since = forms.DateTimeField(
        label=gettext_lazy("From"), required=False, help_text=gettext_lazy("Empty: at once."),
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
        validators=[is_of_our_time],
    )  # fmt: skip


@admin.register(models.FrontPage)
class FrontPageAdmin(NewsroomAdmin):
    """A layout is made on its own page; the list shows what was laid out, and who did so stands in the ledger."""

    list_display = ["language", "since"]
    list_filter = ["language"]
    ordering = ["-since", "-pk"]
    fields = readonly_fields = ["language", "since", "stories"]

    @admin.display(description=gettext_lazy("pinned stories"))
    def stories(self, layout):
        pins = layout.pins.select_related("article").order_by("position")
        return ", ".join(pin.article.working_title for pin in pins) or "–"

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and obj is None

    def has_delete_permission(self, request, obj=None):
        """A layout that lies ahead may be taken back; what the public saw stays."""
        return super().has_delete_permission(request, obj) and (obj is None or obj.since > timezone.now())

    def get_actions(self, request):
        return {}

    def add_view(self, request, form_url="", extra_context=None):
        if not self.has_add_permission(request):
            raise PermissionDenied
        return redirect("admin:articles_frontpage_layout")

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("layout/", wrap(layout_view), name="articles_frontpage_layout"),
            path("preview/", wrap(preview_view), name="articles_frontpage_preview"),
            *super().get_urls(),
        ]


def layout_view(request):
    _check(request)
    at = timezone.now()
    values = request.POST if request.method == "POST" else {"language": request.GET.get("language", "kk")}
    form = LayoutForm(values)
    is_valid = form.is_valid()
    language = form.cleaned_data.get("language") or "kk"
    since = form.cleaned_data.get("since") or at
    step, _colon, pk = request.POST.get("_step", "copy").partition(":")
    pinned = _ids(request.POST.getlist("pins"))
    if step == "copy":
        pinned = FrontPage.objects.pinned(language, since)
    pinned = front_page.moved(pinned, step, number_of(pk) or 0)
    if step == "save" and is_valid:
        try:
            front_page.lay_out(language, pinned, since=since, by=request.user, at=at)
        except front_page.CannotLayOut as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The front page is laid out."))
            return redirect("admin:articles_frontpage_changelist")
    shown, missing = front_page.stories(language, since, pinned)
    free = Edition.objects.for_cards(language, since).exclude(article__in=pinned)[:CHOICE]
    query = {"language": language, "pins": ",".join(map(str, pinned)), "since": since.isoformat()}
    context = {
        **admin.site.each_context(request), "title": _("Lay out the front page"), "form": form, "shown": shown,
        "missing": models.Article.objects.filter(pk__in=missing), "free": free, "zone": schedule.zone(),
        "preview": reverse("admin:articles_frontpage_preview", query=query),
    }  # fmt: skip
    return render(request, "admin/articles/frontpage/layout.html", context)


def preview_view(request):
    """The real front page's stories as of that moment, for the desk only."""
    _check(request)
    language = request.GET.get("language") if request.GET.get("language") in Language.values else "kk"
    at = _moment(request.GET.get("since", ""))
    page = front_page.read(language, at, _ids(request.GET.get("pins", "").split(",")))
    with override(language):
        context = {"front": page, "day": timezone.localdate(at)}
        return render(request, "articles/home.html", context)


def _moment(text):
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return timezone.now()
    return moment if timezone.is_aware(moment) and 1900 < moment.year < 9999 else timezone.now()


def _ids(texts):
    """This will return the numbers among `texts`, each once, in their order."""
    return list(dict.fromkeys(number for text in texts if (number := number_of(text)) is not None))


def _check(request):
    if not request.user.has_perm("articles.change_frontpage"):
        raise PermissionDenied
