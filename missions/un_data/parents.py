"""The missions and countries that rows of a UN file name: looked up once, refused by row where unknown."""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from missions.models import Country, Mission, MissionAlias
from missions.models.kept import attribute
from missions.un_data import cells
from missions.un_data.plan import Refused

# Names of contributors as files without codes spell them, where the UN's own list of names differs.
SPELLINGS = {
    "bolivia": "BOL", "bolivia (plurinational state of)": "BOL", "bosnia & herzegovina": "BIH",
    "bosnia and herzegovina": "BIH", "brunei": "BRN", "brunei darussalam": "BRN", "cabo verde": "CPV",
    "cape verde": "CPV", "congo": "COG", "republic of congo": "COG", "republic of the congo": "COG",
    "cote d'ivoire": "CIV", "côte d'ivoire": "CIV", "cote divoire": "CIV", "côte divoire": "CIV",
    "czech republic": "CZE", "czechia": "CZE", "democratic people's republic of korea": "PRK",
    "democratic republic of congo": "COD", "democratic republic of the congo": "COD", "dr congo": "COD",
    "dr of congo": "COD", "eswatini": "SWZ", "swaziland": "SWZ", "the gambia": "GMB", "gambia": "GMB", "iran": "IRN",
    "iran (islamic republic of)": "IRN", "kyrgyz republic": "KGZ", "lao people's democratic republic": "LAO",
    "laos": "LAO", "macedonia": "MKD", "north macedonia": "MKD", "the former yugoslav republic of macedonia": "MKD",
    "micronesia": "FSM", "micronesia (federated states of)": "FSM", "moldova": "MDA", "republic of moldova": "MDA",
    "myanmar": "MMR", "netherlands": "NLD", "netherlands (kingdom of the)": "NLD", "palestine": "PSE",
    "state of palestine": "PSE", "republic of korea": "KOR", "south korea": "KOR", "russia": "RUS",
    "russian federation": "RUS", "syria": "SYR", "syrian arab republic": "SYR", "tanzania": "TZA",
    "united republic of tanzania": "TZA", "turkey": "TUR", "türkiye": "TUR", "uk": "GBR", "united kingdom": "GBR",
    "united kingdom of great britain and northern ireland": "GBR", "united states": "USA",
    "united states of america": "USA", "venezuela": "VEN", "venezuela (bolivarian republic of)": "VEN",
    "viet nam": "VNM", "vietnam": "VNM",
}  # fmt: skip


@dataclass(frozen=True)
class NewParent:
    """A mission or country that the record lacks and the plan adds; its rows carry the negative id `stand_in`."""

    column: str
    stand_in: int
    name: str
    full_name: str = ""
    slug: str = ""


class Parents:
    """The ids of missions and countries by acronym and ISO code."""

    def __init__(self, plan, *, create_missing=False):
        self.plan = plan
        self.create_missing = create_missing
        self.new = {}
        self.missions = dict(Mission.objects.values_list("acronym", "pk"))
        self.slugs = dict(Mission.objects.values_list("slug", "acronym"))
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
            if not self.create_missing:
                raise Refused(_("The record has no mission %(acronym)s.") % {"acronym": acronym})
            slug = cells.address(acronym, self.slugs)
            found = self.missions[acronym] = self._stand_in("mission_id", acronym, slug=slug)
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

    def _stand_in(self, column, name, full_name="", slug=""):
        made = NewParent(column, -1 - len(self.new), name, full_name, slug)
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
                    acronym=made.name, slug=made.slug, name_en=made.name, kind=Mission.Kind.UN_POLITICAL,
                    source=run.source,
                )  # fmt: skip
            else:
                parent = Country(iso3=made.name, name_en=made.full_name or made.name)
            attribute(parent, by=run.by, at=at, reason=str(run))
            parent.save()
            self.plan.staging.resolve(made.column, made.stand_in, parent.pk)

    def acronyms(self):
        """This will return {mission id: acronym}, new ones included, for naming rows."""
        return {pk: acronym for acronym, pk in reversed(self.missions.items())}

    def codes(self):
        """This will return {country id: ISO code}, new ones included, for naming rows."""
        return {pk: iso3 for iso3, pk in self.countries.items()}
