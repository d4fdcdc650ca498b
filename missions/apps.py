from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MissionsConfig(AppConfig):
    name = "missions"
    verbose_name = _("The record")

    def ready(self):
        from missions import database_rules, erasing, personal_data, receivers  # noqa: F401 (importing them connects them)
