"""What a story's page asks: one question for the edition and all that stands about it, what to read next included."""

from django.conf import settings
from django.db.models import OuterRef

from articles import cards
from articles.cards import NAMES, TOPIC, all_made, told
from articles.models import Attachment, Claim, Correction, Edition, Topic
from articles.models.shelf import LINKS, Rows, Within
from ledger.paths import path_in
from missions import alphabet
from missions.models.mission import Mission
from missions.settled import settled

RELATED = 4
OF_EACH = 100  # stories of a mission or a topic among which those related to an old one are looked for
REMEMBERED = 20  # stories of which a process keeps what their row says, in each language
HIGHEST = 32_767  # number of an edition that its column holds
PRINTED = (
    "language", "number", "title", "slug", "standfirst", "byline", "day", "rendered", "public_from",
    "article__section__slug", *(f"article__section__{name}" for name in NAMES),
    "lead__caption", "lead__alt", "lead__credit", "lead__licence",
    *(f"lead__photo__{name}" for name in ("original", "credit", "licence", "focal_x", "focal_y", "width", "height")),
)  # fmt: skip
IN_FORCE = told(Edition, "id", "language", "slug", "number")
MISSION = told(Mission, "id", "acronym", "slug", *NAMES)
FILE = told(Attachment, "id", "title", "kind", "size")


def in_force(language, slug, at):
    """This will return the edition in force at an address, with what its page shows of the story, or None."""
    return _read(_at_address(at=at, language=language, slug=slug))


def numbered(language, slug, number, at):
    """This will return an edition that the public may read, in force or ended, as `in_force` does."""
    if number > HIGHEST:
        return None
    return _read(_of_number(at=at, language=language, slug=slug, number=number))


@settled(remembers=REMEMBERED)
def _at_address(*, at, language, slug):
    return _whole(Edition.objects.in_force(at).filter(language=language, slug=slug), language, at)


@settled(remembers=REMEMBERED)
def _of_number(*, at, language, slug, number):
    return _whole(Edition.objects.published(at).filter(language=language, slug=slug, number=number), language, at)


def _whole(editions, language, at):
    article, related = OuterRef("article"), Edition.objects.related_among_newest(language, at)
    return (
        editions.select_related("article__section", "lead__photo").only(*PRINTED)
        .with_earlier(at).with_first_hour(at).with_author_kind().with_corrected()
        .annotate(
            found_in_force=Rows(Edition.objects.in_force(at).filter(article=article).order_by("language"), *IN_FORCE),
            found_missions=Rows(Mission.objects.filter(articles=article).order_by("acronym"), *MISSION),
            found_topics=Rows(Topic.objects.filter(articles=article).order_by("pk"), *TOPIC),
            found_files=Rows(Attachment.objects.filter(edition=OuterRef("pk")).order_by("pk"), *FILE),
            found_related=cards.rows_of(related, where="shared", first=RELATED),
            found_sources=Rows(Claim.objects.filter(edition=OuterRef("pk")).order_by("place"), Within("sources")),
        )
        .order_by("pk")
    )  # fmt: skip


def _read(found):
    """This will return the first edition found, or None, with what was found beside it as rows of their nouns."""
    if not found:
        return None
    edition = found[0]
    if hasattr(edition, "current"):  # it was told by the same row before
        return edition
    edition.missions = all_made(Mission, MISSION, edition.found_missions)
    edition.topics = alphabet.by_name(all_made(Topic, TOPIC, edition.found_topics), edition.language)
    edition.files = all_made(Attachment, FILE, edition.found_files)
    edition.related = [cards.of_row(row) for row in edition.found_related]
    edition.sources = [source for (sources,) in edition.found_sources for source in sources]
    edition.current = {one.language: one for one in all_made(Edition, IN_FORCE, edition.found_in_force)}
    edition.languages = languages(edition, edition.current)
    return edition


def languages(edition, current):
    """This will return (code, name, path of the story, whether it is this one) of each language.

    `current` are its editions in force by language. Without one in a language the page there says so and offers the
    others.
    """
    by_language = {**current, edition.language: edition}
    return [
        (code, name, path_in(code, "article", by_language.get(code, edition).slug), code == edition.language)
        for code, name in settings.LANGUAGES
    ]


def corrections(edition, at):
    """This will return the corrections to the story that the public may read, newest first; none take no query."""
    if not edition.is_corrected:
        return []
    return _corrections(at=at, article=edition.article_id, language=edition.language)


@settled
def _corrections(*, at, article, language):
    return Correction.objects.of_story(article, language, at)


def related(edition, at):
    """This will return the cards of the newest other stories that share a mission or a topic with this one.

    Where the newest stories of the house, which were asked with the edition, hold too few of them: up to three queries.
    """
    if len(edition.related) == RELATED:
        return edition.related
    articles = set()
    for noun, rows in (("mission", edition.missions), ("topic", edition.topics)):
        if rows:
            found = _newest_about(noun=(noun,), rows=[row.pk for row in rows])
            articles |= {article for newest in found for (article,) in newest}
    articles -= {edition.article_id}
    return _cards_of(at=at, language=edition.language, articles=sorted(articles)) if articles else []


@settled
def _newest_about(*, noun, rows):
    """The newest stories of each of these missions or topics; `noun` is a part of the question, and not a value."""
    links, name, story = LINKS[noun[0]]
    newest = links.objects.filter(**{name: OuterRef("pk")}).order_by(f"-{story}")[:OF_EACH]
    about = links._meta.get_field(name).related_model.objects.filter(pk__among=rows)
    return about.annotate(newest=Rows(newest, story)).values_list("newest", flat=True)


@settled
def _cards_of(*, at, language, articles):
    return Edition.objects.on_shelf(language, at).filter(article__pk__among=articles)[:RELATED].as_cards()
