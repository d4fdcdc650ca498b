"""Reports over the house itself: what looks suspicious in its record, and what left it by whose hand."""

from heapq import merge
from operator import itemgetter

from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from ledger.models import User
from missions import checks
from missions.models import Deployment, Mission, Unit
from missions.models.kept import as_known
from reports import catalogue, parameters
from reports.catalogue.moments import in_period
from reports.declared import SEES_RUNS, Column, Kind, Report
from reports.models import Download, Format, ReportRun

SEES_THE_QUALITY = "missions.view_acceptance"  # who may look at the page may take it out; each such role takes reports
AT_ONCE = 2000  # rows that are read from the database together


def data_quality(asked):
    """This will yield what looked suspicious in the record as known, what waits first, each in a fixed order."""
    waiting, settled = checks.find(asked.known_at)
    for suspicion in waiting:
        yield (*_told(suspicion), pgettext("of a suspicion", "open"), "", "", None)
    for suspicion, acceptance in settled:
        yield (
            *_told(suspicion), pgettext("of a suspicion", "accepted"), acceptance.by.full_name, acceptance.reason,
            acceptance.at,
        )  # fmt: skip


def _told(suspicion):
    return str(checks.CHECKS[suspicion.check]), str(suspicion.subject), suspicion.reason


class Words:
    """Says what runs asked, in the active language and with the names of that moment, without asking for each run."""

    def __init__(self, known_at):
        self._known_at = known_at
        self._names = {}

    def say(self, kept):
        """This will return the parameters that a run keeps in words: "From: 1 October 2025; Missions: UNDOF"."""
        known = [name for name in parameters.PARAMETERS if name in kept]
        other = [f"{name}: {value}" for name, value in kept.items() if name not in parameters.PARAMETERS]
        return "; ".join(
            [f"{parameters.PARAMETERS[name].label}: {self._one(name, kept[name])}" for name in known] + other
        )

    def _one(self, name, value):
        if name == "units":
            return ", ".join(sorted(self._units().get(slug, slug) for slug in value))
        if name == "deployment":
            return self._deployments().get(value, f"№ {value}")
        parameter = parameters.PARAMETERS[name]
        return parameter.say(parameter.read(value))

    def _units(self):
        if "units" not in self._names:
            self._names["units"] = {unit.slug: unit.name for unit in as_known(Unit, self._known_at)}
        return self._names["units"]

    def _deployments(self):
        if "deployments" not in self._names:
            missions = {mission.pk: mission for mission in as_known(Mission, self._known_at)}
            found = as_known(Deployment, self._known_at)
            for deployment in found:
                if deployment.mission_id in missions:
                    deployment.mission = missions[deployment.mission_id]
            self._names["deployments"] = {str(deployment.pk): str(deployment) for deployment in found}
        return self._names["deployments"]


def who_exported_what(asked):
    """This will return each run and each fetching of a prepared file in the period, in the order of their moments."""
    words = Words(asked.known_at)
    names = {user.pk: user.full_name for user in User.objects.only("username", "first_name", "last_name")}
    return merge(_runs(asked, words, names), _fetched(asked, words, names), key=itemgetter(0, 2))


OF_RUN = ("report", "format", "parameters", "on", "known_on", "language", "purpose", "channel")


def _of_run(report, format, kept, on, known_on, language, purpose, channel, *, words):
    """This will return what a run says of itself, in words."""
    return (
        str(catalogue.title_of(report)), Format(format).label, words.say(kept), on, known_on, language,
        purpose, str(ReportRun.Channel(channel).label),
    )  # fmt: skip


def _runs(asked, words, names):
    taken = ReportRun.objects.filter(in_period("at", asked)).order_by("at", "pk")
    rows = taken.values_list("pk", "by", "at", *OF_RUN, "end__at", "end__rows", "end__sha256", "end__broke_off")
    for pk, by, at, *told, ended_at, count, sha256, broke_off in rows.iterator(chunk_size=AT_ONCE):
        if ended_at is None or ended_at > asked.known_at:
            ended = (None, "", pgettext("of a run", "not ended"))
        elif broke_off:
            ended = (count, "", gettext("broke off: %(reason)s") % {"reason": gettext(broke_off)})
        else:
            ended = (count, sha256, pgettext("of a run", "whole"))
        by = names.get(by) or gettext("a command")
        yield at, pgettext("of a report", "taken out"), pk, by, *_of_run(*told, words=words), *ended, None


def _fetched(asked, words, names):
    fetched = Download.objects.filter(in_period("at", asked)).order_by("at", "run", "pk")
    rows = fetched.values_list("run", "by", "at", "first_byte", *(f"run__{field}" for field in OF_RUN))
    for run, by, at, first_byte, *told in rows.iterator(chunk_size=AT_ONCE):
        yield (
            at,
            pgettext("of a file", "fetched"),
            run,
            names.get(by),
            *_of_run(*told, words=words),
            None,
            "",
            "",
            first_byte,
        )


REPORTS = [
    Report(
        slug="data-quality",
        title=_("Data quality"),
        description=_(
            "What stands in the record and can hardly be so, and what somebody accepted with a reason. It is of the "
            "whole record as it was known: the day does not matter."
        ),
        group="house",
        permission=SEES_THE_QUALITY,
        columns=(
            Column("check", _("Check")),
            Column("subject", _("Subject")),
            Column("reason", _("Reason")),
            Column("state", _("State")),
            Column("accepted_by", _("Accepted by")),
            Column("accepted_because", _("Accepted because")),
            Column("accepted_at", _("Accepted at"), Kind.MOMENT),
        ),
        rows=data_quality,
        reads=(
            "missions.acceptance", "missions.contribution", "missions.casualty", "missions.mission",
            "missions.country", "missions.deployment", "missions.tour",
        ),
        key=("check", "subject", "reason"),
    ),
    Report(
        slug="who-exported-what",
        title=_("Who exported what"),
        description=_(
            "Each report that left the house in the period, for what purpose and with which checksum, and each "
            "fetching of a prepared file."
        ),
        group="house",
        permission=SEES_RUNS,
        columns=(
            Column("at", _("At"), Kind.MOMENT),
            Column("what", _("What")),
            Column("run", _("Run"), Kind.INTEGER),
            Column("by", _("By")),
            Column("report", _("Report")),
            Column("format", _("Format")),
            Column("parameters", _("Parameters")),
            Column("as_of", _("As of"), Kind.DATE),
            Column("known_on", _("As known on"), Kind.MOMENT),
            Column("language", _("Language")),
            Column("purpose", _("Purpose")),
            Column("way", _("Way")),
            Column("rows", _("Rows"), Kind.INTEGER),
            Column("sha256", "SHA-256"),
            Column("ended", _("Ended")),
            Column("from_byte", _("From byte"), Kind.INTEGER),
        ),
        rows=who_exported_what,
        takes=("start", "end"),
        reads=("reports.reportrun", "reports.reportrunend", "reports.download"),
        key=("at", "what", "run", "by", "from_byte"),
    ),
]  # fmt: skip
