"""Everything that the house holds on one person, to be handed to them: for machines, and to be read.

What the floors above hold they add themselves (`person_asked_for`). It names no colleague: who changed a row is not
part of what is held on the person.
"""

import html
import io
import json
import zipfile
from dataclasses import dataclass, field
from tempfile import SpooledTemporaryFile

from django.core.files.storage import default_storage
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import Truncator, capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ledger import audit
from ledger.models import Entry, Erasure
from missions.erasing import Names
from missions.models import Clearance, Person, Tour
from missions.signals import person_asked_for

IN_MEMORY = 4 << 20  # bytes; a larger file lies on the disk while it is sent


class CannotDisclose(Exception):
    """Nothing is handed out so. The message says why."""


@dataclass(frozen=True)
class Part:
    """What one floor holds on a person: rows under a title, each {name of the field in words: value}.

    `files` are (name in the archive, name in the storage). `choices` are (id, title) of stories whose text an editor,
    who has the permission `needs`, may keep in the archive when the person is anonymised.
    """

    title: str
    key: str
    rows: list = field(default_factory=list)
    files: tuple = ()
    choices: tuple = ()
    needs: str = ""

    def said(self, most=400):
        """This will return the rows in words: of each (name, value), cut where it is longer than a page shows."""
        return [[(name, Truncator(in_words(value)).chars(most)) for name, value in row.items()] for row in self.rows]


def gather(person, *, at):
    """This will return the `Part`s of everything that the house holds on a person, its own first."""
    tours = Tour.objects.filter(person=person).select_related("deployment__mission", "source").order_by("start", "pk")
    ids = list(Tour.history.filter(person_id=person.pk).order_by().values_list("id", flat=True).distinct())
    given = Clearance.objects.filter(Q(person=person) | Q(tour__in=ids)).order_by("since", "pk")
    past_given = Clearance.history.filter(Q(person_id=person.pk) | Q(tour_id__in=ids))
    parts = [
        Part(_("The person"), "person", [_told(person)]),
        Part(_("Tours of duty"), "tours", [_told(tour) for tour in tours]),
        Part(_("What may be public, and on whose consent"), "clearances", [_told(one) for one in given]),
        Part(_("What stood in the record before"), "history", [
            *_past(Person.history.filter(id=person.pk)), *_past(Tour.history.filter(id__in=ids)), *_past(past_given),
        ]),
        Part(_("What the ledger says"), "ledger", _entries(person, ids, given)),
    ]  # fmt: skip
    for _receiver, more in person_asked_for.send(sender=Person, person=person, at=at):
        parts += more or ()
    return parts


def take_out(person, *, ground, reference, by, at):
    """This will return a ZIP file, open at its beginning, of everything held on a person: JSON, a page, the pictures.

    The ledger says so before there is a byte of it. Raises `CannotDisclose`.
    """
    reference = reference.strip()
    if ground not in (Erasure.Ground.OWN_REQUEST, Erasure.Ground.AUTHORITY):
        raise CannotDisclose(_("Say for whom it is taken out."))
    if not reference:
        raise CannotDisclose(_("Give the number of the letter or of the file by which it was asked for."))
    if Names.of(person).stand_in(reference):
        raise CannotDisclose(_("The reference is kept for ever: it must not name the person."))
    with transaction.atomic():
        audit.note("take out personal data", person, by=by, at=at, ground=str(ground), reference=reference)
    parts = gather(person, at=at)
    file = SpooledTemporaryFile(max_size=IN_MEMORY)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("person.json", _as_json(person, parts, at))
        archive.writestr("person.html", _as_page(person, parts, at))
        for part in parts:
            for name, stored in part.files:
                if default_storage.exists(stored):
                    with default_storage.open(stored) as content, archive.open(f"files/{name}", "w") as into:
                        for block in content.chunks():
                            into.write(block)
    file.seek(0)
    return file


