"""History by every path: what a queryset changes as a set keeps its history like what a form saves."""

from django.db import NotSupportedError, models, transaction
from django.db.models import Exists, OuterRef, Q


def attribute(noun, *, by, at, reason=None):
    """This will let the history of what is saved next say who changed it, when, and because of what."""
    noun._history_date, noun._history_user = at, by
    if reason:
        noun._change_reason = reason[:100]


def known(model, known_at):
    """This will return the queryset of a noun's rows as this house knew them at the moment `known_at`, in no order.

    It is of the noun's history: a row's own key is `id`, and foreign keys lead to rows as they stand. Of two changes
    at one moment the later one counts, and what was deleted by then is not there.
    """
    past = model.history.filter(history_date__lte=known_at).order_by()
    later = past.filter(
        Q(history_date__gt=OuterRef("history_date"))
        | Q(history_date=OuterRef("history_date"), history_id__gt=OuterRef("history_id")),
        id=OuterRef("id"),
    )
    return past.filter(~Exists(later)).exclude(history_type="-")


def as_known(model, known_at, *, joined=(), **conditions):
    """This will return a list of a noun's rows as they stand, or as this house knew them at the moment `known_at`.

    The conditions are those of `filter`. The rows that `joined` names, as `select_related` does, are as they stand.
    """
    if known_at is None:
        return list(model.objects.filter(**conditions).select_related(*joined))
    rows = list(known(model, known_at).as_instances().filter(**conditions).order_by("history_id"))
    for field in model.history.model._history_m2m_fields:
        _join_as_then(rows, field)
    models.prefetch_related_objects(rows, *joined)
    return rows


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
