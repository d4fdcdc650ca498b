"""Keeps the index in step with what is approved, in the transaction of the step.

An edition stands in it from its approval until it is withdrawn or suppressed. Whether the public may read it at some
moment the index does not say: that is asked of `Edition.objects.in_force` each time.
"""

from collections import defaultdict

from django.db import transaction
from django.db.models import Q

from articles import comparing, plain_text
from articles.models import Article, Claim, Edition, PhotoUse, SearchEntry, State
from articles.search import words
from articles.search.engines import LEAD, TITLE, Index, Row, in_language, word

BATCH = 200  # editions of one transaction when the index is made again


def tags_of(edition, missions):
    """This will return the words that stand for an edition's language, which is the first, section and missions."""
    return " ".join([
        in_language(edition.language), in_section(edition.article.section_id), *map(on_mission, sorted(missions)),
    ])  # fmt: skip


def in_section(pk):
    return f"section_{pk}"


def on_mission(pk):
    return f"mission_{pk}"


def keys_of(text, language):
    """This will return every key of a text in this language."""
    return set().union(*(words.indexed(one, language) for one in {one.text for one in words.read(text)}))


def words_of(title, standfirst, rest, language):
    """This will return (what the index holds of a text in one string, its keys)."""
    in_title, in_standfirst = keys_of(title, language), keys_of(standfirst, language)
    lead = in_title | in_standfirst
    found = lead | keys_of(rest, language)
    held = {word(one) for one in found} | {word(one, TITLE) for one in in_title} | {word(one, LEAD) for one in lead}
    return " ".join(sorted(held)), found


def follow(edition):
    """This will put an edition into the index, or take it out, as its state now is; for the verb that changed it."""
    if edition.state == State.APPROVED and edition.approved_at:
        put([edition.pk])
    else:
        forget([edition.pk])


def forget(editions):
    """This will take these editions (ids) out of the index."""
    Index().remove(editions)


def put(editions):
    """This will put these editions (ids) into the index, with what they print now."""
    rows, keys = [], set()
    claims, uses, missions = defaultdict(list), defaultdict(list), defaultdict(set)
    for claim in Claim.objects.filter(edition__in=editions).order_by("edition", "place"):
        claims[claim.edition_id].append(claim)
    for use in PhotoUse.objects.filter(edition__in=editions).order_by("edition", "place"):
        uses[use.edition_id].append(use)
    for article, mission in Article.missions.through.objects.filter(
        article__editions__in=editions
    ).values_list("article_id", "mission_id"):  # fmt: skip
        missions[article].add(mission)
    for edition in Edition.objects.filter(pk__in=editions).select_related("article").defer("rendered"):
        printed = comparing.printed_text_of(edition, claims[edition.pk], uses[edition.pk])
        body = plain_text.read(printed.body).text.strip()
        held, found = words_of(edition.title, edition.standfirst, f"{edition.byline}\n{body}", edition.language)
        keys |= found
        place = SearchEntry.place_of(edition.day, edition.pk)
        rows.append(Row(place, edition.pk, held, tags_of(edition, missions[edition.article_id]), body))
    index = Index()
    index.put(rows)
    index.learn(keys)


def retag(article):
    """This will note the section and the missions that a story has now with all its editions in the index."""
    missions = list(article.missions.values_list("pk", flat=True)) if article.pk else []
    entries = SearchEntry.objects.filter(edition__article=article).select_related("edition__article")
    for entry in entries.defer("words", "text"):
        tags = tags_of(entry.edition, missions)
        if tags != entry.tags:
            SearchEntry.objects.filter(pk=entry.pk).update(tags=tags)


def belongs(prefix=""):
    """This will return the condition that an edition belongs into the index."""
    return Q(**{f"{prefix}state": State.APPROVED, f"{prefix}suppressed_at": None})


def missing():
    """This will return the approved editions that the index lacks; those to be suppressed one day are not counted."""
    return Edition.objects.filter(belongs(), search_entry=None)


def make(*, again=False, tell=lambda done: None):
    """This will put into the index what it lacks and take out what left; with `again` all anew. Returns how many.

    It works in batches, each in a transaction of its own, so that the site goes on beside it.
    """
    if again:
        Index().empty()
    gone = SearchEntry.objects.filter(edition__suppressed_at=None).exclude(belongs("edition__"))
    forget(list(gone.values_list("edition_id", flat=True)))
    done = 0
    lacking = list(missing().order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(lacking), BATCH):
        batch = lacking[start : start + BATCH]
        with transaction.atomic():
            # Held, so that a withdrawal is waited for: what it takes out must not come back.
            held = Edition.objects.filter(belongs(), pk__in=batch).order_by("pk").held()
            put([edition.pk for edition in held.only("pk")])
        done += len(batch)
        tell(len(batch))
    return done
