from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.utils.translation import gettext_lazy as _


class DeskConfig(AdminConfig):
    """Django's own admin, as the desk of this house."""

    default_site = "peacekeeping.desk.DeskSite"


class PeacekeepingConfig(AppConfig):
    name = "peacekeeping"
    verbose_name = _("The house")

    def ready(self):
        from peacekeeping import personal_data, receivers  # noqa: F401 (importing them connects them)
