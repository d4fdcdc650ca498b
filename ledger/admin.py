from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminSplitDateTime
from django.contrib.auth import get_permission_codename
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import FieldDoesNotExist, PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.db.models.constants import LOOKUP_SEP
from django.http import Http404, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from simple_history.admin import SimpleHistoryAdmin

from ledger import audit, finding, invitations
from ledger.forms import InvitationForm
from ledger.lists import HouseList, Pages, by_value_of, page_asked
from ledger.models import Entry, User
from ledger.roles import ROLES

LAST_DELETED = 100


class HouseAdmin(admin.ModelAdmin):
    """The admin of this house: every change is an entry of the ledger, in place of the admin's own log.

    `tell` is where a floor sends its signal; it runs inside the transaction of the change. `has_history` says whether
    there is a page of what a row was; where there is none, nothing leads to it.
    """

    has_history = False
    show_full_result_count = False

    def get_changelist(self, request, **kwargs):
        return HouseList

    def get_paginator(self, request, queryset, per_page, orphans=0, allow_empty_first_page=True):
        """Lists and the choices of an autocomplete count no further than they show."""
        options = {"orphans": orphans, "allow_empty_first_page": allow_empty_first_page}
        return Pages(queryset, per_page, page=page_asked(request), **options)

    def get_search_results(self, request, queryset, search_term):
        """A search in a list and the choices of an autocomplete read no table from its beginning to its end."""
        return finding.find(queryset, self.get_search_fields(request), search_term), False

    def lookup_allowed(self, lookup, value, request):
        """A list is filtered by no noun that its reader may not see: the rows that are left would tell of it."""
        offered = [one[0] if isinstance(one, (list, tuple)) else one for one in self.get_list_filter(request)]
        is_offered = any(isinstance(one, str) and lookup.startswith(one) for one in offered)
        return super().lookup_allowed(lookup, value, request) and (
            is_offered or request.user.has_perms(_rights_to_see(self.model, lookup))
        )

    def history_view(self, request, object_id, extra_context=None):
        """Who may see no row is not told which there are."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        return super().history_view(request, object_id, extra_context)

    def render_change_form(self, request, context, *args, **kwargs):
        return super().render_change_form(request, {**context, "has_history": self.has_history}, *args, **kwargs)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """A moment is two fields, a day and an hour, and each says what it is of."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(field.widget, AdminSplitDateTime):
            for part, words in zip(field.widget.widgets, (_("day"), _("hour")), strict=True):
                part.attrs["aria-label"] = f"{field.label}: {words}"
        return field

    def tell(self, request, at):
        """This will tell the floors above that a row was added, changed or deleted at the moment `at`."""

    def log_addition(self, request, obj, message):
        self._note("add", request, obj)

    def log_change(self, request, obj, message):
        fields = sorted({name for part in message or [] for name in part.get("changed", {}).get("fields", [])})
        self._note("change", request, obj, fields=fields)

    def log_deletions(self, request, queryset):
        """This will do nothing: a deletion is noted when it is done, not before."""

    def delete_model(self, request, obj):
        with transaction.atomic():
            pk = obj.pk
            super().delete_model(request, obj)
            obj.pk = pk
            self._note("delete", request, obj)

    def delete_queryset(self, request, queryset):
        # One by one, so that each keeps its history and its entry.
        with transaction.atomic():
            for obj in queryset:
                self.delete_model(request, obj)

    def _note(self, verb, request, obj, **details):
        at = timezone.now()
        audit.note(verb, obj, by=request.user, at=at, **details)
        self.tell(request, at)


def _rights_to_see(model, lookup):
    """This will return the permissions to see the nouns that a lookup such as `tours__rank` goes through."""
    needed = []
    for part in lookup.split(LOOKUP_SEP):
        try:
            model = model._meta.get_field(part).related_model
        except FieldDoesNotExist:
            break
        if model is None:
            break
        needed.append(f"{model._meta.app_label}.{get_permission_codename('view', model._meta)}")
    return needed


class HistoryAdmin(HouseAdmin, SimpleHistoryAdmin):
    """A noun with history: who changed what and when; any earlier state, and a deleted row, can come back."""

    has_history = True
    change_list_template = "admin/history/change_list.html"
    object_history_template = "admin/history/page.html"
    object_history_list_template = "admin/history/list.html"
    object_history_form_template = "admin/history/form.html"

    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}_deleted"
        return [path("deleted/", self.admin_site.admin_view(self.deleted), name=name), *super().get_urls()]

    def deleted(self, request):
        """The rows that were deleted last, each with the way to bring it back."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        gone = self.model.history.filter(history_type="-").exclude(id__in=self.model._base_manager.values("pk"))
        context = {
            **self.admin_site.each_context(request), "title": _("Deleted rows"), "opts": self.opts,
            "gone": gone.select_related("history_user").order_by("-history_date", "-history_id")[:LAST_DELETED],
        }  # fmt: skip
        return render(request, "admin/history/deleted.html", context)

    def history_view_title(self, request, obj):
        return _("History: %(row)s") % {"row": obj}

    def history_form_view_title(self, request, obj):
        return _("As it was: %(row)s") % {"row": obj}

    def history_view(self, request, object_id, extra_context=None):
        if not object_id.isdecimal():
            raise Http404
        return super().history_view(request, object_id, extra_context)

    def history_form_view(self, request, object_id, version_id, extra_context=None):
        """Shows an earlier state and brings it back, as one change: row, history, ledger and what stories print."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied  # before it is told which rows there are
        if not (object_id.isdecimal() and version_id.isdecimal()):
            raise Http404
        request.standing = self.model._base_manager.filter(pk=object_id).first()
        if request.method == "POST" and not (
            self.has_change_permission(request, request.standing)
            if request.standing
            else self.has_add_permission(request)
        ):
            raise PermissionDenied
        request.past = self.model.history.filter(id=object_id, history_id=version_id).first()
        with transaction.atomic():
            return super().history_form_view(request, object_id, version_id, extra_context)

    def save_form(self, request, form, change):
        """What a person may not change stays as it stands, and does not come back with the rest of an earlier state."""
        row = super().save_form(request, form, change)
        if standing := getattr(request, "standing", None):
            kept = set(self.get_readonly_fields(request, standing))
            for field in self.opts.concrete_fields:
                if field.name in kept:
                    setattr(row, field.attname, getattr(standing, field.attname))
        return row

    def get_form(self, request, obj=None, change=False, **kwargs):
        """This will let the form of an earlier state begin with what the row was joined to then."""
        form = super().get_form(request, obj, change=change, **kwargs)
        past = getattr(request, "past", None)
        if past is None:
            return form
        joined = {
            field.name: list(getattr(past, field.name).values_list(field.m2m_reverse_field_name(), flat=True))
            for field in past._history_m2m_fields
        }

        class FormOfThePast(form):
            def __init__(self, *args, initial=None, **values):
                super().__init__(*args, initial={**joined, **(initial or {})}, **values)

        return FormOfThePast


