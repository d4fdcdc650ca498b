"""The house's own deployments: who is where on a day."""

from collections import Counter
from dataclasses import dataclass

from django.utils.translation import gettext_lazy

from missions.models import Deployment, Mission, Source, Tour, Unit
from missions.models.kept import as_known
from reports.catalogue import then
from reports.catalogue.contributions import MISSION
from reports.declared import TAKES, TAKES_PERSONAL, Column, Kind, Report
from reports.parameters import CATEGORY_OF_KIND

# What a unit does next is a future movement, and never public: without this permission there are no rows.
SEES_DEPLOYMENTS = "missions.view_deployment"
# Where a running deployment stands could be turned against its people, so the place passes as their own data do.
READS = ("missions.deployment", "missions.tour", "missions.mission", "missions.unit", "missions.source")


@dataclass(frozen=True)
class Names:
    """What missions, units and sources were called then, by id."""

    missions: dict
    units: dict
    sources: dict

    @classmethod
    def of(cls, asked):
        return cls(*(then.rows(noun, asked.known_at) for noun in (Mission, Unit, Source)))

    def head(self, deployment):
        """This will return the cells that say which deployment it is."""
        unit = self.units[deployment.unit_id].name if deployment.unit_id else None
        acronym = self.missions[deployment.mission_id].acronym
        return deployment.pk, acronym, str(deployment.get_kind_display()), unit, deployment.rotation

    def short(self, deployment):
        """This will return the words by which a chart names it."""
        _number, mission, kind, unit, rotation = self.head(deployment)
        return " ".join(str(part) for part in (mission, unit or kind, rotation) if part)


def deployments(asked):
    """This will return the deployments of the missions, units and categories asked for, as they were known."""
    if SEES_DEPLOYMENTS not in asked.grants:
        return []
    wanted = {}
    if missions := asked.get("missions"):
        wanted["mission__in"] = then.ids(Mission, "acronym", missions, asked.known_at)
    if units := asked.get("units"):
        wanted["unit__in"] = then.ids(Unit, "slug", units, asked.known_at)
    if categories := asked.get("categories"):
        wanted["kind__in"] = [kind for kind, category in CATEGORY_OF_KIND.items() if category in categories]
    return as_known(Deployment, asked.known_at, **wanted)


def in_force(asked):
    """This will return the deployments whose dates may hold the day `asked.on`."""
    return [one for one in deployments(asked) if one.may_hold(asked.on)]


def roster(asked):
    """This will yield a row for each deployment in force on the day, by mission, kind and rotation."""
    found, names = in_force(asked), Names.of(asked)
    tours = as_known(Tour, asked.known_at, deployment__in=[one.pk for one in found])
    named = Counter(tour.deployment_id for tour in tours if tour.may_hold(asked.on))
    kinds = list(Deployment.Kind)
    # Of those without a rotation their number tells which comes first.
    for one in sorted(
        found,
        key=lambda one: (names.missions[one.mission_id].acronym, kinds.index(one.kind), one.rotation or 0, one.pk),
    ):
        yield (
            *names.head(one), one.start_as_known or None, one.last_day_as_known or None, one.certainly_holds(asked.on),
            one.authorised_strength, one.strength, one.women, named[one.pk], one.place or None,
            names.sources[one.source_id].title if one.source_id else None,
        )  # fmt: skip


def roster_sources(asked):
    rows = then.rows(Source, asked.known_at)
    cited = [rows[pk] for pk in {one.source_id for one in in_force(asked)} if pk]
    return tuple(sorted((source.title, source.publisher, source.url) for source in cited))


HEAD = (
    MISSION,
    Column("kind", gettext_lazy("Kind")),
    Column("unit", gettext_lazy("Unit")),
    Column("rotation", gettext_lazy("Rotation"), Kind.INTEGER),
)
NUMBER = Column("deployment", gettext_lazy("Number of the deployment"), Kind.INTEGER)
STRENGTH = Column("strength", gettext_lazy("Strength"), Kind.INTEGER)

REPORTS = [
    Report(
        slug="deployment-roster",
        title=gettext_lazy("Deployment roster"),
        description=gettext_lazy(
            "The house's deployments in force on a day, their dates no finer than they are known. For those who may "
            "see deployments; the place only for those who may take personal data."
        ),
        permission=TAKES,
        columns=(
            NUMBER,
            *HEAD,
            Column("start", gettext_lazy("First day")),
            Column("last_day", gettext_lazy("Last day")),
            Column("is_certain", gettext_lazy("Certainly in force"), Kind.YES_NO),
            Column("authorised_strength", gettext_lazy("Authorised strength"), Kind.INTEGER),
            STRENGTH,
            Column("women", gettext_lazy("Women"), Kind.INTEGER),
            Column("tours", gettext_lazy("Tours named on that day"), Kind.INTEGER),
            Column("place", gettext_lazy("Place"), permission=TAKES_PERSONAL),
            Column("source", gettext_lazy("Source")),
        ),
        rows=roster,
        takes=("missions", "units", "categories"),
        reads=READS,
        key=("deployment",),
        sources=roster_sources,
        widened_by=(SEES_DEPLOYMENTS,),
    ),
]
