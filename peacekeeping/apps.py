from django.apps import AppConfig
from django.contrib.admin.apps import SimpleAdminConfig
from django.utils.translation import gettext_lazy as _


class DeskConfig(SimpleAdminConfig):
    """Django's own admin, as the desk of this house.

    Commands and tests know the desk's pages from the start, as with Django's own; a worker that serves says `waits`
    before, and loads them with the first who asks for one (peacekeeping.desk_urls).
    """

    default_site = "peacekeeping.desk.DeskSite"
    waits = False

    def ready(self):
        super().ready()
        if not self.waits:
            self.module.autodiscover()


class PeacekeepingConfig(AppConfig):
    name = "peacekeeping"
    verbose_name = _("The house")

    def ready(self):
        from peacekeeping import personal_data, receivers  # noqa: F401 (importing them connects them)
