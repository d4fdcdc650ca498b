from missions.models.acceptance import Acceptance
from missions.models.casualty import Casualty
from missions.models.clearance import Clearance
from missions.models.contribution import Contribution
from missions.models.country import Country
from missions.models.deployment import Deployment
from missions.models.import_run import ImportRun
from missions.models.milestone import Milestone
from missions.models.mission import Mission, MissionAlias
from missions.models.month_total import ContributorTotal, MonthTotal, UnsettledMonth
from missions.models.person import Person
from missions.models.service_total import FirstTour, PeopleTotal, TourTotal, Unsettled
from missions.models.source import Source
from missions.models.tour import Tour
from missions.models.unit import Unit

__all__ = [
    "Acceptance", "Casualty", "Clearance", "Contribution", "ContributorTotal", "Country", "Deployment", "FirstTour",
    "ImportRun", "Milestone", "Mission", "MissionAlias", "MonthTotal", "PeopleTotal", "Person", "Source", "Tour",
    "TourTotal", "Unit", "Unsettled", "UnsettledMonth",
]  # fmt: skip
