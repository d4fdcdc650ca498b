"""The newsroom for machines: the stories in force, and the corrections. Read-only, and only what is public now."""

from collections import defaultdict
from datetime import date, datetime, timedelta

from django.conf import settings
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_noop
from ninja import Path, Query, Router
from ninja.errors import HttpError

from articles import rendering, schemas
from articles.models import Correction, Edition, Section, Topic
from missions import dates
from missions.api import REFUSED, cited, in_three, mission_of, paged
from missions.cursors import LARGEST, Key
from missions.schemas import Problem

router = Router()
NEWEST_FIRST = [Key("day", date, True), Key("public_from", datetime, True), Key("pk", int, True)]
STORY = Path(ge=1, le=LARGEST, description=schemas.STORY)
EDITION_LANGUAGE = Path(description=schemas.EDITION_LANGUAGE)
CORRECTED_LAST = [Key("set_right_by__public_from", datetime, True), Key("pk", int, True)]


@router.get(
    "/articles", response={200: schemas.Articles, **REFUSED}, summary=gettext_noop("Articles"), tags=["newsroom"]
)
def articles(request, response: HttpResponse, asked: Query[schemas.ArticlesAsked]):
    """The stories in force, the newest first, each language by itself. Their text is told one by one."""
    rows = Edition.objects.for_machines(request.at)
    if asked.language:
        rows = rows.filter(language=asked.language)
    if asked.from_:
        rows = rows.filter(day__gte=asked.from_)
    for last in filter(None, (asked.to, asked.as_of)):
        rows = rows.filter(day__lte=last)
    if asked.section:
        rows = rows.filter(article__section=_shelf(Section, asked.section))
    if asked.topic:
        rows = rows.filter(article__topics=_shelf(Topic, asked.topic))
    if asked.mission:
        rows = rows.filter(article__missions=mission_of(asked.mission))
    found, address = paged(request, response, rows, "articles", NEWEST_FIRST, asked)
    beside = _Beside(found, request.at)
    return {"items": [_article(edition, beside) for edition in found], "next": address}


def _shelf(noun, slug):
    found = noun.objects.filter(slug=slug).first()
    if found is None:
        raise Http404(f"There is no {noun._meta.verbose_name} “{slug}”.")
    return found


@router.get(
    "/articles/{id}/{language}", response={200: schemas.ArticleWhole, 410: Problem, **REFUSED},
    summary=gettext_noop("An article"), tags=["newsroom"], url_name="article",
)  # fmt: skip
def article(request, id: int = STORY, language: schemas.LANGUAGE = EDITION_LANGUAGE):
    """A story in one language with its text, as it is in force. One that was withdrawn is gone (410), and says why."""
    at = request.at
    edition = Edition.objects.for_machines(at).defer(None).filter(article=id, language=language).first()
    if edition is None:
        return _not_in_force(id, language, at)
    with translation.override(language):
        body = rendering.with_stories(mark_safe(edition.rendered), language=language, at=at)
    return {**_article(edition, _Beside([edition], at)), "body": str(body)}


def _not_in_force(story, language, at):
    """What is told of a story without an edition in force: that it is gone and why, or nothing."""
    issued = Edition.objects.issued(at).filter(article=story, language=language)
    latest = issued.defer("body", "rendered").order_by("-number").first()
    if latest and latest.suppressed_at and latest.suppressed_at <= at:
        raise HttpError(410, "This story is no longer public.")
    if latest and latest.withdrawn_at and latest.withdrawn_at <= at:
        raise HttpError(410, latest.withdrawal_reason)
    raise Http404("No story of that number is public in this language.")


class _Beside:
    """The corrections and the other languages of some editions, each asked for once."""

    def __init__(self, editions, at):
        stories = {edition.article_id for edition in editions}
        self.corrections, self.languages = defaultdict(list), defaultdict(list)
        for correction in Correction.objects.public(at).filter(edition__article__in=stories):
            self.corrections[correction.edition.article_id, correction.edition.language].append(correction)
        in_force = Edition.objects.in_force(at).filter(article__in=stories).order_by("language")
        for edition in in_force.only("article", "language", "slug", "title"):
            self.languages[edition.article_id].append(edition)


