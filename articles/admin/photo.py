"""The media library: photos with their credit, who uses them, and their originals for who may see them."""

from pathlib import Path

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.forms import Script
from django.http import FileResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from articles import models, photo_facts, photo_intake, photos, renditions, suppression
from articles.admin.base import NewsroomAdmin
from articles.admin.people import NamesPeople
from articles.admin.upload import Upload
from articles.forms import PRINTED_WITH_PHOTO, PhotoForm
from ledger import audit
from ledger.admin import HistoryAdmin

LANGUAGES = models.edition.Language


class Lacks(admin.SimpleListFilter):
    title = _("what is missing")
    parameter_name = "lacks"

    def lookups(self, request, model_admin):
        alts = [(f"alt_{code}", models.Photo._meta.get_field(f"alt_{code}").verbose_name) for code in LANGUAGES.values]
        return [*alts, ("renditions", _("not ready for readers yet"))]

    def queryset(self, request, queryset):
        if self.value() == "renditions":
            return queryset.filter(renditions_at=None)
        return queryset.filter(**{self.value(): ""}) if self.value() in PRINTED_WITH_PHOTO else queryset


class Used(admin.SimpleListFilter):
    title = _("use")
    parameter_name = "used"

    def lookups(self, request, model_admin):
        return [("yes", _("used by a story")), ("no", _("not used"))]

    def queryset(self, request, queryset):
        return queryset.filter(is_used=self.value() == "yes") if self.value() else queryset


