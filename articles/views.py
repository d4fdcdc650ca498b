from django.conf import settings
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, override

from articles import attachments, comparing, linked_data, rendering, renditions
from articles.models import Attachment, Claim, Correction, Edition, FrontPage, Photo, PhotoUse
from articles.search import page as searching
from missions import clearance, figures
from missions.models.mission import Mission

PER_PAGE = 20
MOST_PAGES = 1_000_000  # a number beyond is no page, and no database could count so far
HOME_FIGURES = ("strength", "missions_joined", "years_since_first_tour")


def home(request):
    at, language = request.at, get_language()
    cards = Edition.objects.for_front_page(language, at, FrontPage.objects.pinned(language, at))[:10]
    day = timezone.localdate(at)
    asked = [(figures.Question(key), day) for key in HOME_FIGURES]
    answers = clearance.answers(figures.ask_many(asked), at=at)
    return render(
        request,
        "articles/home.html",
        {
            "lead": cards[0] if cards else None,
            "second": cards[1:3],
            "latest": cards[3:],
            "answers": [answer for answer in answers if answer.value is not None],
            "missions": Mission.objects.un().filter(pk__in=clearance.missions_served(at=at)).on(day).for_list(),
        },
    )


def article_list(request):
    cards, newer, older = _paged(request, Edition.objects.for_cards(get_language(), request.at))
    return render(request, "articles/list.html", {"cards": cards, "newer": newer, "older": older})


def search(request):
    """Stories by their words, the best first; what the address cannot ask for is not found."""
    try:
        asked = searching.read(request.GET, get_language())
        found = searching.context(asked, at=request.at)
    except searching.NoSuchFilter:
        raise Http404 from None
    return render(request, "articles/search.html", found)


def correction_list(request):
    """What was wrong in the stories of this language and is right now, newest first."""
    corrections, newer, older = _paged(request, Correction.objects.for_page(get_language(), request.at))
    return render(
        request, "articles/corrections.html", {"corrections": corrections, "newer": newer, "older": older}
    )  # fmt: skip


def _paged(request, rows):
    """This will return (the rows of the page that was asked for, the numbers of the newer and the older page or 0)."""
    try:
        page = max(int(request.GET.get("page", 1)), 1)
    except ValueError:
        raise Http404 from None
    if page > MOST_PAGES:
        raise Http404
    start = (page - 1) * PER_PAGE
    # One more than the page shows tells whether there is a next one, without counting all.
    found = list(rows[start : start + PER_PAGE + 1])
    if page > 1 and not found:
        raise Http404
    return found[:PER_PAGE], page - 1, page + 1 if len(found) > PER_PAGE else 0


def article(request, slug):
    at, language = request.at, get_language()
    readable = Edition.objects.in_force(at).for_page().with_earlier(at).with_first_hour(at).with_author_kind()
    edition = readable.filter(language=language, slug=slug).first()
    if edition is None:
        return _not_in_force(request, slug, language, at)
    return _page(request, edition, at)


def edition(request, slug, number):
    """One edition at its own address, in force or ended."""
    at, language = request.at, get_language()
    numbered = Edition.objects.published(at).filter(language=language, number=number)
    edition = numbered.for_page().with_earlier(at).with_first_hour(at).with_author_kind().filter(slug=slug).first()
    if edition is None:
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
    corrections = Correction.objects.of_story(edition, at).filter(set_right_by=edition)
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
            "languages": _languages(edition, _current(edition, at)),
        },
    )


def _current(edition, at):
    """The editions of the story that are in force, by language."""
    in_force = Edition.objects.in_force(at).filter(article=edition.article_id).only("language", "slug", "number")
    return {other.language: other for other in in_force}


def _languages(edition, current):
    by_language = {**current, edition.language: edition}
    languages = []
    for code, name in settings.LANGUAGES:
        with override(code):
            # Without an edition in that language the page there says so and offers the others.
            slug = by_language[code].slug if code in by_language else edition.slug
            languages.append((code, name, reverse("article", args=[slug]), code == edition.language))
    return languages


