"""What the search page shows: the query as it was asked, the results of one page, and what else could be asked."""

import math
from dataclasses import dataclass
from datetime import date
from functools import partial
from urllib.parse import urlencode

from django.db import connection
from django.db.models import Max, Min
from django.utils import timezone
from django.utils.translation import npgettext

from articles import clock
from articles.models import Article, Edition, SearchEntry, Section
from articles.search import asking, passages, readable
from articles.search.weighing import Seen
from missions import standing
from missions.models.mission import Mission
from missions.settled import settled

PER_PAGE = 20
MOST_PAGES = 50  # beyond, a year or a section tells more than a further page
MOST_YEARS = 60
FEW = 20  # stories of a section, a mission or a year that are asked whether they are public
REMEMBERED = 8  # pages of results of which a process keeps the rows
EVERY = "all"


class NoSuchFilter(Exception):
    """The address asks for a language, section, mission, year or page that there is not."""


@dataclass(frozen=True)
class Asked:
    """A search as its address says it."""

    text: str
    language: str
    section: Section | None = None
    mission: Mission | None = None
    year: int | None = None
    page: int = 1

    def address(self, **changes):
        """This will return the query string of the same search with these changes; an empty one is left out."""
        parts = {
            "q": self.text, "language": self.language, "section": self.section and self.section.slug,
            "mission": self.mission and self.mission.slug, "year": self.year, **changes,
        }  # fmt: skip
        return "?" + urlencode({name: value for name, value in parts.items() if value})

    @property
    def languages(self):
        return asking.LANGUAGES if self.language == EVERY else (self.language,)

    @property
    def is_narrowed(self):
        return bool(self.section or self.mission or self.year)

    @property
    def enough(self):
        """How many results are counted: the further a reader turns, the more."""
        return math.ceil(self.page * PER_PAGE / asking.ENOUGH) * asking.ENOUGH

    @property
    def question(self):
        return asking.Question(
            self.text, self.languages, self.section and self.section.pk, self.mission and self.mission.pk, self.year
        )


@dataclass(frozen=True)
class Result:
    """One edition that was found, with the words of the query marked."""

    edition: Edition
    title: str
    standfirst: str
    passage: str


def read(values, language):
    """This will return the `Asked` of an address's values, or raise `NoSuchFilter`."""
    text = " ".join(values.get("q", "").replace("\0", " ").split())[: asking.LONGEST_QUERY]
    wanted = values.get("language", "") or language
    year = values.get("year", "")
    page = values.get("page", "") or "1"
    if wanted not in (*asking.LANGUAGES, EVERY) or (year and asking.year_of(year) is None):
        raise NoSuchFilter
    if not page.isascii() or not page.isdigit() or len(page) > 4 or not 1 <= int(page) <= MOST_PAGES:
        raise NoSuchFilter
    section, mission = _row(Section, values.get("section", "")), _row(Mission, values.get("mission", ""))
    return Asked(text, wanted, section, mission, int(year) if year else None, int(page))


def _row(model, slug):
    if not slug:
        return None
    row = model.objects.filter(slug=slug[:100].replace("\0", "")).first()
    if row is None:
        raise NoSuchFilter
    return row


def context(asked, *, at, known_at=None):
    """This will return what the page prints, as the public may read it at `at`."""
    answer = asking.Answer()
    if asked.text:
        today = timezone.localdate(at)
        answer = asking.search(asked.question, readable=readable.in_force(at), today=today, enough=asked.enough)
    start, end = (asked.page - 1) * PER_PAGE, asked.page * PER_PAGE
    ids, goes_on = answer.editions[start:end], end < len(answer.editions) and asked.page < MOST_PAGES
    if asked.page > 1 and not ids:
        raise NoSuchFilter
    seen = answer.seen or Seen(answer.asked, asked.languages)
    results, texts = _results(ids, seen, answer.beginnings)
    replaced = [
        (one.typed, passages.word_found(texts, seen, place))
        for place, one in enumerate(answer.asked)
        if one.is_replaced
    ]
    number = min(len(answer.editions), asked.enough)
    stamp, turn = clock.state(at)
    told_number = npgettext("found", "%(number)s story", "%(number)s stories, the nearest first", number)
    return {
        "asked": asked, "results": results, "number": number, "told_number": told_number % {"number": number},
        "is_more": answer.is_cut, "is_partial": answer.is_partial and bool(results),
        "replaced": [(typed, shown) for typed, shown in replaced if shown],
        "previous": asked.address(page=asked.page - 1 if asked.page > 2 else "") if asked.page > 1 else "",
        "next": asked.address(page=asked.page + 1) if goes_on else "",
        "everywhere": "" if asked.language == EVERY else asked.address(language=EVERY),
        "unnarrowed": asked.address(section="", mission="", year="") if asked.is_narrowed else "",
        **standing.of(("search", turn), partial(filters, at), at=at, known_at=known_at, stamp=stamp),
    }  # fmt: skip