@admin.register(models.Photo)
class PhotoAdmin(Upload, NamesPeople, NewsroomAdmin, HistoryAdmin):
    form = PhotoForm
    list_display = ["preview", "told", "lacking"]
    list_display_links = ["preview"]
    list_filter = [Used, Lacks, ("uploaded_by", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["uploaded_by"]
    search_fields = [*PRINTED_WITH_PHOTO, "original"]
    search_help_text = _("Searches captions and alt texts in three languages, credit, licence and the file's name.")
    autocomplete_fields = ["people"]
    readonly_fields = ["picture", "uses", "file_facts", "file_facts_and_original"]
    ordering = ["-pk"]
    change_list_template = "admin/articles/photo/change_list.html"
    list_per_page = 48

    class Media:
        css = {"all": ["desk/photos.css"]}
        js = [Script("desk/focal_point.js", type="module")]

    def get_urls(self):
        pages = {
            "upload/": ("upload", self.upload_view),
            "waiting/<slug:key>/": ("waiting", self.waiting_view),
            "<int:pk>/original/": ("original", self.original_view),
            "<int:pk>/original/file/": ("original_file", self.original_file_view),
        }
        own = [
            path(address, self.admin_site.admin_view(view), name=f"articles_photo_{name}")
            for address, (name, view) in pages.items()
        ]
        return [*own, *super().get_urls()]

    def get_fields(self, request, obj=None):
        fields = [name for name in super().get_fields(request, obj) if name not in self.readonly_fields]
        if obj is None:
            return fields
        if not self.has_change_permission(request, obj):
            fields.remove("original")  # its address in private storage leads nowhere
        facts = "file_facts_and_original" if request.user.has_perm("articles.view_original") else "file_facts"
        return ["picture", *fields, "uses", facts]

    def get_queryset(self, request):
        return super().get_queryset(request).for_library()

    def get_search_results(self, request, queryset, search_term):
        return queryset.for_search(search_term), False

    @admin.display(description=_("picture"))
    def preview(self, photo):
        if photo.renditions_at is None:
            return format_html('<span class="desk-no-picture">{}</span>', _("being made ready"))
        address = photo.rendition_url(480)
        return format_html('<img src="{}" alt="{}" loading="lazy">', address, photo.alt or photo.original.name)

    @admin.display(description=_("caption and credit"))
    def told(self, photo):
        return format_html(
            "<b>{}</b><span>{}, {}</span><span>{}</span>", photo.caption or "–", photo.credit, photo.licence,
            _("used by a story") if photo.is_used else _("not used"),
        )  # fmt: skip

    @admin.display(description=_("without alt text in"))
    def lacking(self, photo):
        missing = [code for code in LANGUAGES.values if not getattr(photo, f"alt_{code}")]
        return " ".join(missing) or "–"

    @admin.display(description=_("picture"))
    def picture(self, photo):
        if photo.renditions_at is None:
            return _("The picture is being made ready. Load this page again in a minute.")
        return format_html(
            '<img class="desk-focal" src="{}" width="{}" height="{}" alt="{}" data-label="{}">',
            photo.rendition_url(960), photo.width, photo.height, photo.alt,
            _("Focal point: click on what must stay in every crop, or move it with the arrow keys"),
        )  # fmt: skip

    @admin.display(description=_("used by"))
    def uses(self, photo):
        """The editions that print it, and the stories that it leads from now on."""
        uses = photo.uses.select_related("edition").order_by("-edition", "place")
        leads = photo.leads.order_by("-pk")
        rows = [
            *((reverse("admin:articles_edition_change", args=[use.edition_id]), use.edition,
               use.edition.get_state_display()) for use in uses),
            *((reverse("admin:articles_article_change", args=[story.pk]), story, _("lead photo")) for story in leads),
        ]  # fmt: skip
        if not rows:
            return _("No story uses it.")
        return format_html("<ul>{}</ul>", format_html_join("", '<li><a href="{}">{}</a>: {}</li>', rows))

    @admin.display(description=_("file"))
    def file_facts(self, photo):
        return _("%(width)s × %(height)s pixels, brought by %(who)s") % {
            "width": photo.width, "height": photo.height, "who": photo.uploaded_by or "–",
        }  # fmt: skip

    @admin.display(description=_("file"))
    def file_facts_and_original(self, photo):
        facts = self.file_facts(photo)
        address = reverse("admin:articles_photo_original", args=[photo.pk])
        return format_html('{} · <a href="{}">{}</a>', facts, address, _("The original and where it was taken"))

    def save_model(self, request, obj, form, change):
        if not change:
            obj.uploaded_by = request.user
        super().save_model(request, obj, form, change)
        renditions.order(obj, at=timezone.now())

    def log_change(self, request, obj, message):
        """Who was added to a printed picture is shown in public, cleared or not: its stories are asked."""
        suppression.suppress_uncleared(at=timezone.now())
        super().log_change(request, obj, message)

    def add_view(self, request, form_url="", extra_context=None):
        """A picture saved alone waits for its credit, which is read from its file; else the form would lose it."""
        file = request.FILES.get("original") if request.method == "POST" else None
        if file is None or not self.has_add_permission(request) or any(map(request.POST.get, PRINTED_WITH_PHOTO)):
            return super().add_view(request, form_url, extra_context)
        try:
            photo_intake.receive(file, by=request.user, at=timezone.now())
        except photos.CannotTake:
            return super().add_view(request, form_url, extra_context)  # its form says why
        messages.info(request, _("Check what the file says of the picture, then keep it."))
        return redirect("admin:articles_photo_upload")

    def original_view(self, request, pk):
        """Where the picture was taken, and the way to its original; who looked is noted."""
        photo = self._original(request, pk, "view original")
        with default_storage.open(photo.original.name) as file:
            place, facts = photo_facts.place(file), photo_facts.read(file)
        context = {
            **self.admin_site.each_context(request), "title": _("The original"), "opts": self.opts, "photo": photo,
            "place": place, "facts": facts,
        }  # fmt: skip
        return self._private(render(request, "admin/articles/photo/original.html", context))

    def original_file_view(self, request, pk):
        photo = self._original(request, pk, "take out original")
        file = default_storage.open(photo.original.name)
        kind, ending = photos.kind_of(file)  # by its content: a picture may have come in under any name
        name = f"{Path(photo.original.name).stem}.{ending}"
        return self._private(FileResponse(file, as_attachment=True, filename=name, content_type=kind))

    def _original(self, request, pk, verb):
        if not request.user.has_perm("articles.view_original"):
            raise PermissionDenied
        photo = get_object_or_404(models.Photo.objects.exclude(original=""), pk=pk)
        audit.note(verb, photo, by=request.user, at=timezone.now())
        return photo

    @staticmethod
    def _private(response):
        response["Cache-Control"] = "private, no-store"
        return response
