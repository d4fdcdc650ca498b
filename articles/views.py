from datetime import date
from itertools import groupby

from django.conf import settings
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from articles import (
    attachments,
    comparing,
    front_page,
    heads,
    linked_data,
    past_bodies,
    rendering,
    renditions,
    share_pictures,
)  # fmt: skip
from articles.models import Attachment, Claim, Correction, Edition, FrontPage, Photo, PhotoUse, Section, Topic
from missions import alphabet, clearance, figures
from missions.models.mission import Mission

PER_PAGE = 20
RELATED = 4
MOST_PAGES = 1_000_000  # a number beyond is no page, and no database could count so far
HOME_FIGURES = ("strength", "missions_joined", "years_since_first_tour")


def home(request):
    at, language = request.at, get_language()
    front = front_page.read(language, at, FrontPage.objects.pinned(language, at))
    day = timezone.localdate(at)
    asked = [(figures.Question(key), day) for key in HOME_FIGURES]
    served = clearance.missions_served(at=at, known_at=request.known_at)
    answers = clearance.answers(figures.ask_many(asked, known_at=request.known_at), at=at)
    return render(
        request,
        "articles/home.html",
        {
            "front": front,
            "day": day,
            "answers": [answer for answer in answers if answer.value is not None],
            "missions": [
                one
                for one in Mission.objects.for_mission_list(request.known_at)
                if one.is_un and one.pk in served and one.state(day) == "in_progress"
            ],
            "corrections": Correction.objects.for_page(language, at)[:1],
            "topics": by_name(Topic.objects.filter(articles__in=front.articles).distinct()),
        },
    )  # fmt: skip


def by_name(rows):
    """This will return rows with a name in three languages in the order of the reader's alphabet."""
    return sorted(rows, key=lambda row: (alphabet.key(row.name, get_language()), row.pk))


def article_list(request):
    cards, newer, older = _paged(request, Edition.objects.on_shelf(get_language(), request.at), shown=_cards)
    return render(request, "articles/list.html", {"cards": cards, "newer": newer, "older": older})


def section(request, slug):
    section = get_object_or_404(Section, slug=slug)
    shelf = Edition.objects.on_shelf(get_language(), request.at).in_section(section)
    return _shelf(request, shelf, section, [(_("Stories"), reverse("articles"))], in_section=True)


def topic(request, slug):
    topic = get_object_or_404(Topic, slug=slug)
    shelf = Edition.objects.on_shelf(get_language(), request.at).on_topic(topic)
    return _shelf(request, shelf, topic, [(_("Topics"), reverse("topics"))])


def _shelf(request, shelf, subject, trail, in_section=False):
    cards, newer, older = _paged(request, shelf, shown=_cards)
    context = {"subject": subject, "cards": cards, "newer": newer, "older": older, "trail": trail}
    context["in_section"] = in_section
    return render(request, "articles/shelf.html", context)


def topic_list(request):
    topics = Edition.objects.on_shelf(get_language(), request.at).topics_in_use(Topic.objects.all())
    return render(request, "articles/topics.html", {"topics": by_name(topics)})


def archive(request):
    """The years and months that have stories in this language, with how many."""
    counted = Edition.objects.on_shelf(get_language(), request.at).by_month()
    years = [
        (year, sum(stories for _month, stories in months), months)
        for year, months in ((year, list(months)) for year, months in groupby(counted, lambda row: row[0].year))
    ]
    return render(request, "articles/archive.html", {"years": years})


def archive_year(request, year):
    first, end = date(year, 1, 1), date(year + 1, 1, 1)
    shelf = Edition.objects.on_shelf(get_language(), request.at)
    months = shelf.by_month(first, end)
    if not months:
        _refuse_what_no_language_has(request.at, first, end)
    stories = sum(stories for _month, stories in months)
    earlier, later = shelf.days_beside(first, end)
    context = {"year": year, "months": months, "stories": stories, "earlier": earlier, "later": later}
    return render(request, "articles/archive_year.html", context | {"trail": [(_("Archive"), reverse("archive"))]})