@settled(remembers=REMEMBERED)
def _found(*, ids):
    """Editions that were found to be in force."""
    found = Edition.objects.filter(pk__among=ids).select_related("article__section")
    return found.only("language", "slug", "title", "standfirst", "day", "article__section")


def _results(ids, seen, beginnings):
    """This will return (the results of one page in their order, their texts); how some texts begin is there already.

    A text is read to its end where neither its beginning nor what stands above it shows a word of the query.
    """
    editions = {edition.pk: edition for edition in _found(ids=ids)}
    shown = [editions[pk] for pk in ids if pk in editions]
    hits = {
        one.pk: [seen.hits(text) for text in (one.title, one.standfirst, beginnings.get(one.pk, ""))] for one in shown
    }
    texts = beginnings
    if further := [pk for pk, found in hits.items() if pk not in beginnings or not any(found)]:
        whole = dict(SearchEntry.objects.filter(edition__in=further).values_list("edition", "text"))
        texts = beginnings | whole
        for pk, text in whole.items():
            hits[pk][-1] = seen.hits(text)
    results, read_ = [], []
    for edition in shown:
        of_title, of_standfirst, of_text = hits[edition.pk]
        text = texts.get(edition.pk, "")
        results.append(
            Result(
                edition, passages.marked(edition.title, of_title),
                passages.marked(edition.standfirst, of_standfirst), passages.passage(text, of_text),
            )
        )  # fmt: skip
        read_ += [edition.title, edition.standfirst, text]
    return results, read_


def filters(at):
    """This will return what there is to narrow a search by: only what some story has that is public at `at`.

    Of each section, mission and year the newest few stories are asked whether they are public, and no more: the
    databases would go through all stories to say that there is none.
    """
    published = Edition.objects.published(at)
    sections = list(Section.objects.order_by("position", "pk"))
    missions = list(Mission.objects.order_by("acronym").only("acronym", "slug"))
    years = _years()
    of_sections = _newest(Article, "id", [(row, {"section_id": row.pk}) for row in sections])
    of_missions = _newest(Article.missions.through, "article_id", [(row, {"mission_id": row.pk}) for row in missions])
    of_years = _newest(SearchEntry, "edition_id", [(year, _bounds(year)) for year in years], order="place")
    articles = set(
        published.filter(article__in=_all(of_sections) | _all(of_missions)).order_by().values_list("article", flat=True)
    )
    editions = set(published.filter(pk__in=_all(of_years)).order_by().values_list("pk", flat=True))
    return {
        "sections": [row for row in sections if of_sections[row] & articles],
        "missions": [row for row in missions if of_missions[row] & articles],
        "years": [year for year in years if of_years[year] & editions],
    }


def _years():
    """This will return the years from the first story's to the last one's, the newest first."""
    bounds = SearchEntry.objects.aggregate(first=Min("place"), last=Max("place"))
    if bounds["first"] is None:
        return []
    first, last = (date.fromordinal(bounds[name] // SearchEntry.DAY).year for name in ("first", "last"))
    return list(range(last, max(first, last - MOST_YEARS) - 1, -1))


def _bounds(year):
    within = asking.Question("", year=year).bounds
    return {"place >": within["start"] - 1, "place <": within["end"]}


def _newest(model, column, asked, order="id"):
    """This will return {thing: the newest few values of `column`} for (thing, conditions) pairs, in one query."""
    found = {thing: set() for thing, _conditions in asked}
    if not asked:
        return found
    parts, values = [], []
    for number, (_thing, conditions) in enumerate(asked):
        where = " AND ".join(f"{name if name[-1] in '<>' else f'{name} ='} %s" for name in conditions)
        parts.append(
            f"SELECT * FROM (SELECT {number}, {column} FROM {model._meta.db_table} WHERE {where} "
            f"ORDER BY {order} DESC LIMIT {FEW}) one{number}"
        )
        values += conditions.values()
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), values)
        for number, value in cursor.fetchall():
            found[asked[number][0]].add(value)
    return found


def _all(found):
    return set().union(*found.values())
