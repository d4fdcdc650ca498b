"""Stories, sections, topics, authors, photos and front pages."""

from django.contrib import admin
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from articles import models
from articles.admin.base import NewsroomAdmin
from articles.forms import PeopleField, PhotoForm
from ledger.admin import HistoryAdmin

SEES_PEOPLE = "missions.view_person"


class ShelfAdmin(NewsroomAdmin, HistoryAdmin):
    list_display = ["name_en", "name_ru", "name_kk", "slug"]
    search_fields = ["name_en", "name_ru", "name_kk"]
    prepopulated_fields = {"slug": ["name_en"]}
    ordering = ["name_en", "pk"]


admin.site.register(models.Topic, ShelfAdmin)


@admin.register(models.Section)
class SectionAdmin(ShelfAdmin):
    list_display = ["position", *ShelfAdmin.list_display]
    list_display_links = ["name_en"]
    ordering = ["position", "pk"]


@admin.register(models.Author)
class AuthorAdmin(ShelfAdmin):
    autocomplete_fields = ["user"]


@admin.register(models.Article)
class ArticleAdmin(NewsroomAdmin, HistoryAdmin):
    list_display = ["working_title", "section", "languages"]
    list_filter = ["section"]
    list_select_related = ["section"]
    search_fields = ["working_title", "editions__title"]
    autocomplete_fields = ["section", "topics", "authors", "missions", "people", "lead_photo"]
    readonly_fields = ["editions_of_story"]
    ordering = ["-pk"]

    def get_autocomplete_fields(self, request):
        """Who may not see people chooses from a list of those whose names are cleared, without searching the record."""
        fields = super().get_autocomplete_fields(request)
        return fields if request.user.has_perm(SEES_PEOPLE) else [name for name in fields if name != "people"]

    def get_fields(self, request, obj=None):
        fields = super().get_fields(request, obj)
        if request.user.has_perm(SEES_PEOPLE) or self.has_change_permission(request, obj):
            return fields
        return [name for name in fields if name != "people"]

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        if db_field.name != "people" or request.user.has_perm(SEES_PEOPLE):
            return super().formfield_for_manytomany(db_field, request, **kwargs)
        story = request.resolver_match.kwargs.get("object_id")
        return PeopleField(
            story, at=timezone.now(), label=db_field.verbose_name.capitalize(), help_text=db_field.help_text
        )

    def set_history_delta_changes(self, request, historical_records, foreign_keys_are_objs=True):
        super().set_history_delta_changes(request, historical_records, foreign_keys_are_objs)
        if not request.user.has_perm(SEES_PEOPLE):
            names = self.opts.get_field("people").verbose_name
            for past in historical_records:
                for change in getattr(past, "history_delta_changes", ()):
                    if change["field"].casefold() == names.casefold():
                        change.update(old="…", new="…")

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("editions")

    @admin.display(description=_("languages"))
    def languages(self, article):
        return " ".join(sorted({edition.language for edition in article.editions.all()}))

    @admin.display(description=_("editions"))
    def editions_of_story(self, article):
        links = format_html_join(
            "",
            '<li><a href="{}">{}</a>: {}</li>',
            (
                (reverse("admin:articles_edition_change", args=[edition.pk]), edition, edition.get_state_display())
                for edition in article.editions.all()
            ),
        )
        return format_html("<ul>{}</ul>", links) if article.pk else "–"


@admin.register(models.Photo)
class PhotoAdmin(NewsroomAdmin, HistoryAdmin):
    form = PhotoForm
    list_display = ["preview", "caption_en", "credit", "licence"]
    list_display_links = ["preview", "caption_en"]
    search_fields = ["caption_kk", "caption_ru", "caption_en", "credit"]
    readonly_fields = ["preview"]
    ordering = ["-pk"]

    @admin.display(description=_("preview"))
    def preview(self, photo):
        if not photo.pk:
            return "–"
        return format_html('<img src="{}" width="160" alt="{}">', photo.rendition_url(480), photo.alt)

    def save_model(self, request, obj, form, change):
        if not change:
            obj.uploaded_by = request.user
        super().save_model(request, obj, form, change)


class PinInline(admin.TabularInline):
    model = models.Pin
    autocomplete_fields = ["article"]
    extra = 1


@admin.register(models.FrontPage)
class FrontPageAdmin(NewsroomAdmin):
    list_display = ["language", "since"]
    list_filter = ["language"]
    inlines = [PinInline]
    ordering = ["-since", "-pk"]


@admin.register(models.Bundle)
class BundleAdmin(NewsroomAdmin):
    list_display = ["name", "public_from"]
    search_fields = ["name"]
    ordering = ["-pk"]
