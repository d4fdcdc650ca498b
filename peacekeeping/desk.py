"""The desk: Django's own admin site with our name on it."""

from django.contrib.admin import AdminSite
from django.utils.translation import gettext_lazy as _

from ledger.forms import SignInForm


class DeskSite(AdminSite):
    site_header = _("The desk")
    site_title = _("The desk")
    index_title = _("Newsroom and record")
    enable_nav_sidebar = False
    login_form = SignInForm
