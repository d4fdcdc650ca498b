"""The doorstep: what is larger than its page takes, or asks with letters that no database knows, is read no further."""

from django.conf import settings
from django.core.exceptions import BadRequest
from django.shortcuts import render

from articles import attachments, photos
from ledger.paths import DESK
from missions.forms import LARGEST_FILE

BESIDE_FILES = 1024 * 1024  # bytes of what is typed beside them
# What a page takes in one sending, for who is signed in; where no file is given, and of strangers, no more than a text.
LARGEST = {
    "admin:articles_photo_upload": 10 * photos.LARGEST,
    "admin:articles_photo_add": photos.LARGEST + BESIDE_FILES,
    "admin:articles_photo_change": photos.LARGEST + BESIDE_FILES,
    "admin:articles_edition_change": 2 * attachments.LARGEST + settings.DATA_UPLOAD_MAX_MEMORY_SIZE,
    "admin:missions_import": LARGEST_FILE + BESIDE_FILES,
}


class DoorstepMiddleware:
    """Stands before whatever reads what was sent: what is refused here was never held, on disk or in memory."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if request.path_info.startswith(DESK) and "%00" in request.META["QUERY_STRING"]:
            raise BadRequest("The address holds NUL, which no text of the house does.")
        largest = largest_of(request)
        if _length(request) > largest:
            return render(request, "413.html", {"limit": largest // 1024 // 1024}, status=413)
        return None


def largest_of(request):
    """This will return how many bytes may be sent to where the request leads."""
    text = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    name = request.resolver_match.view_name
    return LARGEST[name] if name in LARGEST and request.user.is_staff else text


def _length(request):
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0  # as Django reads it: nothing was sent