class ReadOnly:
    """The part of an admin or of an inline that lets nobody add, change or delete."""

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class ReadOnlyAdmin(ReadOnly, HouseAdmin):
    """For what verbs and imports write: the desk reads it and changes nothing."""


@admin.register(User)
class HouseUserAdmin(HouseAdmin, UserAdmin):
    list_select_related = True
    autocomplete_fields = ["groups"]
    filter_horizontal = []
    fieldsets = [*UserAdmin.fieldsets, (gettext_lazy("Letters from the house"), {"fields": ("language",)})]
    change_list_template = "admin/accounts/users.html"
    change_form_template = "admin/accounts/user.html"

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("invite/", wrap(self.invite), name="ledger_user_invite"),
            path("<int:pk>/invite-again/", wrap(self.invite_again), name="ledger_user_invite_again"),
            *super().get_urls(),
        ]

    def invite(self, request):
        """A person's name, address and roles; the password is theirs to set."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = InvitationForm(request.POST or None, by=request.user)
        if request.method == "POST" and form.is_valid():
            try:
                user = invitations.invite(by=request.user, at=timezone.now(), **form.cleaned_data)
            except invitations.CannotInvite as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, _("The invitation goes to %(address)s.") % {"address": user.email})
                return redirect("admin:ledger_user_change", user.pk)
        context = {
            **self.admin_site.each_context(request), "title": _("Invite a person"), "opts": self.opts, "form": form
        }  # fmt: skip
        return render(request, "admin/accounts/invite.html", context)

    def invite_again(self, request, pk):
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not self.has_add_permission(request):
            raise PermissionDenied
        user = get_object_or_404(User, pk=pk)
        if not self.has_change_permission(request, user):
            raise PermissionDenied
        try:
            invitations.invite_again(user, by=request.user, at=timezone.now())
        except invitations.CannotInvite as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The invitation goes to %(address)s.") % {"address": user.email})
        return redirect("admin:ledger_user_change", user.pk)

    def has_change_permission(self, request, obj=None):
        """Who is above the table of roles is changed by their like alone: a password would be a way past it."""
        is_above = obj is not None and obj.is_superuser and not request.user.is_superuser
        return not is_above and super().has_change_permission(request, obj)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        """Roles are given from the table. A group beyond it can be taken from who has it, and is given to nobody."""
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        if db_field.name == "groups":
            edited = request.resolver_match.kwargs.get("object_id")
            held = Q(user=edited) if str(edited).isdecimal() else Q()
            field.queryset = Group.objects.filter(Q(name__in=ROLES) | held).distinct()
        return field

    def get_fieldsets(self, request, obj=None):
        """This will leave out single permissions: a person's rights come from the table of roles alone."""
        fieldsets = super().get_fieldsets(request, obj)
        hidden = {"user_permissions"} if request.user.is_superuser else {"user_permissions", "is_superuser"}
        return [
            (title, {**options, "fields": tuple(f for f in options["fields"] if f not in hidden)})
            for title, options in fieldsets
        ]


admin.site.unregister(Group)


@admin.register(Group)
class RoleAdmin(ReadOnlyAdmin):
    """The roles. What they hold is changed in the table and installed by migrate, and by nobody on the desk."""

    fields = readonly_fields = ["name", "rights"]
    search_fields = ["name"]
    ordering = ["name"]

    def get_queryset(self, request):
        return super().get_queryset(request).filter(name__in=ROLES)

    @admin.display(description=gettext_lazy("permissions"))
    def rights(self, role):
        held = Permission.objects.filter(group=role).values_list("content_type__app_label", "codename")
        return ", ".join(sorted(f"{app}.{codename}" for app, codename in held))


@admin.register(Entry)
class EntryAdmin(ReadOnlyAdmin):
    list_display = ["at", "by", "verb", "noun", "object_id"]
    list_filter = [by_value_of("verb", gettext_lazy("verb")), by_value_of("noun", gettext_lazy("noun"))]
    search_fields = ["object_id", "by__username"]
    list_select_related = ["by"]
    ordering = ["-pk"]
