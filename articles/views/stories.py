"""A story's page: in force, as one of its editions, what changed in it, or why it is gone."""

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import get_language

from articles import comparing, heads, linked_data, past_bodies, rendering, story_page
from articles.models import Claim, Correction, Edition, PhotoUse
from ledger.paths import path


def article(request, slug):
    at, language = request.at, get_language()
    edition = story_page.in_force(language, slug, at)
    if edition is None:
        return _not_in_force(request, slug, language, at)
    return _page(request, edition, at)


def edition(request, slug, number):
    """One edition at its own address, in force or ended."""
    at, language = request.at, get_language()
    edition = story_page.numbered(language, slug, number, at)
    if edition is None:
        numbered = Edition.objects.published(at).filter(language=language, number=number)
        # The edition bears another address than the story did before or does now: lead on to its own.
        story = Edition.objects.latest_issued(language, slug, at)
        edition = get_object_or_404(numbered, article=story.article_id if story else None)
        return redirect("edition", slug=edition.slug, number=number, permanent=True)
    return _page(request, edition, at)


def changes(request, slug, number):
    """What an edition says otherwise than the one before it, of those that the public may read."""
    at = request.at
    published = Edition.objects.published(at).defer("rendered")
    edition = get_object_or_404(published, language=get_language(), slug=slug, number=number)
    before = published.before(edition).first()
    if before is None:
        raise Http404
    both = [before.pk, edition.pk]
    claims = list(Claim.objects.filter(edition__in=both).order_by("edition", "place"))
    uses = list(PhotoUse.objects.filter(edition__in=both).order_by("edition", "place"))
    texts = [
        comparing.printed_text_of(
            one,
            [claim for claim in claims if claim.edition_id == one.pk],
            [use for use in uses if use.edition_id == one.pk],
        )
        for one in (before, edition)
    ]
    corrections = Correction.objects.of_story(edition.article_id, edition.language, at).filter(set_right_by=edition)
    parts = comparing.compare(*texts)
    return render(
        request,
        "articles/changes.html",
        {
            "edition": edition,
            "before": before,
            "parts": parts,
            "is_changed": any(part.is_changed for part in parts),
            "corrections": corrections,
            "languages": story_page.languages(edition, _current(edition, at)),
        },
    )


def _current(edition, at):
    """The editions of the story that are in force, by language."""
    in_force = Edition.objects.in_force(at).filter(article=edition.article_id).only("language", "slug", "number")
    return {other.language: other for other in in_force}


def _page(request, edition, at, status=200):
    section, newest = edition.article.section, edition.current.get(edition.language)
    address = newest.get_absolute_url() if newest else path("edition", edition.slug, edition.number)
    corrections = story_page.corrections(edition, at)
    body = edition.rendered if request.known_at is None else past_bodies.body(edition, at=request.known_at)
    return render(
        request,
        "articles/article.html",
        {
            "edition": edition,
            "head": _head(edition, corrections, address),
            "trail": [(section.name, section.get_absolute_url())],
            "body": rendering.with_stories(mark_safe(body), language=edition.language, at=at),
            "in_force": newest,
            "is_in_force": newest == edition,
            "withdrawn": None if newest else _withdrawn(edition, at),
            "related": story_page.related(edition, at),
            "corrections": corrections,
        },
        status=status,
    )


def _head(edition, corrections, address):
    """What machines read of the story at this address; it stands for as long as nothing is to be said but its row."""
    if not edition.is_corrected and hasattr(edition, "head"):
        return edition.head
    about = {"missions": edition.missions, "topics": edition.topics}
    head = heads.of_story(edition, path=address, editions=edition.current.values(), **about)
    article = linked_data.news_article(
        edition, corrections, address=address, picture=head.picture.address, sources=edition.sources, **about
    )
    head.linked.append(article)
    edition.head = head
    return head


def _withdrawn(edition, at):
    """The withdrawn edition that took the story back, where an earlier one is read at its own address; else None."""
    latest = Edition.objects.latest_issued(edition.language, edition.slug, at)
    return latest if latest.withdrawn_at and latest.withdrawn_at <= at and not latest.is_suppressed(at) else None


def _not_in_force(request, slug, language, at):
    """What stands at an address without an edition in force: a redirect, a withdrawal, another language, or nothing."""
    latest = Edition.objects.latest_issued(language, slug, at)
    suppressed = latest is not None and latest.is_suppressed(at)
    is_withdrawn = latest is not None and latest.withdrawn_at is not None and latest.withdrawn_at <= at
    if is_withdrawn or suppressed:
        withdrawn = is_withdrawn and not suppressed
        return render(request, "articles/gone.html", {"edition": latest if withdrawn else None}, status=410)
    if latest and latest.slug != slug:
        return redirect(latest, permanent=True)
    if latest:  # it has expired: its text stays readable under its number
        return redirect("edition", slug=latest.slug, number=latest.number)
    elsewhere = list(Edition.objects.in_force(at).in_other_languages(slug, at))
    if not elsewhere:
        raise Http404
    return render(request, "articles/other_languages.html", {"others": elsewhere}, status=404)