def _page(edition):
    with translation.override(edition.language):
        return settings.SITE_URL + reverse("article", args=[edition.slug])


def _address(edition):
    return settings.SITE_URL + reverse("api-1:article", args=[edition.article_id, edition.language])


def _article(edition, beside):
    story = edition.article
    others = [other for other in beside.languages[edition.article_id] if other.language != edition.language]
    return {
        "id": edition.article_id,
        "language": edition.language,
        "number": edition.number,
        "title": edition.title,
        "slug": edition.slug,
        "url": _page(edition),
        "address": _address(edition),
        "standfirst": edition.standfirst,
        "byline": edition.byline,
        "day": edition.day,
        "published": edition.first_hour or edition.public_from,
        "modified": edition.public_from,
        "section": _named(story.section),
        "topics": [_named(topic) for topic in sorted(story.topics.all(), key=lambda topic: topic.slug)],
        "missions": sorted(mission.acronym for mission in story.missions.all()),
        "photo": _photo(edition.lead),
        "figures": [_figure(claim, edition) for claim in sorted(edition.claims.all(), key=lambda claim: claim.place)],
        "corrections": [
            {"published": correction.set_right_by.public_from, "text": correction.text}
            for correction in beside.corrections[edition.article_id, edition.language]
        ],
        "alternates": [
            {"language": other.language, "title": other.title, "url": _page(other), "address": _address(other)}
            for other in others
        ],
    }


def _named(shelf):
    return {"slug": shelf.slug, "names": in_three(shelf, "name")}


def _photo(use):
    if use is None or use.photo is None:
        return None
    return {
        "url": settings.SITE_URL + use.photo.rendition_url(use.photo.WIDTHS[-1], "jpg"),
        "alt": use.alt,
        "caption": use.caption,
        "credit": use.credit,
        "licence": use.licence,
    }


def _figure(claim, edition):
    with translation.override(edition.language):
        label = str(claim.label)
    return {
        "key": claim.key,
        "parameters": claim.parameters,
        "label": label,
        "printed": claim.printed,
        "relation": claim.relation,
        "value": claim.value,
        "unit": claim.unit,
        "as_of": claim.as_of,
        "sources": cited(claim.sources),
        "verdict": claim.told_verdict or None,
    }


# --- Corrections ------------------------------------------------------------------------------------------------


@router.get(
    "/corrections",
    response={200: schemas.Corrections, **REFUSED},
    summary=gettext_noop("Corrections"),
    tags=["newsroom"],
)
def corrections(request, response: HttpResponse, asked: Query[schemas.CorrectionsAsked]):
    """What was wrong in the stories and is right now, the newest first. A story that is gone takes its own with it."""
    rows = Correction.objects.with_story(request.at)
    if asked.language:
        rows = rows.filter(set_right_by__language=asked.language)
    if asked.from_:
        rows = rows.filter(set_right_by__public_from__gte=dates.midnight(asked.from_))
    for last in filter(None, (asked.to, asked.as_of)):
        rows = rows.filter(set_right_by__public_from__lt=dates.midnight(last + timedelta(days=1)))
    found, address = paged(request, response, rows, "corrections", CORRECTED_LAST, asked)
    return {"items": [_correction(row) for row in found], "next": address}


def _correction(row):
    with translation.override(row.set_right_by.language):
        url = settings.SITE_URL + reverse("article", args=[row.story_slug])
    return {
        "id": row.pk,
        "language": row.set_right_by.language,
        "published": row.set_right_by.public_from,
        "text": row.text,
        "article": row.set_right_by.article_id,
        "title": row.story_title,
        "url": url,
        "wrong_in": row.edition.number,
        "right_in": row.set_right_by.number,
    }
