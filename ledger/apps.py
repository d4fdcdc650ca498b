from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LedgerConfig(AppConfig):
    name = "ledger"
    verbose_name = _("Ledger")

    def ready(self):
        from ledger import closing, database_rules, lookups, personal_data, receivers  # noqa: F401 (importing them connects them)
