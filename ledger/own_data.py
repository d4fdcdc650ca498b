"""Everything that the house holds on somebody who works here, as one file for them to take."""

import json

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from simple_history.manager import HistoryManager

from ledger import audit, personal
from ledger.models import Entry, User
from ledger.personal import Whose


def take(user, *, by, at):
    """This will return the bytes of a JSON file with everything on `user`, once the ledger says that it was taken."""
    audit.note("take own data", user, by=by, at=at)
    return json.dumps(gather(user, at=at), cls=DjangoJSONEncoder, ensure_ascii=False, indent=2).encode()


def gather(user, *, at):
    """This will return all that is held on the account, its rows in every noun, and what the ledger says of it."""
    account = (
        "id", "username", "first_name", "last_name", "email", "language", "date_joined", "last_login", "is_active",
        "is_staff", "is_superuser",
    )  # fmt: skip
    done = Entry.objects.order_by("at", "pk")
    return {
        "made_at": at,
        "account": {name: getattr(user, name) for name in account},
        "roles": list(user.groups.order_by("name").values_list("name", flat=True)),
        "rows": {key: rows for key, rows in _rows(user) if rows},
        "changes": {label: rows for label, rows in _changes(user) if rows},
        "done": list(done.filter(by=user).values("at", "verb", "noun", "object_id", "details")),
        "done_to_the_account": list(
            done.filter(noun="ledger.user", object_id=str(user.pk)).exclude(by=user).values("at", "verb", "details")
        ),
    }


def _rows(user):
    """This will yield (noun and field, its rows that lead to the account), with what in them is of who works here."""
    for model, name in personal.links_to(User):
        if model is Entry:
            continue  # told by itself, with what was done
        own = {
            field
            for held in personal.of(model._meta.label_lower)
            if held.whose == Whose.STAFF
            for field in held.fields
            if not model._meta.get_field(field).is_relation
        }
        rows = model._base_manager.filter(**{name: user}).order_by("pk")
        yield f"{model._meta.label_lower}.{name}", list(rows.values(model._meta.pk.name, *sorted(own)))


def _changes(user):
    """This will yield (noun, the changes of its rows that the history says were the account's): ids and moments."""
    for model in apps.get_models():
        past = getattr(model, "history", None)
        if isinstance(past, HistoryManager):
            rows = past.filter(history_user=user).order_by("history_id")
            yield model._meta.label_lower, list(rows.values("id", "history_date", "history_type"))
