from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ArticlesConfig(AppConfig):
    name = "articles"
    verbose_name = _("The newsroom")

    def ready(self):
        from articles import database_rules, leaving, personal_data, receivers  # noqa: F401 (importing them connects them)
