from missions.models.acceptance import Acceptance
from missions.models.casualty import Casualty
from missions.models.clearance import Clearance
from missions.models.contribution import Contribution
from missions.models.country import Country
from missions.models.deployment import Deployment
from missions.models.import_run import ImportRun
from missions.models.milestone import Milestone
from missions.models.mission import Mission, MissionAlias
from missions.models.person import Person
from missions.models.source import Source
from missions.models.tour import Tour
from missions.models.unit import Unit

__all__ = [
    "Acceptance", "Casualty", "Clearance", "Contribution", "Country", "Deployment", "ImportRun", "Milestone",
    "Mission", "MissionAlias", "Person", "Source", "Tour", "Unit",
]  # fmt: skip
