"""Stories, sections, topics, authors and front pages."""

from django.contrib import admin
from django.db.models import Prefetch
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from articles import models
from articles.admin.base import NewsroomAdmin
from articles.admin.people import NamesPeople
from articles.forms import ArticleForm
from articles.search import indexing
from ledger.admin import HistoryAdmin

PUBLIC_AT_ONCE = ("section", "topics", "authors", "missions")  # of a story with an approved edition


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
class ArticleAdmin(NamesPeople, NewsroomAdmin, HistoryAdmin):
    form = ArticleForm
    list_display = ["working_title", "section", "languages"]
    list_filter = ["section"]
    list_select_related = ["section"]
    search_fields = ["working_title", "editions__title"]
    autocomplete_fields = ["section", "topics", "authors", "missions", "people", "lead_photo"]
    readonly_fields = ["editions_of_story"]
    ordering = ["-pk"]

    def _note(self, verb, request, obj, **details):
        """Section and missions are written by now: search looks for the story by them."""
        indexing.retag(obj)
        super()._note(verb, request, obj, **details)

    def get_readonly_fields(self, request, obj=None):
        """What the public sees at once, and an embargo that stands, is changed by who may approve."""
        fields = super().get_readonly_fields(request, obj)
        if obj is None or request.user.has_perm("articles.approve_edition"):
            return fields
        was_approved = obj.editions.filter(approved_at__isnull=False).exists()
        return [
            *fields, *(PUBLIC_AT_ONCE if was_approved else ()), *(["embargo_until"] if obj.embargo_until else ()),
        ]  # fmt: skip

    def get_queryset(self, request):
        editions = models.Edition.objects.defer("body", "rendered").order_by("pk")
        return super().get_queryset(request).prefetch_related(Prefetch("editions", editions))

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