def _told(row):
    """This will return {name of the field in words: value} of a row, without the colleagues who wrote it."""
    told = {}
    for one in row._meta.concrete_fields:
        if one.is_relation and one.related_model is not None and one.related_model._meta.label == "ledger.User":
            continue
        value = one.value_from_object(row)
        if value in (None, ""):
            continue
        if one.choices:
            value = str(dict(one.flatchoices).get(value, value))
        elif one.is_relation and one.name in ("deployment", "source"):
            value = f"{getattr(row, one.name)} ({value})"
        told[str(one.verbose_name)] = value
    return told


def _past(rows):
    told = []
    for past in rows.order_by("history_date", "history_id"):
        row = past.instance
        words = {"+": _("added"), "~": _("changed"), "-": _("deleted")}[past.history_type]
        told.append({
            _("noun"): str(row._meta.verbose_name), _("what happened"): words, _("when"): past.history_date,
            **_told_plainly(row),
        })  # fmt: skip
    return told


def _told_plainly(row):
    """This will return what `_told` does, without the rows that it is joined to: these may be no more."""
    staff = ("by", "second", "revoked_by")
    return {
        str(one.verbose_name): one.value_from_object(row)
        for one in row._meta.concrete_fields
        if one.name not in staff and one.value_from_object(row) not in (None, "")
    }


def _entries(person, tours, given):
    """This will return what the ledger says of a person, of their tours and clearances: verb, noun, number, moment."""
    ids = {
        "missions.person": [person.pk], "missions.tour": tours, "missions.clearance": [one.pk for one in given],
    }  # fmt: skip
    about = Q(pk__in=[])
    for noun, those in ids.items():
        about |= Q(noun=noun, object_id__in=[str(pk) for pk in those])
    # Who was looked for, and who was set apart from a text, stands in the entry's details.
    rows = list(Entry.objects.filter(about).order_by("at", "pk"))
    looked = Entry.objects.filter(verb__in=["look for", "look at", "set apart", "take back set apart"])
    rows += [entry for entry in looked.order_by("at", "pk") if _is_about(entry.details, person.pk)]
    return [
        {_("when"): entry.at, _("what was done"): entry.verb, _("noun"): entry.noun, _("number"): entry.object_id}
        for entry in sorted(rows, key=lambda entry: (entry.at, entry.pk))
    ]


def _is_about(details, pk):
    asked = details.get("parameters") or {}
    return details.get("person") == pk or pk in (details.get("people") or ()) or asked.get("person") == pk


def _as_json(person, parts, at):
    told = {
        "person": person.pk, "made_at": at, "language": get_language(),
        "parts": {part.key: {"title": str(part.title), "rows": part.rows} for part in parts},
    }  # fmt: skip
    return json.dumps(told, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)


def _as_page(person, parts, at):
    """This will return a page that opens without this site, and prints well."""
    page = io.StringIO()
    title = _("What is held on %(person)s") % {"person": person}
    page.write(
        f'<!doctype html><html lang="{get_language()}"><head><meta charset="utf-8"><title>{html.escape(title)}</title>'
        "<style>body{font:16px/1.5 serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
        "table{border-collapse:collapse;width:100%;margin:0 0 1.5rem}"
        "th,td{border:1px solid #999;padding:.3rem .5rem;text-align:start;vertical-align:top;overflow-wrap:anywhere}"
        "th{width:30%;font-weight:600}</style></head><body>"
        f"<h1>{html.escape(title)}</h1><p>{html.escape(in_words(at))}</p>"
    )
    for part in parts:
        page.write(f"<h2>{html.escape(str(part.title))}</h2>")
        if not part.rows:
            page.write(f"<p>{html.escape(_('Nothing.'))}</p>")
        for row in part.rows:
            page.write("<table>")
            for name, value in row.items():
                page.write(f'<tr><th scope="row">{html.escape(capfirst(str(name)))}</th>')
                page.write(f"<td>{html.escape(in_words(value))}</td></tr>")
            page.write("</table>")
    page.write("</body></html>")
    return page.getvalue()


def in_words(value):
    """This will return a value as a person reads it, in the active language."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if hasattr(value, "hour"):
        return date_format(timezone.localtime(value), "DATETIME_FORMAT")
    if hasattr(value, "year"):
        return date_format(value, "DATE_FORMAT")
    return str(value)