def archive_month(request, year, month):
    first = date(year, month, 1)
    end = date(year + month // 12, month % 12 + 1, 1)
    shelf = Edition.objects.on_shelf(get_language(), request.at)
    cards, newer, older = _paged(request, shelf.of_days(first, end), shown=_cards)
    if not cards:
        _refuse_what_no_language_has(request.at, first, end)
    earlier, later = shelf.days_beside(first, end)
    trail = [(_("Archive"), reverse("archive")), (year, reverse("archive_year", args=[year]))]
    context = {"month": first, "cards": cards, "newer": newer, "older": older, "earlier": earlier, "later": later}
    return render(request, "articles/archive_month.html", context | {"trail": trail})


def _refuse_what_no_language_has(at, first, end):
    """A year or month is a page in every language as soon as it has a story in one: the language switch leads there."""
    if not Edition.objects.in_force(at).of_days(first, end).exists():
        raise Http404


def correction_list(request):
    """What was wrong in the stories of this language and is right now, newest first."""
    corrections, newer, older = _paged(request, Correction.objects.for_page(get_language(), request.at))
    return render(
        request, "articles/corrections.html", {"corrections": corrections, "newer": newer, "older": older}
    )  # fmt: skip


def _cards(editions):
    return editions.as_cards()


def _paged(request, rows, shown=list):
    """This will return (the rows of the page that was asked for, the numbers of the newer and the older page or 0).

    `shown` makes what the page shows of the rows of its slice.
    """
    try:
        page = max(int(request.GET.get("page", 1)), 1)
    except ValueError:
        raise Http404 from None
    if page > MOST_PAGES:
        raise Http404
    start = (page - 1) * PER_PAGE
    # One more than the page shows tells whether there is a next one, without counting all.
    found = list(shown(rows[start : start + PER_PAGE + 1]))
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
    current, section = _current(edition, at), edition.article.section
    newest = current.get(edition.language)
    address = newest.get_absolute_url() if newest else reverse("edition", args=[edition.slug, edition.number])
    corrections = Correction.objects.of_story(edition, at)
    missions = list(Mission.objects.filter(articles=edition.article_id).order_by("acronym"))
    topics = by_name(edition.article.topics.all())
    head = heads.of_story(edition, path=address, editions=current.values(), missions=missions, topics=topics)
    head.linked.append(
        linked_data.news_article(
            edition, corrections, address=address, picture=head.picture.address, missions=missions, topics=topics,
            claims=edition.claims.only("edition", "sources").order_by("place"),
        )
    )  # fmt: skip
    body = edition.rendered if request.known_at is None else past_bodies.body(edition, at=request.known_at)
    return render(
        request,
        "articles/article.html",
        {
            "edition": edition,
            "head": head,
            "trail": [(section.name, reverse("section", args=[section.slug]))],
            "body": rendering.with_stories(mark_safe(body), language=edition.language, at=at),
            "in_force": newest,
            "is_in_force": newest == edition,
            "withdrawn": None if newest else _withdrawn(edition, at),
            "languages": _languages(edition, current),
            "missions": missions,
            "topics": topics,
            "related": Edition.objects.on_shelf(edition.language, at).related_to(edition)[:RELATED].as_cards(),
            "corrections": corrections,
            "files": edition.attachments.order_by("pk"),
        },
        status=status,
    )


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


def share_picture(request, kind, which, key):
    """What other sites show beside a link: of an edition while the public may read it, of a mission, of the house."""
    card = _card(kind, which, request.at)
    if key != card.key:  # it shows something else by now
        return redirect(card.address)
    response = HttpResponse(share_pictures.bring(card), content_type=share_pictures.TYPE)
    response["Cache-Control"] = "max-age=300"
    return response


def _card(kind, which, at):
    if kind == "story" and which.isdecimal() and len(which) < 10:
        edition = get_object_or_404(Edition.objects.published(at).for_share_picture(), pk=which)
        return share_pictures.of_edition(edition, edition.article.missions.order_by("acronym"))
    noun, _dash, language = kind.partition("-")
    if noun == "mission" and language in dict(settings.LANGUAGES):
        with override(language):
            return share_pictures.of_mission(get_object_or_404(Mission, slug=which))
    if kind == "site" and which in dict(settings.LANGUAGES):
        with override(which):
            return share_pictures.of_site()
    raise Http404


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
