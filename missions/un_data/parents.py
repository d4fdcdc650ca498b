"""The missions and countries that rows of a UN file name: looked up once, refused by row where unknown."""

from django.utils.text import slugify
from django.utils.translation import gettext as _

from missions.models import Country, Mission, MissionAlias
from missions.un_data import cells
from missions.un_data.plan import Refused


class Parents:
    """The ids of missions and countries by acronym and ISO code. A new mission's stand-in id is its acronym."""

    def __init__(self, plan, *, create_missing=False):
        self.plan = plan
        self.create_missing = create_missing
        self.missions = dict(Mission.objects.values_list("acronym", "pk"))
        for alias, pk in MissionAlias.objects.values_list("acronym", "mission"):
            self.missions.setdefault(alias, pk)
        for alias, acronym in cells.KNOWN_ALIASES.items():
            if acronym in self.missions:
                self.missions.setdefault(alias, self.missions[acronym])
        self.countries = dict(Country.objects.values_list("iso3", "pk"))
        self.names = {name.casefold(): pk for pk, name in Country.objects.values_list("pk", "name_en")}

    def mission(self, acronym):
        """This will return the mission's id, or its acronym where the plan will add it; unknown ones are refused."""
        if acronym in self.missions:
            return self.missions[acronym]
        if not self.create_missing or not slugify(acronym):
            raise Refused(_("The record has no mission %(acronym)s.") % {"acronym": acronym})
        self.plan.new_missions[acronym] = None
        return acronym

    def country(self, iso3):
        if iso3 not in self.countries:
            raise Refused(_("%(code)s is not the ISO code of a country.") % {"code": iso3[:10]})
        return self.countries[iso3]


def add_new_missions(plan, run, at):
    """This will add the missions that the plan's rows name and the record lacks, and fill in their ids.

    The UN's list of peacekeeping operations lacks them, so they are entered as political missions, by acronym.
    """
    for acronym in plan.new_missions:
        mission = Mission(
            acronym=acronym, slug=slugify(acronym), name_en=acronym, kind=Mission.Kind.UN_POLITICAL, source=run.source
        )
        mission._history_date = at
        mission.save()
        plan.new_missions[acronym] = mission.pk
