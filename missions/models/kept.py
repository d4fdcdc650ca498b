"""History by every path: what a queryset changes as a set keeps its history like what a form saves."""

from django.db import NotSupportedError, models, transaction


def attribute(noun, *, by, at, reason=None):
    """This will let the history of what is saved next say who changed it, when, and because of what."""
    noun._history_date, noun._history_user = at, by
    if reason:
        noun._change_reason = reason[:100]


class KeptQuerySet(models.QuerySet):
    """A queryset of a noun with history. Django sends no signal for `update` and `bulk_create`, so they write it here.

    `bulk_update` goes through `update`, and `delete` sends a signal for each row. It is the base manager of its nouns
    too (`Meta.base_manager_name`), so that `deployment.tours.add(tour)` takes the same way.
    """

    def update(self, **values):
        with transaction.atomic(using=self.db):
            ids = list(self.order_by().values_list("pk", flat=True))
            count = super().update(**values)
            self._keep(self.model._base_manager.using(self.db).filter(pk__in=ids), update=True)
        return count

    update.alters_data = True

    def bulk_create(self, rows, *args, **options):
        """This will add the rows with their history; which rows a conflict spared or changed nobody could say."""
        if options.get("ignore_conflicts") or options.get("update_conflicts"):
            raise NotSupportedError("A noun with history is not created over conflicts.")
        with transaction.atomic(using=self.db):
            made = super().bulk_create(rows, *args, **options)
            self._keep(made)
        return made

    bulk_create.alters_data = True

    def known(self, at):
        """This will return these rows as this house knew them at the moment `at`; None: as it knows them now.

        The rows are chosen and ordered by what they hold today, and what they say is of the moment: a list, without
        those that the record did not hold then. Three queries, and one for each of their many-to-many fields.
        """
        if at is None:
            return self
        now = list(self)
        pasts = self.model.history.as_of(at).filter(**{f"{self.model._meta.pk.name}__in": [row.pk for row in now]})
        by_pk = {past.pk: past for past in pasts}
        found = []
        for row in now:
            if past := by_pk.get(row.pk):
                _share_relations(row, past)
                found.append(past)
        for field in self.model.history.model._history_m2m_fields:
            _join_as_then(found, field)
        return found

    def _keep(self, rows, *, update=False):
        pasts = self.model.history.bulk_history_create(rows, update=update) or ()
        by_row = {past.id: past for past in pasts}
        for field in self.model.history.model._history_m2m_fields:
            # What a row is joined to belongs to its past too, though this change leaves it as it is.
            own, through = field.m2m_field_name(), field.remote_field.through
            link_of_past = getattr(self.model.history.model, field.name).model
            link_of_past.objects.bulk_create(
                link_of_past(
                    history=by_row[getattr(link, f"{own}_id")],
                    **{part.attname: getattr(link, part.attname) for part in through._meta.fields},
                )
                for link in through.objects.filter(**{f"{own}__in": list(by_row)})
            )


def _share_relations(row, past):
    """This will let a row's past use what was read along with the row, where both lead to the same."""
    for name, related in row._state.fields_cache.items():
        attname = row._meta.get_field(name).attname
        if getattr(row, attname) == getattr(past, attname):
            past._state.fields_cache[name] = related


def _join_as_then(pasts, field):
    """This will give the pasts of rows what they were joined to by `field` then, in one query."""
    if not pasts:
        return
    link = getattr(pasts[0]._history, field.name).model
    other = field.m2m_reverse_field_name()
    joined = {}
    for one in link.objects.filter(history__in=[past._history.pk for past in pasts]).select_related(other):
        joined.setdefault(one.history_id, []).append(getattr(one, other))
    for past in pasts:
        past._prefetched_objects_cache = {field.name: joined.get(past._history.pk, [])}
