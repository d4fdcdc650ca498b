"""What the reports hold of people: who took out what, and the words in which they said what for."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from ledger.personal import Whose, beside, holds, holds_none
from ledger.personal_data import FOR_EVER_AS_ID, FOR_EVER_AS_NUMBER
from missions.personal_data import STAYS

TAKERS = _("who took it, report staff and administrators")
WHO = _("who took which report out of the house, and when")
WHOM = _("the number of whom a report was about")
PURPOSE = _("what a report was taken for")
TO_PROVE = _("so that whatever left the house can be answered for")
OWN = _("reports that somebody saved, scheduled or starred")
TO_FIND = _("so that they are found again")
OWNERS = _("its owner, and the role it is shared with")
OWN_TIME = _("until its owner deletes it, or the account is closed")


def kept_days():
    days = settings.REPORTS_KEPT_DAYS
    return ngettext(
        "%(count)s day; at once when somebody who may stand in it is anonymised",
        "%(count)s days; at once when somebody who may stand in it is anonymised",
        days,
    ) % {"count": days}


for _noun, _field in (("reportrun", "by"), ("download", "by"), ("verification", "by")):
    holds(f"reports.{_noun}", _field, whose=Whose.STAFF, what=WHO, why=TO_PROVE, until=FOR_EVER_AS_ID, seen_by=TAKERS)
holds(
    "reports.reportrun", "parameters", whose=Whose.PERSON, what=WHOM, why=TO_PROVE, until=FOR_EVER_AS_NUMBER,
    seen_by=TAKERS,
)  # fmt: skip
holds(
    "reports.reportrun", "purpose", whose=Whose.NAMED, names=True, what=PURPOSE, why=TO_PROVE, until=STAYS,
    seen_by=TAKERS,
)  # fmt: skip
holds(
    "reports.preparedfile", "file", whose=Whose.PERSON, what=_("files of reports that a worker made"),
    why=_("so that who took a large report can fetch it"), until=kept_days, seen_by=_("who took it"),
)  # fmt: skip
holds(
    "reports.savedreport", "owner", "shared_with", whose=Whose.STAFF, what=OWN, why=TO_FIND,
    until=OWN_TIME, seen_by=OWNERS,
)  # fmt: skip
holds(
    "reports.savedreport", "name", whose=Whose.NAMED, names=True, what=OWN, why=TO_FIND,
    until=OWN_TIME, seen_by=OWNERS,
)  # fmt: skip
holds("reports.savedreport", "parameters", whose=Whose.PERSON, what=WHOM, why=TO_FIND, until=OWN_TIME, seen_by=OWNERS)
holds(
    "reports.schedule", "purpose", whose=Whose.NAMED, names=True, what=PURPOSE, why=TO_PROVE, until=OWN_TIME,
    seen_by=OWNERS,
)  # fmt: skip
holds(
    "reports.favourite", "user", whose=Whose.STAFF, what=OWN, why=TO_FIND,
    until=OWN_TIME, seen_by=OWNERS,
)  # fmt: skip
beside(
    whose=Whose.PERSON, what=_("reports that left the house as a file"),
    why=_("for the purpose that was written down when they were taken"),
    until=_("as long as whoever took it keeps it: ask them; the house knows who it was"), seen_by=_("who took it"),
)  # fmt: skip

holds_none("reports.reportrun", "report", "channel", "grants", "language", "format", "columns", "code_version")
holds_none("reports.reportrunend", "sha256", "broke_off")  # why a run broke off is a sentence of ours
holds_none("reports.preparedfile", "state", "file_sha256")
holds_none("reports.verification", "outcome", "sha256", "code_version")
holds_none("reports.recall", "sha256")
holds_none("reports.savedreport", "report", "language", "format")
holds_none("reports.schedule", "trouble")  # a sentence of ours
holds_none("reports.favourite", "report")
