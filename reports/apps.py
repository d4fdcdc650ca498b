from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = _("Reports")

    def ready(self):
        from reports import database_rules, personal_data, receivers  # noqa: F401 (importing them registers rules and receivers)
