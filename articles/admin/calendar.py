"""What is coming, day by day: what becomes public, what ends, and what the record's clearances will end."""

import re
from collections import defaultdict
from datetime import date, timedelta

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from articles import schedule
from articles.models import Article, Edition, FrontPage, Language, State
from missions import dates

AHEAD = timedelta(days=30)


def calendar_view(request):
    """The next 30 days, or the month `?month=YYYY-MM`, in all languages or in `?language=`."""
    if not request.user.has_perm("articles.view_edition"):
        raise PermissionDenied
    at = timezone.now()
    language = request.GET.get("language") if request.GET.get("language") in Language.values else ""
    first, last, month = _span(request.GET.get("month", ""), timezone.localdate(at))
    start, end = dates.midnight(first), dates.midnight(last)
    days = defaultdict(list)
    for when, words, title, code, address in sorted(_coming(start, end, language), key=lambda row: row[0]):
        line = {"when": timezone.localtime(when), "words": words, "title": title, "address": address,
                "language": Language(code).label if code else ""}  # fmt: skip
        days[timezone.localdate(when)].append(line)
    drafts = Edition.objects.open().filter(day__gte=first, day__lt=last)
    if language:
        drafts = drafts.filter(language=language)
    context = {
        **admin.site.each_context(request), "title": _("What is coming"), "days": sorted(days.items()),
        "drafts": drafts.only("title", "language", "day", "number", "state").order_by("day", "pk"),
        "languages": Language.choices, "language": language, "month": month, "zone": schedule.zone(),
        "earlier": f"{first - timedelta(days=1):%Y-%m}", "later": f"{last:%Y-%m}",
    }  # fmt: skip
    return render(request, "admin/articles/edition/calendar.html", context)


def _span(month, today):
    """This will return (first day, day after the last, the month as typed or "") of what is asked for."""
    found = re.fullmatch(r"(20\d\d)-(0[1-9]|1[0-2])", month)
    if not found:
        return today, today + AHEAD, ""
    first = date(int(found[1]), int(found[2]), 1)
    return first, (first + timedelta(days=32)).replace(day=1), month


def _coming(start, end, language):
    """This will yield (moment, what happens, title, language, address) from `start` until `end`: three questions."""
    editions = Edition.objects.scheduled_between(start, end).exclude(state=State.WITHDRAWN)
    layouts = FrontPage.objects.filter(since__gte=start, since__lt=end)
    if language:
        editions, layouts = editions.filter(language=language), layouts.filter(language=language)
    happens = {
        "public_from": _("becomes public"), "public_until": _("ends"),
        "suppressed_at": _("is suppressed: a clearance ends"),
    }  # fmt: skip
    for edition in editions:
        address = reverse("admin:articles_edition_change", args=[edition.pk])
        for field, words in happens.items():
            moment = getattr(edition, field)
            if moment and start <= moment < end:
                yield moment, words, edition.title, edition.language, address
    for article in Article.objects.filter(embargo_until__gte=start, embargo_until__lt=end):
        address = reverse("admin:articles_article_change", args=[article.pk])
        yield article.embargo_until, _("the embargo ends"), article.working_title, "", address
    for layout in layouts:
        address = reverse("admin:articles_frontpage_change", args=[layout.pk])
        yield layout.since, _("begins"), _("Front page"), layout.language, address
