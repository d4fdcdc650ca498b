"""What pages of many stories ask of the editions: by section, topic, month, and beside a story."""

import datetime

from django.db.models import BooleanField, CharField, Count, Exists, Func, JSONField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Cast, Coalesce, JSONArray, Substr

from articles.models.article import Article, Section

SHOWN_ON_CARDS = (
    "language", "number", "title", "slug", "standfirst", "day", "public_from", "article__section__slug",
    "article__section__name_kk", "article__section__name_ru", "article__section__name_en", "lead__photo__width",
    "lead__photo__height",
)  # fmt: skip
LOOKED_THROUGH = 100  # of the newest stories, for others on the same topic or mission
LARGE = 500  # stories
STORY_MISSIONS, STORY_TOPICS = Article.missions.through, Article.topics.through
# Of a noun: where its stories are named, the field that names it, and the one that names the story.
LINKS = {
    "section": (Article, "section", "pk"),
    "topic": (STORY_TOPICS, "topic", "article"),
    "mission": (STORY_MISSIONS, "mission", "article"),
}


def with_size(rows):
    """This will tell of sections, topics or missions, as `is_large`, whether each has more than `LARGE` stories."""
    links, name, _story = LINKS[rows.model._meta.model_name]
    return rows.annotate(is_large=Exists(links.objects.filter(**{name: OuterRef("pk")}).order_by()[LARGE : LARGE + 1]))


class ShelfQuerySet(QuerySet):
    """Every one of these reads an index that holds what `in_force` asks, newest first, and no text.

    That is why the rows of a page are found first, by their keys alone, and `as_cards` then fetches these few.
    """

    def as_cards(self):
        """This will return what a list of stories shows of each, newest first; the long columns stay away."""
        return self.model.objects.filter(pk__in=self.values("pk")).with_what_cards_show().newest_first()

    def with_what_cards_show(self):
        return self.select_related("article__section", "lead__photo").only(*SHOWN_ON_CARDS)

    def on_shelf(self, language, at):
        """This will return the stories in force in a language, newest first, for a page to take its slice of."""
        return self.filter(language=language).in_force(at).newest_first()

    def of(self, noun, pk, *, is_large=False):
        """This will return those of a section, a topic or a mission, named by its noun and its id.

        Of a large one the stories of all are walked from the newest until a page is full: SQLite would find all of its
        own first, and sort them. Of a small one its own are found first: a plan that is kept would take it for as large
        as the others, but for the limit.
        """
        return self._linked(noun, {LINKS[noun][1]: pk}, 2 * LARGE if not is_large else None)

    def of_any(self, noun, pks, *, is_large=False):
        """This will return those of several, each once; `is_large` says that one of them is."""
        return self._linked(noun, {f"{LINKS[noun][1]}__in": pks}, 2 * LARGE * len(pks) if not is_large else None)

    def _linked(self, noun, which, most):
        links, _name, story = LINKS[noun]
        found = links.objects.filter(**which)
        if most is None:
            return self.filter(Exists(found.filter(**{story: OuterRef("article")})))
        return self.filter(article__in=found.order_by().values(story)[:most])

    def of_days(self, first, end):
        """This will return the stories that bear a day from `first` until the day before `end`."""
        return self.filter(day__gte=first, day__lt=end)

    def by_month(self, first=None, end=None):
        """This will return [(first day of the month, number of stories)], the newest month first: one query."""
        rows = self if first is None else self.of_days(first, end)
        # As text, since SQLite would call Python for every row to take a date apart.
        rows = rows.annotate(month=Substr(Cast("day", CharField()), 1, 7)).order_by("-month")
        counted = rows.values_list("month").annotate(stories=Count("pk"))
        return [(datetime.date.fromisoformat(f"{month}-01"), stories) for month, stories in counted]

    def related_among_newest(self, language, at):
        """This will return, beside an edition as a subquery, the newest other stories: `shared` is null where one has
        neither a mission nor a topic in common with it.

        They are looked through first, see `Rows`, since a common topic has more stories than can be gone through; where
        too few of these share anything, the topic is rare or old.
        """
        beside = OuterRef("article")
        newest = self.on_shelf(language, at).exclude(article=beside)[:LOOKED_THROUGH]
        # The first link of each is asked for, and not whether there is one: that would be found by reading all links.
        links = [
            Subquery(
                noun.objects.filter(
                    article=OuterRef("article"),
                    **{f"{name}__in": noun.objects.filter(article=OuterRef(OuterRef(beside))).values(name)},
                ).values("pk")[:1]
            )
            for noun, name in ((STORY_MISSIONS, "mission"), (STORY_TOPICS, "topic"))
        ]
        return newest.annotate(shared=Coalesce(*links))

    def of_each_section(self, sections, told, *, large=()):
        """This will return {section id: what `told` says of these stories in it, an expression}: one query.

        `sections` are ids, and `large` those of them that are.

        Each section is named in a part of its own, so that the database chooses a way for a large one and for a small
        one: a window over all stories would read them all, and a join by section takes one way for both.
        """
        parts = [
            Section.objects.filter(pk=section)
            .annotate(told=told(self.of("section", section, is_large=section in large)))
            .values_list("pk", "told")
            for section in sections
        ]
        return parts[0].union(*parts[1:], all=True)

    def topics_in_use(self, topics):
        """This will return the topics on which at least one of these stories stands."""
        return self._in_use(topics, STORY_TOPICS.objects.filter(topic=OuterRef("pk")))

    def missions_in_use(self, missions):
        """This will return the missions that at least one of these stories is about."""
        return self._in_use(missions, STORY_MISSIONS.objects.filter(mission=OuterRef("pk")))

    def _in_use(self, rows, links):
        story = self.filter(article=OuterRef("article")).order_by()
        # As their index has them: for one that has none the database would go through the links of all.
        return rows.filter(HasFirst(links.filter(Exists(story)).order_by("-article"), "article"))


