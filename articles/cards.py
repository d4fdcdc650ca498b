"""Cards of stories that come as one question's rows: what a list shows of each, and no more."""

import datetime

from django.db.models import OuterRef

from articles.models import Article, Edition, Section, Topic
from articles.models.shelf import Rows
from missions.settled import made

NAMES = ("name_kk", "name_ru", "name_en")


def told(noun, *names):
    """This will return the names of a noun's fields in the order in which a row of it is made."""
    return [field.attname for field in noun._meta.concrete_fields if field.attname in names]


EDITION = told(Edition, "id", "language", "title", "slug", "standfirst", "day", "article_id")
SECTION = told(Section, "id", "slug", *NAMES)
TOPIC = told(Topic, "id", "slug", *NAMES)


def all_made(noun, names, rows):
    """This will return rows of a noun of which only these fields are known."""
    return [made(noun, names, row) for row in rows]


def topics():
    """This will return the expression that tells the topics of each edition's story."""
    return Rows(Topic.objects.filter(articles=OuterRef("article")).order_by("pk"), *TOPIC)


def rows_of(editions, **chosen):
    """This will return the expression that tells the cards of a question's editions, without pictures, see `Rows`."""
    return Rows(editions, *EDITION, *(f"article__section__{name}" for name in SECTION), **chosen)


def of_row(row):
    """This will return an edition that `rows_of` has told."""
    edition = made(Edition, EDITION, row[: len(EDITION)])
    section = made(Section, SECTION, row[len(EDITION) :])
    edition.day = datetime.date.fromisoformat(edition.day)
    edition.article = made(Article, ("id", "section_id"), (edition.article_id, section.pk))
    edition.article.section = section
    return edition
