"""The door for fact-checkers: people without an account, who come with a link that somebody of the desk made."""

from functools import wraps

from django.core.files.storage import default_storage
from django.http import FileResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from articles import renditions, review
from articles.forms import CommentForm
from articles.models import Photo
from ledger.own_pages import sent_by_own_page


def for_guests(view):
    """This will answer alike whatever closed the link, and let nothing of a draft stay in a cache or be indexed."""

    @wraps(view)
    def answer(request, token, *args, **kwargs):
        try:
            response = view(request, token, *args, **kwargs)
        except review.Closed:
            response = render(request, "articles/review_closed.html", status=410)
        response["Cache-Control"] = "private, no-store"
        # The page itself then says same-origin: an older browser would send its form without an origin.
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex"
        return response

    answer.is_of_now = True  # a draft has no past, whatever moment staff look at
    return answer


@sent_by_own_page
@require_http_methods(["GET", "HEAD", "POST"])
@for_guests
def review_page(request, token):
    """The open draft as it would be printed, its figures with their sources, and the fact-checker's own comments."""
    at = timezone.now()
    link = review.find(token, at=at)
    form, refusal = CommentForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        try:
            review.comment(link.edition, link=link, at=at, **form.cleaned_data)
        except review.CannotReview as error:
            refusal = str(error)
        else:
            return redirect(f"{request.path}#comments")
    elif request.method == "GET":
        review.note_opened(link, at=at)

    def photo_url(photo, width):
        return reverse("review_photo", args=[token, photo.pk, width])

    return render(
        request,
        "articles/review.html",
        {
            "link": link,
            "edition": link.edition,
            "preview": review.preview(link.edition, at=at, photo_url=photo_url),
            "comments": link.comments.order_by("at", "pk"),
            "form": form,
            "refusal": refusal,
        },
    )


@require_http_methods(["GET", "HEAD"])
@for_guests
def review_photo(request, token, pk, width):
    """A picture of the draft, as long as the link holds."""
    photo = review.photo(review.find(token, at=timezone.now()), pk)
    name = renditions.find(photo, width, "webp") if width in Photo.WIDTHS else None
    if name is None:
        raise review.Closed
    return FileResponse(default_storage.open(name), content_type=Photo.KINDS["webp"])
