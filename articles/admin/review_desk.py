"""The desk's page of a text's review: comments, and the links of fact-checkers."""

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.utils.translation import override

from articles import review
from articles.admin.base import say_why
from articles.forms import CommentForm, ReviewLinkForm
from articles.models import Edition
from ledger.typed import number_of

MAY = {"link": "articles.add_reviewlink", "revoke": "articles.change_reviewlink", "comment": "articles.add_comment",
       "settle": "articles.add_comment"}  # fmt: skip


def page(request, pk):
    """Comments on an edition and the links to it; by POST, `do` says which of the four verbs is meant."""
    if not request.user.has_perms(["articles.view_edition", "articles.view_comment"]):
        raise PermissionDenied
    edition = get_object_or_404(Edition, pk=pk)
    if request.method == "GET":
        return _show(request, edition)
    if request.method != "POST":
        return HttpResponseNotAllowed(["GET", "POST"])
    do = request.POST.get("do")
    if do not in MAY or not request.user.has_perm(MAY[do]):
        raise PermissionDenied
    try:
        return VERBS[do](request, edition, timezone.now())
    except review.CannotReview as refusal:
        say_why(request, refusal)
        return _show(request, edition, comment=CommentForm(request.POST if do == "comment" else None))


def _link(request, edition, at):
    form = ReviewLinkForm(request.POST)
    if not form.is_valid():
        return _show(request, edition, link=form)
    made, token = review.make_link(edition, by=request.user, at=at, **form.cleaned_data)
    with override(edition.language):
        address = f"{settings.SITE_URL}{reverse('review', args=[token])}"
    # Shown in this one answer: a redirect would have to keep the token somewhere.
    return _show(request, edition, made=made, address=address)


def _revoke(request, edition, at):
    link = get_object_or_404(edition.review_links, pk=_number(request, "link"))
    review.revoke(link, by=request.user, at=at)
    messages.success(request, _("The link of %(name)s opens nothing any more.") % {"name": link.reviewer})
    return redirect("admin:articles_edition_review", edition.pk)


def _comment(request, edition, at):
    form = CommentForm(request.POST)
    if not form.is_valid():
        return _show(request, edition, comment=form)
    review.comment(edition, by=request.user, at=at, **form.cleaned_data)
    return redirect("admin:articles_edition_review", edition.pk)


def _settle(request, edition, at):
    comment = get_object_or_404(edition.comments, pk=_number(request, "comment"))
    if not review.settleable(edition, [comment], request.user):
        raise PermissionDenied
    review.settle(comment, by=request.user, at=at)
    return redirect("admin:articles_edition_review", edition.pk)


VERBS = {"link": _link, "revoke": _revoke, "comment": _comment, "settle": _settle}


def _number(request, name):
    return number_of(request.POST.get(name, ""))


def _show(request, edition, *, link=None, comment=None, made=None, address=""):
    at = timezone.now()
    comments = edition.comments.select_related("by", "link").order_by("settled_at", "at", "pk")
    open_comments = [comment for comment in comments if comment.settled_at is None]
    context = {
        **admin.site.each_context(request),
        "title": _("Review: %(title)s") % {"title": edition.title},
        "edition": edition,
        "open_comments": open_comments,
        "settleable": review.settleable(edition, open_comments, request.user),
        "settled_comments": [comment for comment in comments if comment.settled_at],
        "links": edition.review_links.select_related("created_by").order_by("-created_at", "-pk"),
        "shuts_out": edition.is_open and review.keeps_outsiders_out(edition, at=at),
        "now": at,
        "link_form": link or ReviewLinkForm(),
        "comment_form": comment or CommentForm(),
        "made": made,
        "address": address,
    }
    response = render(request, "admin/articles/edition/review.html", context)
    patch_cache_control(response, private=True, no_store=True)
    return response
