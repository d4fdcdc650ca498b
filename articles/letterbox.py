"""The door by which readers write to the newsroom: they report an error in a figure."""

import re
from dataclasses import dataclass
from datetime import date
from functools import wraps
from urllib.parse import urlencode

from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from articles import claims, error_reports
from articles.forms import ErrorReportForm
from articles.models import Claim
from ledger.counting import network_address
from ledger.own_pages import sent_by_own_page
from missions import asking, dates, figures

FIRST_DAY = date(1945, 10, 24)  # before the United Nations no figure of the record is about any day
LONGEST_PAGE = 300


@dataclass(frozen=True)
class Asked:
    """What the link on a card says: the figure, its day, what was printed, the page, and the story's claim, if any."""

    question: figures.Question
    on: date
    said: str
    page: str
    claim: Claim | None


def for_letters(view):
    """This will keep the page out of every cache and search engine: what a reader wrote may stand in it.

    It is always of today, whatever moment staff look at: what is written here is written now.
    """

    @wraps(view)
    def answer(request):
        response = view(request)
        response["Cache-Control"] = "private, no-store"
        response["X-Robots-Tag"] = "noindex"
        return response

    answer.is_of_now = True
    return answer


@sent_by_own_page
@require_http_methods(["GET", "HEAD", "POST"])
@for_letters
def report_figure(request):
    """The figure as it stood and as the record has it now, and the form that says what is wrong with it."""
    at = request.at
    asked = _asked(request, at)
    form, refusal, status = ErrorReportForm(request.POST if request.method == "POST" else None), "", 200
    if request.method == "POST" and form.is_valid():
        if form.is_of_a_machine:
            return _thanks(asked.page)
        written = {name: form.cleaned_data[name] for name in ("wrong", "source", "email")}
        try:
            error_reports.report(
                asked.question, on=asked.on, said=asked.said, page=asked.page, claim=asked.claim,
                language=get_language(), place=network_address(request), at=at, **written,
            )  # fmt: skip
        except error_reports.CannotReport as error:
            refusal, status = str(error), 429
        else:
            return _thanks(asked.page)
    context = {
        "asked": asked,
        "label": figures.label_of(asked.question),
        "answer": asking.ask([(asked.question, asked.on)], at=at)[0],
        "form": form,
        "refusal": refusal,
        "address": request.get_full_path(),
    }
    return render(request, "articles/report_figure.html", context, status=status)


def _thanks(page):
    return redirect(f"{reverse('report_thanks')}?{urlencode({'page': page})}")


@require_http_methods(["GET", "HEAD"])
@for_letters
def report_thanks(request):
    return render(request, "articles/report_thanks.html", {"page": _page(request), "address": request.get_full_path()})


def _asked(request, at):
    try:
        question = figures.parse(request.GET.get("figure", ""))
        on = dates.day(request.GET.get("on", ""))
    except (figures.UnknownFigure, ValueError):
        raise Http404 from None
    if not FIRST_DAY <= on <= timezone.localdate(at):
        raise Http404
    page = _page(request)
    said = request.GET.get("said", "")
    claim = error_reports.claim_at(page, question, on, said=said, at=at)
    return Asked(question, on, claim.printed if claim else _number(said), page, claim)


def _number(text):
    """This will return the number that was printed, or "". Nobody puts other words on our page by a link."""
    digits = "".join(text.split())
    return claims.printed(int(digits), get_language()) if re.fullmatch(r"\d{1,12}", digits, re.ASCII) else ""


def _page(request):
    """This will return the address on this site that the link came from, or the front page; any other is not found."""
    page = request.GET.get("page") or reverse("home")
    is_ours = page.startswith("/") and url_has_allowed_host_and_scheme(page, allowed_hosts=None)
    if not is_ours or len(page) > LONGEST_PAGE or not page.isprintable():
        raise Http404
    return page
