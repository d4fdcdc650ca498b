"""Who works here: accounts with their invitations and second factors, and the roles."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ledger import audit, factors, invitations
from ledger.admin.base import HouseAdmin, ReadOnlyAdmin
from ledger.forms import InvitationForm
from ledger.models import User
from ledger.roles import ROLES

RIGHTS = ("is_active", "is_staff", "is_superuser")

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
