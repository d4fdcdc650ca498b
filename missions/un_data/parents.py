"""The missions and countries that rows of a UN file name: looked up once, refused by row where unknown."""

import re
from dataclasses import dataclass

from django.utils.text import slugify
from django.utils.translation import gettext as _

from missions.models import Country, Mission, MissionAlias
from missions.un_data import cells
from missions.un_data.plan import Refused

# Names of contributors as files without codes spell them, where the UN's own list of names differs.
SPELLINGS = {
    "bolivia": "BOL", "bosnia & herzegovina": "BIH", "cape verde": "CPV", "cote d'ivoire": "CIV",
    "côte divoire": "CIV", "cote divoire": "CIV", "czech republic": "CZE", "dr congo": "COD", "dr of congo": "COD",
    "democratic republic of congo": "COD", "iran": "IRN", "kyrgyz republic": "KGZ", "macedonia": "MKD",
    "the former yugoslav republic of macedonia": "MKD", "moldova": "MDA", "netherlands": "NLD", "palestine": "PSE",
    "republic of congo": "COG", "russia": "RUS", "south korea": "KOR", "swaziland": "SWZ", "syria": "SYR",
    "tanzania": "TZA", "turkey": "TUR", "uk": "GBR", "united kingdom": "GBR", "united states": "USA", "venezuela": "VEN",
    "vietnam": "VNM", "micronesia": "FSM", "laos": "LAO", "brunei": "BRN",
}  # fmt: skip


@dataclass(frozen=True)
class NewParent:
    """A mission or country that the record lacks and the plan adds; its rows carry the negative id `stand_in`."""

    column: str
    stand_in: int
    name: str
    full_name: str = ""


class Parents:
    """The ids of missions and countries by acronym and ISO code."""

    def __init__(self, plan, *, create_missing=False):
        self.plan = plan
        self.create_missing = create_missing
        self.new = {}
        self.missions = dict(Mission.objects.values_list("acronym", "pk"))
        for alias, pk in MissionAlias.objects.values_list("acronym", "mission"):
            self.missions.setdefault(alias, pk)
        for alias, acronym in cells.KNOWN_ALIASES.items():
            if acronym in self.missions:
                self.missions.setdefault(alias, self.missions[acronym])
        self.countries = dict(Country.objects.values_list("iso3", "pk"))
        self.names = {name.casefold(): pk for pk, name in Country.objects.values_list("pk", "name_en")}
        self.names.update(
            (spelling, self.countries[iso3]) for spelling, iso3 in SPELLINGS.items() if iso3 in self.countries
        )

    def mission(self, acronym):
        """This will return the mission's id, or a stand-in where the plan will add it; unknown ones are refused."""
        found = self.missions.get(acronym)
        if found is None:
            acronym = cells.KNOWN_ALIASES.get(acronym, acronym)
            if not self.create_missing or not slugify(acronym):
                raise Refused(_("The record has no mission %(acronym)s.") % {"acronym": acronym})
            found = self.missions[acronym] = self._stand_in("mission_id", acronym)
        return found

    def country(self, iso3, name="", column="contributor_id"):
        """This will return the country's id by its code, or a stand-in where the plan will add it."""
        found = self.countries.get(iso3)
        if found is None:
            if not re.fullmatch("[A-Z]{3}", iso3) or not self.create_missing:
                raise Refused(_("%(code)s is not the ISO code of a country.") % {"code": iso3[:10]})
            found = self.countries[iso3] = self._stand_in(column, iso3, name[:250])
        return found

    def country_named(self, name):
        """This will return the id of the country of this English name, for files without codes."""
        found = self.names.get(" ".join(name.split()).replace("’", "'").casefold())
        if found is None:
            raise Refused(_("The record has no country named “%(name)s”.") % {"name": name[:60]})
        return found

    def _stand_in(self, column, name, full_name=""):
        made = NewParent(column, -1 - len(self.new), name, full_name)
        self.new[made.stand_in] = made
        return made.stand_in

    def needed(self):
        """This will return the new parents that at least one record to be written belongs to."""
        if not self.new or self.plan.staging is None:
            return []
        used = self.plan.staging.stand_ins({made.column for made in self.new.values()})
        return [made for stand_in, made in self.new.items() if stand_in in used]

    def add_needed(self, run, at):
        """This will add the missing missions and countries and put their ids in the place of the stand-ins.

        The UN's list of peacekeeping operations lacks such missions, so they are entered as political ones, by acronym.
        """
        for made in self.needed():
            if made.column == "mission_id":
                parent = Mission(
                    acronym=made.name, slug=slugify(made.name), name_en=made.name, kind=Mission.Kind.UN_POLITICAL,
                    source=run.source,
                )  # fmt: skip
                parent._history_date = at
            else:
                parent = Country(iso3=made.name, name_en=made.full_name or made.name)
            parent.save()
            self.plan.staging.resolve(made.column, made.stand_in, parent.pk)

    def acronyms(self):
        """This will return {mission id: acronym}, new ones included, for naming rows."""
        return {pk: acronym for acronym, pk in reversed(self.missions.items())}

    def codes(self):
        """This will return {country id: ISO code}, new ones included, for naming rows."""
        return {pk: iso3 for iso3, pk in self.countries.items()}
