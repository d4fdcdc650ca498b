"""The prepared file of a run, as often as its reader likes and from any byte on: a download that broke off goes on."""

import re

from django.contrib.admin.views.decorators import staff_member_required
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from reports import background
from reports.catalogue import REPORTS
from reports.models import Format, PreparedFile
from reports.views import desk
from reports.writers import WRITERS

AT_ONCE = 64 * 1024  # bytes
ONE_RANGE = re.compile(r"bytes=(?:(\d{1,18})-(\d{0,18})|-(\d{1,18}))", re.ASCII)


class CannotSatisfy(Exception):
    """The file has no such bytes."""


@staff_member_required
@require_safe
def prepared(request, pk):
    """The file of a run: whole, or the one range of bytes that is asked for. What is fetched is noted before it leaves.

    Who may not have it is told no more than that there is nothing. A file that is not ready leads to the run's page.
    """
    at = timezone.now()
    found = get_object_or_404(PreparedFile.objects.select_related("run__by"), run=pk)
    run = found.run
    if not background.may_fetch(request.user, run):
        raise Http404
    desk.demand_fresh(request, REPORTS.get(run.report), at=at)
    if not background.standing(found, at).is_ready:
        if found.state in (PreparedFile.State.READY, PreparedFile.State.EXPIRED):
            return _gone(request, found)
        return redirect("report-run", pk)
    tag = f'"{found.file_sha256}"'
    try:
        asked = _range(request, found.bytes, tag)
    except CannotSatisfy:
        return _headed(HttpResponse(status=416), found, tag, **{"Content-Range": f"bytes */{found.bytes}"})
    first, last = asked or (0, found.bytes - 1)
    try:
        file = found.file.open()
    except FileNotFoundError:  # it expired in this moment
        return _gone(request, found)
    if request.method == "HEAD":
        file.close()
        response = HttpResponse(status=206 if asked else 200)
    else:
        background.fetch(run, by=request.user, at=at, first_byte=first)
        response = StreamingHttpResponse(_bytes(file, first, last - first + 1), status=206 if asked else 200)
    if asked:
        response["Content-Range"] = f"bytes {first}-{last}/{found.bytes}"
    response["Content-Disposition"] = f'attachment; filename="{run.file_name}"'
    return _headed(response, found, tag, **{"Content-Length": str(last - first + 1)})


def _range(request, size, tag):
    """This will return (first byte, last byte) of the range that is asked for, or None where all of it is.

    Several ranges at once are answered with the whole, as HTTP allows; so is a range of a file that is another by now.
    """
    match = ONE_RANGE.fullmatch(request.headers.get("Range", "").replace(" ", ""))
    if match is None or request.headers.get("If-Range", tag) != tag:
        return None
    first, last, end = match.groups()
    if end:
        first, last = max(0, size - int(end)), size - 1
        if int(end) == 0:
            raise CannotSatisfy
    else:
        if last and int(last) < int(first):
            return None
        first, last = int(first), min(int(last or size), size - 1)
    if first >= size:
        raise CannotSatisfy
    return first, last


def _bytes(file, first, count):
    with file:
        file.seek(first)
        while count > 0 and (some := file.read(min(AT_ONCE, count))):
            count -= len(some)
            yield some


def _headed(response, found, tag, **headers):
    """This will put on an answer what each of them says. Nothing on the way may keep the file, or pack it anew."""
    said = {
        "Content-Type": WRITERS[Format(found.run.format)].content_type, "ETag": tag, "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff", "Content-Encoding": "identity",
        **headers,
    }  # fmt: skip
    for name, value in said.items():
        response[name] = value
    return response


def _gone(request, found):
    return desk.page(request, "reports/file_is_gone.html", _("The file is gone"), status=410, prepared=found)
