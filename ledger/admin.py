import json

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.widgets import AdminSplitDateTime, AutocompleteSelect, AutocompleteSelectMultiple
from django.contrib.auth import get_permission_codename
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import FieldDoesNotExist, PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.db.models.constants import LOOKUP_SEP
from django.http import Http404, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from simple_history.admin import SimpleHistoryAdmin

from ledger import audit, factors, finding, invitations, sealing
from ledger.forms import InvitationForm
from ledger.lists import EntriesByDay, EntriesByPerson, EntryList, HouseList, Pages, by_value_of, page_asked
from ledger.models import Entry, Erasure, Seal, User
from ledger.roles import ROLES
from ledger.typed import is_of_our_time, number_of

LAST_DELETED = 100
RIGHTS = ("is_active", "is_staff", "is_superuser")


class Chosen:
    """A field that asks for its choices: what is no row's number is none of them, and no reason to fail."""

    def optgroups(self, name, value, attr=None):
        return super().optgroups(name, [one for one in value if number_of(str(one)) is not None], attr)


class ChosenOne(Chosen, AutocompleteSelect):
    pass


class ChosenMany(Chosen, AutocompleteSelectMultiple):
    pass


class Autocompletes:
    """The part of an admin or of an inline whose `autocomplete_fields` bear whatever is sent."""

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", ChosenOne(db_field, self.admin_site, using=kwargs.get("using")))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", ChosenMany(db_field, self.admin_site, using=kwargs.get("using")))
        return super().formfield_for_manytomany(db_field, request, **kwargs)


class HouseAdmin(Autocompletes, admin.ModelAdmin):
    """The admin of this house: every change is an entry of the ledger, in place of the admin's own log.

    `tell` is where a floor sends its signal; it runs inside the transaction of the change. `has_history` says whether
    there is a page of what a row was; where there is none, nothing leads to it. Where the nouns `holds_personal_data`,
    each of its pages, histories and choices is an entry too: who looked at the data of which `people_in` its rows.
    """

    has_history = False
    holds_personal_data = False
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

    def people_in(self, rows):
        """This will return the ids of the record's people whose data the rows show, rows of the past among them."""
        return set()

    def note_look(self, request, rows, *, page, of=None):
        """This will note in the ledger that somebody is shown these rows: on one row's own page, `of` is that row."""
        people = self.people_in(rows) if self.holds_personal_data else set()
        if people:
            about = self.model() if of is None else of
            audit.note("look at", about, by=request.user, at=timezone.now(), page=page, people=sorted(people))

    def response_action(self, request, queryset):
        """What is chosen by a text that is no row's number is no row, and no database is asked for it."""
        request.POST = sent = request.POST.copy()
        chosen = sent.getlist(ACTION_CHECKBOX_NAME)
        sent.setlist(ACTION_CHECKBOX_NAME, [key for key in chosen if number_of(key) is not None])
        return super().response_action(request, queryset)

    def changelist_view(self, request, extra_context=None):
        response = super().changelist_view(request, extra_context)
        context = getattr(response, "context_data", None) or {}
        if "cl" in context:
            self.note_look(request, context["cl"].result_list, page="list")
        elif "queryset" in context:  # the question whether to delete these
            self.note_look(request, context["queryset"], page="delete")
        return response

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        if obj is not None:
            self.note_look(request, [obj], page="form", of=obj)
        context = {**context, "has_history": self.has_history}
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def render_delete_form(self, request, context):
        self.note_look(request, [context["object"]], page="delete", of=context["object"])
        return super().render_delete_form(request, context)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """A moment is two fields, a day and an hour, and each says what it is of."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(field.widget, AdminSplitDateTime):
            field.validators.append(is_of_our_time)
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

    def save_formset(self, request, form, formset, change):
        """What is kept on the page of another row has entries of its own, by its ids."""
        gone = [(one.instance, one.instance.pk) for one in formset.deleted_forms if one.instance.pk]
        super().save_formset(request, form, formset, change)
        who_and_when = {"by": request.user, "at": timezone.now()}
        for row in formset.new_objects:
            audit.note("add", row, **who_and_when)
        for row, fields in formset.changed_objects:
            audit.note("change", row, **who_and_when, fields=sorted(fields))
        for row, row.pk in gone:
            audit.note("delete", row, **who_and_when)

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
        past = self.model.history.filter(history_type="-").exclude(id__in=self.model._base_manager.values("pk"))
        gone = list(past.select_related("history_user").order_by("-history_date", "-history_id")[:LAST_DELETED])
        self.note_look(request, gone, page="deleted")
        context = {
            **self.admin_site.each_context(request), "title": _("Deleted rows"), "opts": self.opts, "gone": gone,
        }  # fmt: skip
        return render(request, "admin/history/deleted.html", context)

    def render_history_view(self, request, template, context, **kwargs):
        """Both pages of the past come this way: the list of what a row was, and an earlier state of it.

        They are answered as Django's own forms are: the scripts of all of them are treated alike.
        """
        row = context.get("object") or context["original"]
        past = context["page_obj"].object_list if "page_obj" in context else []
        self.note_look(request, [row, *past], page="history", of=row)
        return TemplateResponse(request, template, context, **kwargs)

    def history_view_title(self, request, obj):
        return _("History: %(row)s") % {"row": obj}

    def history_form_view_title(self, request, obj):
        return _("As it was: %(row)s") % {"row": obj}

    def history_view(self, request, object_id, extra_context=None):
        if number_of(object_id) is None:
            raise Http404
        return super().history_view(request, object_id, extra_context)

    def history_form_view(self, request, object_id, version_id, extra_context=None):
        """Shows an earlier state and brings it back, as one change: row, history, ledger and what stories print."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied  # before it is told which rows there are
        if number_of(object_id) is None or number_of(version_id) is None:
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


