"""History by every path: what a queryset changes as a set keeps its history like what a form saves."""

from django.db import models, transaction


class KeptQuerySet(models.QuerySet):
    """A queryset of a noun with history. Django sends no signal for `update` and `bulk_create`, so they write it here.

    `bulk_update` goes through `update`, and `delete` sends a signal for each row.
    """

    def update(self, **values):
        with transaction.atomic(using=self.db):
            ids = list(self.order_by().values_list("pk", flat=True))
            count = super().update(**values)
            changed = self.model._base_manager.using(self.db).filter(pk__in=ids)
            self.model.history.bulk_history_create(changed, update=True)
        return count

    update.alters_data = True

    def bulk_create(self, rows, *args, **options):
        with transaction.atomic(using=self.db):
            made = super().bulk_create(rows, *args, **options)
            self.model.history.bulk_history_create(made)
        return made

    bulk_create.alters_data = True