class HasFirst(Subquery):
    """Whether a subquery finds a row, by its first one: EXISTS may be answered by reading all rows of all at once.

    PostgreSQL does so where it takes the rows it asks for to be more than they are, such as those before a LIMIT.
    """

    template = "((%(subquery)s) IS NOT NULL)"
    output_field = BooleanField()

    def __init__(self, queryset, field="pk"):
        super().__init__(queryset.values(field)[:1])


class Within(Func):
    """JSON as a part of other JSON: SQLite would take it for a text."""

    template = "%(expressions)s"
    output_field = JSONField()

    def as_sqlite(self, compiler, connection, **context):
        return self.as_sql(compiler, connection, template="JSON(%(expressions)s)", **context)


class Rows(Subquery):
    """The fields of the rows that a subquery finds for each row: a list of lists, in the subquery's order.

    With `where`, an annotation of the subquery's, only the `first` rows for which it is not null: the database goes
    through the subquery's rows, which may be those before a limit, until it has them.
    """

    output_field = JSONField()

    def __init__(self, queryset, *fields, where="", first=0):
        told = queryset.annotate(found_row=JSONArray(*fields))
        if where:
            self._found = f'(SELECT * FROM (%(subquery)s) each WHERE each."{where}" IS NOT NULL LIMIT {first:d})'
            super().__init__(told.values("found_row", where))
        else:
            self._found = "(%(subquery)s)"
            super().__init__(told.values("found_row"))

    def as_sql(self, compiler, connection, template=None, **context):
        rows = 'json_group_array(json(found."found_row"))'
        if connection.vendor == "postgresql":
            rows = """COALESCE(jsonb_agg(found."found_row"), '[]')"""
        template = f"(SELECT {rows} FROM {self._found} found)"
        return super().as_sql(compiler, connection, template=template, **context)