admin.site.unregister(Group)
for noun in (EmailAddress, Authenticator, SocialAccount, SocialApp, SocialToken, UserSession):
    admin.site.unregister(noun)  # of the library for signing in: nobody reads or changes them by hand


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
            path("<int:pk>/take-factor/", wrap(self.take_factor), name="ledger_user_take_factor"),
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

    def take_factor(self, request, pk):
        """For somebody who lost phone, key and recovery codes, and was recognised by other means."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not self.has_change_permission(request):
            raise PermissionDenied
        user = get_object_or_404(User, pk=pk)
        if not self.has_change_permission(request, user):
            raise PermissionDenied
        factors.demand_fresh(request, at=timezone.now())
        try:
            factors.take_away(user, by=request.user, at=timezone.now())
        except factors.CannotTakeAway as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("%(name)s sets up another second factor at the next sign-in.") % {"name": user})
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

    def save_related(self, request, form, formsets, change):
        """Whose rights change is an entry that says which: roles by their ids, and what is above or beside them."""
        user = form.instance
        before = set(user.groups.values_list("pk", flat=True))
        super().save_related(request, form, formsets, change)
        after = set(user.groups.values_list("pk", flat=True))
        rights = {name: getattr(user, name) for name in RIGHTS if name in form.changed_data}
        if rights or before != after:
            audit.note(
                "change rights", user, by=request.user, at=timezone.now(), given=sorted(after - before),
                taken=sorted(before - after), **rights,
            )  # fmt: skip

    def get_fieldsets(self, request, obj=None):
        """This will leave out single permissions: a person's rights come from the table of roles alone."""
        fieldsets = super().get_fieldsets(request, obj)
        hidden = {"user_permissions"} if request.user.is_superuser else {"user_permissions", "is_superuser"}
        return [
            (title, {**options, "fields": tuple(f for f in options["fields"] if f not in hidden)})
            for title, options in fieldsets
        ]


@admin.register(Entry)
class EntryAdmin(ReadOnlyAdmin):
    """The ledger: whoever may read it sees who did what; nobody changes it here or anywhere."""

    list_display = ["at", "by", "verb", "noun", "object_id", "in_short", "seal"]
    list_filter = [
        EntriesByDay, EntriesByPerson, by_value_of("verb", gettext_lazy("verb")),
        by_value_of("noun", gettext_lazy("noun")),
    ]  # fmt: skip
    search_fields = ["object_id", "by__username"]
    list_select_related = ["by"]
    list_per_page = 50
    ordering = ["-pk"]
    readonly_fields = ["seal"]

    def get_changelist(self, request, **kwargs):
        return EntryList

    @admin.display(description=gettext_lazy("details"))
    def in_short(self, entry):
        return Truncator(json.dumps(entry.details, ensure_ascii=False)).chars(120) if entry.details else ""

    @admin.display(description=gettext_lazy("seal"))
    def seal(self, entry):
        """The number of the seal that the entry is under. The list has asked for all of its rows at once."""
        if not hasattr(entry, "seal_number"):
            entry.seal_number = sealing.seals_of([entry.pk]).get(entry.pk)
        return entry.seal_number or _("not sealed yet")


@admin.register(Seal)
class SealAdmin(ReadOnlyAdmin):
    list_display = ["number", "at", "first", "last", "count", "is_late", "sha256"]
    search_fields = ["sha256"]
    list_per_page = 50
    ordering = ["-number"]


@admin.register(Erasure)
class ErasureAdmin(ReadOnlyAdmin):
    """Whom the house has anonymised or erased, by number; asked for and confirmed on pages of their own."""

    list_display = ["asked_at", "noun", "object_id", "kind", "ground", "asked_by", "confirmed_by", "confirmed_at"]
    list_filter = ["kind", "ground", ("confirmed_at", admin.EmptyFieldListFilter)]
    list_select_related = ["asked_by", "confirmed_by"]
    ordering = ["-pk"]
