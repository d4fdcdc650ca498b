"""Pictures and files, streamed while the public may have them."""

from django.conf import settings
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import override

from articles import attachments, renditions, share_pictures
from articles.models import Attachment, Edition, Photo
from missions.models.mission import Mission


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
