"""What verbs write: the desk reads it."""

from django.contrib import admin
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from articles import models
from articles.admin.claims import ClaimQueue
from ledger.admin import ReadOnlyAdmin
from missions import figures


class FigureFilter(admin.SimpleListFilter):
    """The figures by the words that readers know them by, and not by their keys."""

    title = _("figure")
    parameter_name = "key"

    def lookups(self, request, model_admin):
        return [(figure.key, capfirst(figure.label)) for figure in figures.VOCABULARY.values()]

    def queryset(self, request, queryset):
        return queryset.filter(key=self.value()) if self.value() else queryset


@admin.register(models.Claim)
class ClaimAdmin(ClaimQueue, ReadOnlyAdmin):
    list_display = ["edition", "figure", "printed", "as_of", "verdict", "value_then", "value_today"]
    list_filter = ["verdict", FigureFilter]
    list_select_related = ["edition"]
    search_fields = ["edition__title", "key"]
    ordering = ["-pk"]

    @admin.display(description=_("figure"), ordering="key")
    def figure(self, claim):
        return claim.label


@admin.register(models.Correction)
class CorrectionAdmin(ReadOnlyAdmin):
    list_display = ["at", "edition", "text", "by"]
    list_select_related = ["edition", "by"]
    search_fields = ["text", "edition__title"]
    ordering = ["-pk"]


@admin.register(models.Transition)
class TransitionAdmin(ReadOnlyAdmin):
    list_display = ["at", "edition", "to_state", "by", "reason"]
    list_filter = ["to_state"]
    list_select_related = ["edition", "by"]
    search_fields = ["edition__title", "reason"]
    ordering = ["-pk"]


@admin.register(models.Redirect)
class RedirectAdmin(ReadOnlyAdmin):
    list_display = ["language", "slug", "article"]
    list_select_related = ["article"]
    search_fields = ["slug"]
    ordering = ["language", "slug"]


@admin.register(models.Revision)
class RevisionAdmin(ReadOnlyAdmin):
    list_display = ["at", "edition", "name", "by"]
    list_select_related = ["edition", "by"]
    search_fields = ["name", "edition__title"]
    ordering = ["-pk"]


@admin.register(models.ReviewLink)
class ReviewLinkAdmin(ReadOnlyAdmin):
    list_display = ["reviewer", "edition", "created_at", "expires_at", "revoked_at"]
    list_select_related = ["edition"]
    search_fields = ["reviewer", "edition__title"]
    ordering = ["-pk"]


@admin.register(models.Comment)
class CommentAdmin(ReadOnlyAdmin):
    list_display = ["at", "edition", "by", "link", "text"]
    list_select_related = ["edition", "by", "link"]
    search_fields = ["text", "edition__title"]
    ordering = ["-pk"]
