"""The desk: Django's own admin site with our name on it."""

from functools import wraps

from allauth.account.views import LoginView
from django.contrib.admin import AdminSite
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.contenttypes.models import ContentType
from django.contrib.contenttypes.views import shortcut
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ledger import audit, factors


class Choices(AutocompleteJsonView):
    """The choices of an autocomplete. Where they are people, who was shown whom is noted in the ledger."""

    def get_context_data(self, **kwargs):
        if self.model_admin.holds_personal_data:
            factors.demand_fresh(self.request, at=timezone.now())
        context = super().get_context_data(**kwargs)
        self.model_admin.note_look(self.request, context["object_list"], page="choices")
        return context


class DeskSite(AdminSite):
    site_header = _("The desk")
    site_title = _("The desk")
    index_title = _("Newsroom and record")
    enable_nav_sidebar = False
    password_change_template = "admin/accounts/change_password.html"
    password_change_done_template = "admin/accounts/password_is_changed.html"

    def login(self, request, extra_context=None):
        return LoginView.as_view()(request)

    def admin_view(self, view, cacheable=False):
        """A page of personal data asks again who it is, where the last proof of it is too old."""
        if not getattr(getattr(view, "__self__", None), "holds_personal_data", False):
            return super().admin_view(view, cacheable)

        @wraps(view)
        def proved(request, *args, **kwargs):
            factors.demand_fresh(request, at=timezone.now())
            return view(request, *args, **kwargs)

        return super().admin_view(proved, cacheable)

    def get_urls(self):
        # Django's own leads everybody of the desk on to any row's address: a draft's says what it is about.
        others = [page for page in super().get_urls() if getattr(page, "name", "") != "view_on_site"]
        view = self.admin_view(self.view_on_site)
        return [path("r/<int:content_type_id>/<int:object_id>/", view, name="view_on_site"), *others]

    def view_on_site(self, request, content_type_id, object_id):
        """This will lead to a row's page on the site, for who may see the row on the desk."""
        model = get_object_or_404(ContentType, pk=content_type_id).model_class()
        if model not in self._registry or not self._registry[model].has_view_permission(request):
            raise PermissionDenied
        return shortcut(request, content_type_id, object_id)

    def autocomplete_view(self, request):
        return Choices.as_view(admin_site=self)(request)

    def password_change(self, request, extra_context=None):
        """One's own password. What leads on from the form has changed it."""
        with transaction.atomic():
            response = super().password_change(request, extra_context)
            if request.method == "POST" and response.status_code == 302:
                audit.note("change password", request.user, by=request.user, at=timezone.now())
        return response
