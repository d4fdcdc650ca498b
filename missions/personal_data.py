"""What the record holds of people, field by field."""

from django.conf import settings
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from ledger.personal import Whose, beside, holds, holds_none
from ledger.personal_data import FOR_EVER_AS_ID, RECORDS, TO_ANSWER, WHO_DID

CLEARED = _("records officers and administrators; the public sees what was cleared of it, field by field")
TOURS = _("tours of duty: mission, kind, first and last day")
STAYS = _("as long as the record; whoever is anonymised is taken out of the text")
COUNTS_ON = _("for ever: once anonymised, it counts and names nobody")
SERVICE = _("to know who served where, to count service and medals, and to answer for the figures")


def term():
    """This will say how long a person stays in the record by name."""
    years = settings.RETENTION_YEARS
    if not years:
        return now("until the person is anonymised; whoever runs this installation has set no term")
    return ngettext(
        "%(count)s year after the last tour, then anonymised; earlier where the person asks and no law forbids it",
        "%(count)s years after the last tour, then anonymised; earlier where the person asks and no law forbids it",
        years,
    ) % {"count": years}


holds(
    "missions.person", "family_name", "given_name", "patronymic", "name_latin", "born", "born_precision",
    "service_number",
    whose=Whose.PERSON, what=_("name, birth and service number"), why=SERVICE, until=term,
    seen_by=_("records officers and administrators; the public sees a name only with consent and after the tour"),
)  # fmt: skip
holds(
    "missions.person", "sex", whose=Whose.PERSON, what=_("sex"), why=_("to count women and men among those who serve"),
    until=COUNTS_ON, seen_by=RECORDS,
)  # fmt: skip
holds(
    "missions.person", "note", names=True,
    whose=Whose.PERSON, what=_("a note"), why=SERVICE, until=term,
    seen_by=RECORDS,
)  # fmt: skip
holds(
    "missions.tour", "person", "deployment", "start", "start_precision", "end", "end_precision", whose=Whose.PERSON,
    what=TOURS, why=SERVICE, until=COUNTS_ON, seen_by=CLEARED,
)  # fmt: skip
holds(
    "missions.tour", "appointment", "rank", names=True, whose=Whose.PERSON, what=_("appointment and rank held"),
    why=SERVICE, until=term, seen_by=CLEARED,
)  # fmt: skip
holds(
    "missions.person", "source", whose=Whose.PERSON, what=_("the document that somebody's entry rests on"), why=SERVICE,
    until=term, seen_by=RECORDS,
)  # fmt: skip
holds(
    "missions.tour", "source", whose=Whose.PERSON, what=_("the document that a tour rests on"), why=SERVICE,
    until=COUNTS_ON, seen_by=RECORDS,
)  # fmt: skip
holds(
    "missions.tour", "casualty", "next_of_kin_told_at",
    whose=Whose.PERSON, what=_("that somebody fell, was injured or is missing, and when the next of kin were told"),
    why=_("to count casualties, and to tell nobody of one before the family knows"),
    until=_("the kind of casualty for ever, once anonymised without a name; the hour until then"),
    seen_by=_("records officers and administrators; the public on the word of two people, a day after the family"),
)  # fmt: skip
holds(
    "missions.clearance", "person", "tour", "field", "basis", "coarseness", "source", whose=Whose.PERSON,
    what=_("what of somebody may be public, from when, until when and on what ground"),
    why=_("to show nothing without consent, and to prove it"), until=COUNTS_ON, seen_by=RECORDS,
)  # fmt: skip
holds(
    "missions.clearance", "by", "second", "revoked_by",
    whose=Whose.STAFF, what=_("on whose word something is public"),
    why=_("so that every clearance can be answered for"),
    until=FOR_EVER_AS_ID, seen_by=RECORDS,
)  # fmt: skip
holds(
    "missions.casualty", "casualty_id", "sex", "nationality", "incident_type", "personnel_type",
    whose=Whose.PERSON, what=_("fatalities as the UN published them: never a name, yet few in a mission"),
    why=_("to count the fallen"), until=_("for ever: the UN published it"), seen_by=_("everybody"),
)  # fmt: skip
holds("missions.firsttour", "person_id", whose=Whose.PERSON, what=TOURS, why=SERVICE, until=COUNTS_ON, seen_by=CLEARED)
holds(
    "missions.source", "title", "publisher", "url", whose=Whose.NAMED, names=True,
    what=_("documents that the record rests on, whose titles may name somebody"),
    why=_("so that every figure shows where it comes from"), until=STAYS,
    seen_by=_("everybody, where something public rests on it; else who works here"),
)  # fmt: skip
holds(
    "missions.importrun", "file_name", "plan", whose=Whose.NAMED, names=True,
    what=_("names of the files that were taken in, and what was refused in them"),
    why=_("to say where each row came from"), until=STAYS, seen_by=RECORDS,
)  # fmt: skip
holds("missions.importrun", "by", whose=Whose.STAFF, what=WHO_DID, why=TO_ANSWER, until=FOR_EVER_AS_ID, seen_by=RECORDS)
holds(
    "missions.acceptance", "subject", "reason", whose=Whose.NAMED, names=True,
    what=_("why something in the record that looks wrong was accepted"),
    why=_("so that the next one need not ask again"), until=STAYS, seen_by=RECORDS,
)  # fmt: skip
holds(
    "missions.acceptance", "by", whose=Whose.STAFF, what=WHO_DID, why=TO_ANSWER, until=FOR_EVER_AS_ID, seen_by=RECORDS,
)  # fmt: skip
for _noun in ("milestone", "unit", "mission", "deployment"):
    _texts = {
        "milestone": ("title_kk", "title_ru", "title_en", "text_kk", "text_ru", "text_en"),
        "unit": ("name_kk", "name_ru", "name_en"),
        "mission": ("mandate_kk", "mandate_ru", "mandate_en"),
        "deployment": ("place",),
    }[_noun]
    holds(
        f"missions.{_noun}", *_texts, whose=Whose.NAMED, names=True,
        what=_("words about missions, units and events, in which somebody may be named"),
        why=_("to tell what happened"), until=STAYS,
        seen_by=_("everybody, but for the places of deployments that are not cleared"),
    )  # fmt: skip
