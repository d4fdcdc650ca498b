"""Which tables an archive holds, and how a row is told without what only one database or one site knows.

Rows are told by the columns of the nouns, never through `save()`: histories, entries and totals come as they are. Where
a row leads to a content type or a permission, whose ids differ from site to site, it leads there by name.
"""

from dataclasses import dataclass
from functools import cached_property

import orjson
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db.models import F, FileField, JSONField, QuerySet, TextField
from django.db.models.functions import Cast

LEFT_OUT = (Session, UserSession)  # whoever is signed in signs in again
NAMED = (ContentType, Permission)  # told without their ids, before everything that leads to them
AT_ONCE = 2000  # rows that are fetched from the database together
PART = 1 << 20  # bytes from which on a part of a table is full
# A file is named before it is made: only where the column says so does it lie there.
READY = {"reports.preparedfile": ("state", "ready")}


class CannotTell(Exception):
    """A value of a kind for which the archive has no form."""


@dataclass(frozen=True)
class Table:
    model: type

    @property
    def label(self):
        return self.model._meta.label_lower

    @cached_property
    def fields(self):
        return [field for field in self.model._meta.concrete_fields if not (self.is_named and field.primary_key)]

    @property
    def columns(self):
        return [field.column for field in self.fields]

    @property
    def is_named(self):
        return self.model in NAMED

    @cached_property
    def file_places(self):
        """The places of the columns that name files. A history names them as texts, of rows that are gone too."""
        noun = getattr(self.model, "instance_type", self.model)
        names = {field.name for field in noun._meta.concrete_fields if isinstance(field, FileField)}
        return [place for place, field in enumerate(self.fields) if field.name in names]

    def files_of(self, row):
        """This will return the names of the files that lie in the storage for this row."""
        if self.label in READY:
            column, value = READY[self.label]
            if row[self.columns.index(column)] != value:
                return []
        return [row[place] for place in self.file_places if row[place]]

    def names_file(self, name, using):
        """This will say whether a row names that file now."""
        rows = QuerySet(self.model, using=using)
        return any(rows.filter(**{self.fields[place].name: name}).exists() for place in self.file_places)

    def rows(self, using):
        """This will yield every row as a list of cells, by the order of the keys, holding few at a time."""
        told = [
            # As the database writes it: what a Python dict would lose, such as a number's digits, stays.
            Cast(F(field.attname), TextField()) if isinstance(field, JSONField) else field.attname
            for field in self.fields
        ]
        names = {place: _names(field.related_model, using) for place, field in self.leading_by_name()}
        found = QuerySet(self.model, using=using).order_by("pk").values_list(*told)
        for row in found.iterator(chunk_size=AT_ONCE):
            if names:
                row = list(row)
                for place, known in names.items():
                    row[place] = row[place] and known[row[place]]
            yield row

    def leading_by_name(self):
        """This will return (place, field) of the columns that lead to something told by name."""
        return [(place, field) for place, field in enumerate(self.fields) if field.related_model in NAMED]

    def parts(self, using, on_row=lambda row: None):
        """This will yield (bytes of a part, its number of rows): a line with the columns, then a line for each row."""
        head = orjson.dumps(self.columns) + b"\n"
        lines, size = [], 0
        for row in self.rows(using):
            on_row(row)
            lines.append(self._line(row))
            size += len(lines[-1])
            if size >= PART:
                yield head + b"".join(lines), len(lines)
                lines, size = [], 0
        if lines:
            yield head + b"".join(lines), len(lines)

    def _line(self, row):
        try:
            return orjson.dumps(row, default=_told, option=orjson.OPT_APPEND_NEWLINE)
        except orjson.JSONEncodeError as error:
            raise CannotTell(f"{self.label}: {error.__cause__ or error}") from error


def _told(value):
    if isinstance(value, (bytes, memoryview)):
        return bytes(value).hex()
    if type(value).__name__ == "Decimal":
        return str(value)
    raise CannotTell(f"an archive has no form for a {type(value).__name__}")


def name_of(thing):
    """This will return the name of a content type or a permission, the same on every site."""
    if isinstance(thing, ContentType):
        return f"{thing.app_label}.{thing.model}"
    return f"{name_of(thing.content_type)}.{thing.codename}"


def _names(model, using):
    return {thing.pk: name_of(thing) for thing in things(model, using)}


def things(model, using):
    """This will return every content type or permission of the database."""
    found = QuerySet(model, using=using)
    return found.select_related("content_type") if model is Permission else found


def every():
    """This will return every table that an archive holds, those told by name first."""
    models = [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy and model not in (*LEFT_OUT, *NAMED)
    ]
    return [Table(model) for model in (*NAMED, *models)]
