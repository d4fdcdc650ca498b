"""The front page, and every page of many stories."""

from datetime import date, datetime
from functools import partial, wraps
from itertools import groupby

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from articles import front_page, totals, turning
from articles.models import Correction, Edition, Section, Topic
from articles.models.shelf import with_size
from articles.search import page as searching
from articles.shelf_page import Shelf, days_beside
from ledger.paths import path
from missions import alphabet, asking, clearance, figures, standing
from missions.models.mission import Mission

BY_HOUR = [("set_right_by__public_from", datetime), ("pk", int)]  # the order of corrections
HOME_FIGURES = ("strength", "missions_joined", "years_since_first_tour")


def leads_on(view):
    """This will let a page of many rows lead from an address that it once had to the one that it has now."""

    @wraps(view)
    def led(request, *args, **kwargs):
        try:
            return view(request, *args, **kwargs)
        except turning.AnotherAddress as elsewhere:
            return redirect(request.path + elsewhere.query)

    return led


def home(request):
    at, language = request.at, get_language()
    front = front_page.in_force(language, at)
    day = timezone.localdate(at)
    record = standing.of(("home", request.path), partial(_record, day, request), at=at, known_at=request.known_at)
    topics = alphabet.by_name(front.topics, language)
    return render(request, "articles/home.html", {"front": front, "day": day, **record, "topics": topics})


def _record(day, request):
    """What the front page tells of the record, printed: its figures of the day, and the missions in progress."""
    asked = [(figures.Question(key), day) for key in HOME_FIGURES]
    answers = asking.ask(asked, at=request.at, known_at=request.known_at)
    served = clearance.missions_served(at=request.at, known_at=request.known_at)
    missions = [
        one
        for one in Mission.objects.for_mission_list(request.known_at)
        if one.is_un and one.pk in served and one.state(day) == "in_progress"
    ]
    told = [answer for answer in answers if answer.value is not None]
    parts = {
        "figures": ("components/record_today.html", {"answers": told, "page": request.path}),
        "missions": ("components/missions_now.html", {"missions": missions, "served": served}),
    }
    return {name: mark_safe(render_to_string(*part)) for name, part in parts.items()}


@leads_on
def article_list(request):
    page = _page(request, Shelf(get_language(), request.at))
    return render(request, "articles/list.html", {"cards": page.rows, "newer": page.newer, "older": page.older})


@leads_on
def section(request, slug):
    section = get_object_or_404(with_size(Section.objects.all()), slug=slug)
    return _shelf(request, section, [(_("Stories"), path("articles"))], in_section=True)


@leads_on
def topic(request, slug):
    topic = get_object_or_404(with_size(Topic.objects.all()), slug=slug)
    return _shelf(request, topic, [(_("Topics"), path("topics"))])


def _shelf(request, subject, trail, in_section=False):
    page = _page(request, Shelf(get_language(), request.at, of=subject))
    context = {"subject": subject, "cards": page.rows, "newer": page.newer, "older": page.older, "trail": trail}
    context["in_section"] = in_section
    return render(request, "articles/shelf.html", context)


def topic_list(request):
    topics = Edition.objects.on_shelf(get_language(), request.at).topics_in_use(Topic.objects.all())
    return render(request, "articles/topics.html", {"topics": alphabet.by_name(topics, get_language())})


def archive(request):
    """The years and months that have stories in this language, with how many."""
    counted = totals.months(get_language(), request.at)
    years = [
        (year, sum(stories for _month, stories in months), months)
        for year, months in ((year, list(months)) for year, months in groupby(counted, lambda row: row[0].year))
    ]
    return render(request, "articles/archive.html", {"years": years})


def archive_year(request, year):
    first, end = date(year, 1, 1), date(year + 1, 1, 1)
    months = totals.months(get_language(), request.at, first, end)
    if not months:
        _refuse_what_no_language_has(request.at, first, end)
    stories = sum(stories for _month, stories in months)
    earlier, later = days_beside(get_language(), request.at, first, end)
    context = {"year": year, "months": months, "stories": stories, "earlier": earlier, "later": later}
    return render(request, "articles/archive_year.html", context | {"trail": [(_("Archive"), path("archive"))]})


@leads_on
def archive_month(request, year, month):
    first = date(year, month, 1)
    end = date(year + month // 12, month % 12 + 1, 1)
    page = _page(request, Shelf(get_language(), request.at, days=(first, end)))
    if not page.rows:
        _refuse_what_no_language_has(request.at, first, end)
    earlier, later = days_beside(get_language(), request.at, first, end)
    trail = [(_("Archive"), path("archive")), (year, path("archive_year", year))]
    context = {"month": first, "cards": page.rows, "newer": page.newer, "older": page.older}
    context |= {"earlier": earlier, "later": later}
    return render(request, "articles/archive_month.html", context | {"trail": trail})


def _refuse_what_no_language_has(at, first, end):
    """A year or month is a page in every language as soon as it has a story in one: the language switch leads there."""
    if not Edition.objects.in_force(at).of_days(first, end).exists():
        raise Http404


@leads_on
def correction_list(request):
    """What was wrong in the stories of this language and is right now, newest first."""
    page = _page(request, turning.Listed(Correction.objects.for_page(get_language(), request.at), BY_HOUR))
    return render(
        request, "articles/corrections.html", {"corrections": page.rows, "newer": page.newer, "older": page.older}
    )  # fmt: skip


def _page(request, listed):
    """This will return the `turning.Page` that was asked for."""
    try:
        return turning.turn(listed, request.GET)
    except turning.NoSuchPage:
        raise Http404 from None


def search(request):
    """Stories by their words, the best first; what the address cannot ask for is not found."""
    try:
        asked = searching.read(request.GET, get_language())
        found = searching.context(asked, at=request.at, known_at=request.known_at)
    except searching.NoSuchFilter:
        raise Http404 from None
    return render(request, "articles/search.html", found)
