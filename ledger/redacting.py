"""Takes somebody out of every text of the house in which, as each floor has declared, they may stand by name.

Who is looked for, and in which forms, the caller knows (`Sought`): here is only where to look, of what stands and of
what it was.
"""

import json
import re
from dataclasses import dataclass
from functools import partial

from django.db import models
from django.db.models import Q
from django.db.models.functions import Cast

from ledger import personal

MARK = "[…]"


@dataclass(frozen=True)
class Sought:
    """Whom to take out: `take_out(text, row_is_of_them)` returns the text without them.

    Rows whose text holds none of `beginnings` (parts of words, in every case of their letters) are not looked at.
    `rows_of(model)` returns a condition for the rows that are known to be about them, or None where none is; these are
    looked at whatever they hold. `spared(model)` is one for the rows that are left as they are.
    """

    take_out: object
    beginnings: tuple
    rows_of: object
    spared: object


def take_out(sought):
    """This will take somebody out of every declared text and return {noun: the keys of the rows that changed}."""
    changed = {}
    for model, names in personal.texts_that_name().items():
        changed[model._meta.label_lower] = _of(model, model._base_manager, names, sought, "")
        if history := getattr(model, "history", None):
            kept = {field.name for field in history.model._meta.get_fields()}
            names = [name for name in names if name in kept]
            changed[history.model._meta.label_lower] = _of(model, history, names, sought, "history")
    return {noun: keys for noun, keys in changed.items() if keys}


def _of(model, manager, names, sought, side):
    about, spared = sought.rows_of(model), sought.spared(model)
    ids = "id" if side else "pk"  # a past row's own key is another one
    rows, holds = manager.all().order_by("pk"), Q(pk__in=[])
    for name in names:
        look_in, parts = name, set(sought.beginnings)
        if isinstance(model._meta.get_field(name), models.JSONField):
            # SQLite keeps it as a text in which other letters than Latin ones are written as numbers.
            look_in = f"{name}_as_text"
            rows = rows.alias(**{look_in: Cast(name, models.TextField())})
            parts |= {json.dumps(one)[1:-1] for one in parts}
        holds |= Q(**{f"{look_in}__iregex": "|".join(map(re.escape, sorted(parts)))})
    if about is not None:
        holds |= Q(**{f"{ids}__in": model._base_manager.filter(about).values("pk")})
    if spared is not None:
        rows = rows.exclude(**{f"{ids}__in": model._base_manager.filter(spared).values("pk")})
    theirs = set(model._base_manager.filter(about).values_list("pk", flat=True)) if about is not None else set()
    changed = []
    for values in list(rows.filter(holds).values(*dict.fromkeys(["pk", ids, *names]))):
        new = {}
        for name in names:
            field = model._meta.get_field(name)
            told = _without(values[name], field, partial(_take, sought, values[ids] in theirs))
            if told != values[name]:
                new[name] = told
        if new:
            # Of the base class: what was taken out leaves no past state of its own behind.
            models.QuerySet(rows.model).filter(pk=values["pk"]).update(**new)
            changed.append(values["pk"])
    return changed


def _take(sought, is_theirs, text):
    return sought.take_out(text, is_theirs)


def _without(value, field, take):
    if isinstance(value, dict):
        return {name: _without(part, None, take) for name, part in value.items()}
    if isinstance(value, list):
        return [_without(part, None, take) for part in value]
    if not isinstance(value, str) or not value:
        return value
    told = take(value)
    longest = getattr(field, "max_length", None)
    return told[:longest] if longest else told