beside(
    whose=Whose.PERSON, what=_("nominal rolls that were uploaded and wait to be applied"),
    why=_("so that somebody can look at what a file would change before it does"),
    until=_("one day, or until it is applied"), seen_by=_("who uploaded it"),
)  # fmt: skip

_CHANGED = _("who changed a row of the record or of the newsroom, and when")
beside(whose=Whose.STAFF, what=_CHANGED, why=TO_ANSWER, until=FOR_EVER_AS_ID, seen_by=_("who may see the row"))

holds_none("missions.country", "iso3", "name_kk", "name_ru", "name_en", "region")
holds_none("missions.mission", "acronym", "slug", "name_kk", "name_ru", "name_en", "kind", "lead_department",
           "headquarters", "start_precision", "end_precision")  # fmt: skip
holds_none("missions.missionalias", "acronym")
holds_none("missions.unit", "slug", "kind", "created_precision")
holds_none("missions.deployment", "kind", "start_precision", "end_precision")
holds_none("missions.contribution", "measure", "personnel_type")
holds_none("missions.source", "checksum")
holds_none("missions.importrun", "kind", "sha256")
holds_none("missions.acceptance", "check_name", "fingerprint")
holds_none("missions.unsettled", "noun")
holds_none("missions.firsttour", "kind")
holds_none("missions.peopletotal", "kind")
holds_none("missions.milestone", "precision")
holds_none("missions.unsettledmonth", "measure")
holds_none("missions.monthtotal", "measure")