def _page(request, edition, at, status=200):
    current = _current(edition, at)
    newest = current.get(edition.language)
    address = newest.get_absolute_url() if newest else reverse("edition", args=[edition.slug, edition.number])
    corrections = Correction.objects.of_story(edition, at)
    return render(
        request,
        "articles/article.html",
        {
            "edition": edition,
            "linked_data": linked_data.news_article(edition, corrections, address=address),
            "body": rendering.with_stories(mark_safe(edition.rendered), language=edition.language, at=at),
            "in_force": newest,
            "is_in_force": newest == edition,
            "withdrawn": None if newest else _withdrawn(edition, at),
            "languages": _languages(edition, current),
            "missions": Mission.objects.filter(articles=edition.article_id).order_by("acronym"),
            "corrections": corrections,
            "files": edition.attachments.order_by("pk"),
            "site": settings.SITE_URL,
        },
        status=status,
    )


def _withdrawn(edition, at):
    """The withdrawn edition that took the story back, where an earlier one is read at its own address; else None."""
    latest = Edition.objects.latest_issued(edition.language, edition.slug, at)
    suppressed = latest.suppressed_at and latest.suppressed_at <= at
    return latest if latest.withdrawn_at and latest.withdrawn_at <= at and not suppressed else None


def _not_in_force(request, slug, language, at):
    """What stands at an address without an edition in force: a redirect, a withdrawal, another language, or nothing."""
    latest = Edition.objects.latest_issued(language, slug, at)
    suppressed = bool(latest and latest.suppressed_at and latest.suppressed_at <= at)
    if latest and (latest.withdrawn_at or suppressed):
        withdrawn = latest.withdrawn_at and latest.withdrawn_at <= at and not suppressed
        return render(request, "articles/gone.html", {"edition": latest if withdrawn else None}, status=410)
    if latest and latest.slug != slug:
        return redirect(latest, permanent=True)
    if latest:  # it has expired: its text stays readable under its number
        return redirect("edition", slug=latest.slug, number=latest.number)
    elsewhere = list(Edition.objects.in_force(at).in_other_languages(slug, at))
    if not elsewhere:
        raise Http404
    return render(request, "articles/other_languages.html", {"others": elsewhere}, status=404)


def photo(request, pk, size, kind="webp"):
    """A rendition, streamed while an edition that the public may read uses it; its originals have no address."""
    if size not in Photo.SIZES or kind not in Photo.KINDS:
        raise Http404
    row, caching = _private_file(request, Photo.objects.all(), pk, "articles.view_photo")
    name = renditions.find(row, size, kind)
    if name is None:
        raise Http404
    response = FileResponse(default_storage.open(name), content_type=Photo.KINDS[kind])
    response["Cache-Control"] = caching
    return response


def _private_file(request, files, pk, permission):
    """This will return (the row of a file, its Cache-Control): one that is public, or any for who has `permission`.

    The time is short, so that a withdrawn story's file is soon gone from every cache too; what only the desk may see
    yet stays in no cache, which would hand it on to readers.
    """
    public = files.public(request.at)
    if row := public.filter(pk=pk).first():
        return row, "max-age=300"
    return get_object_or_404(files if request.user.has_perm(permission) else public, pk=pk), "private, no-store"


def attachment(request, pk):
    """A file of an edition, to be saved and never shown in the site's name, while the public may read the edition."""
    row, caching = _private_file(request, Attachment.objects.all(), pk, "articles.view_attachment")
    response = FileResponse(
        row.file.open(), as_attachment=True, filename=f"{row.title.replace('/', '-')}.{row.kind}",
        content_type=attachments.CONTENT_TYPES[row.kind],
    )  # fmt: skip
    response["Cache-Control"] = caching
    response["X-Content-Type-Options"] = "nosniff"
    return response
