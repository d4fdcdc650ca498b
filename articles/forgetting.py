"""What the newsroom holds on a person of the record, and how it takes them out of it when they are anonymised."""

import io

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _
from PIL import Image

from articles import publishing, renditions, share_pictures
from articles.models import Article, Attachment, Edition, Language, Photo, PhotoUse, Redirect
from articles.search import indexing
from articles.search.engines import Index
from articles.unnaming import Unnaming
from ledger import redacting
from missions.disclosure import Part

MAY_SPARE = "articles.approve_edition"
# How a row of each noun leads to its story. What is not here leads to none.
STORY_OF = {
    "articles.article": "pk", "articles.edition": "article", "articles.redirect": "article",
    "articles.otherplace": "article", "articles.revision": "edition__article", "articles.photouse": "edition__article",
    "articles.attachment": "edition__article", "articles.comment": "edition__article",
    "articles.notice": "edition__article", "articles.transition": "edition__article",
    "articles.correction": "edition__article", "articles.claim": "edition__article",
    "articles.reviewlink": "edition__article", "articles.errorreport": "claim__edition__article",
    "articles.bundle": "editions__article",
}  # fmt: skip
TEXTS_OF_A_PHOTO = [f"{name}_{code}" for name in ("caption", "alt") for code in Language.values]
EMPTY_PICTURE = (1200, 800)


def stories_of(person):
    """This will return the ids of the stories that list the person, name them in an edition or show them."""
    listed = Article.objects.filter(people=person).values_list("pk", flat=True)
    named = Edition.objects.filter(named_people=person).order_by().values_list("article", flat=True)
    shown = PhotoUse.objects.filter(photo__people=person).values_list("edition__article", flat=True)
    leads = Article.objects.filter(lead_photo__people=person).values_list("pk", flat=True)
    return set(listed) | set(named) | set(shown) | set(leads)


def tell(person):
    """This will return the `Part`s of what the newsroom holds on the person."""
    stories = stories_of(person)
    editions = Edition.objects.filter(article__in=stories).order_by("article", "language", "number")
    photos = Photo.objects.filter(people=person).order_by("pk")
    titles = Article.objects.filter(pk__in=stories).order_by("pk").values_list("pk", "working_title")
    return [
        Part(
            _("Stories that name or show the person"), "stories",
            [
                {
                    _("story"): edition.article_id, _("language"): edition.language, _("number"): edition.number,
                    _("title"): edition.title, _("state"): str(edition.get_state_display()),
                    _("public from"): edition.public_from, _("suppressed at"): edition.suppressed_at,
                    _("text"): edition.body,
                }
                for edition in editions.defer("rendered")
            ],
            choices=tuple(titles), needs=MAY_SPARE,
        ),
        Part(
            _("Pictures that show the person"), "photos",
            [
                {
                    _("photo"): photo.pk, _("credit"): photo.credit, _("licence"): photo.licence,
                    _("alone in it"): photo.people.count() == 1,
                    **{str(Photo._meta.get_field(name).verbose_name): getattr(photo, name)
                       for name in TEXTS_OF_A_PHOTO if getattr(photo, name)},
                }
                for photo in photos
            ],
            files=tuple((f"photo-{photo.pk}{_ending(photo)}", photo.original.name) for photo in photos),
        ),
    ]  # fmt: skip


def _ending(photo):
    return f".{photo.original.name.rpartition('.')[2]}"


def forget(person, names, erasure):
    """This will take the person out of every text, picture and file of the house; returns (rows changed, files).

    The rules of the database are lifted. Stories that an editor spared stay as they were printed, out of public.
    """
    stories = stories_of(person)
    theirs, spared = stories - set(erasure.spared), stories & set(erasure.spared)
    apart = set(Article.objects.filter(namesakes=person).values_list("pk", flat=True)) - stories
    unnaming = Unnaming(names)
    files = _forget_pictures(person) + _forget_attachments(theirs)
    changed = redacting.take_out(
        redacting.Sought(
            unnaming.take_out, unnaming.beginnings(),
            rows_of=lambda model: _condition(model, theirs, person),
            spared=lambda model: _condition(model, spared | apart),
        )
    )  # fmt: skip
    touched = _editions(changed, theirs)
    # Whoever has such a text open is told that it changed, and does not write the name back.
    models.QuerySet(Edition).filter(pk__in=touched, approved_at__isnull=True).update(version=F("version") + 1)
    _readdress(touched, unnaming, theirs)
    files += _rename_files(unnaming, person)
    files += [f"{folder}/{file}" for pk in touched for folder, file in _shares(pk)]
    printed = Edition.objects.filter(pk__in=touched, approved_at__isnull=False)
    publishing.render_again(list(printed.order_by().values_list("pk", flat=True)))
    _search_anew(touched, names)
    return {noun: len(keys) for noun, keys in changed.items()}, files


def _condition(model, stories, person=None):
    """This will return the condition for a noun's rows of these stories, or of the person's pictures; else None."""
    if model is Photo:
        return Q(people=person) if person else None
    way = STORY_OF.get(model._meta.label_lower)
    return Q(**{f"{way}__in": sorted(stories)}) if way and stories else None


def _editions(changed, theirs):
    """This will return the ids of the editions in which something changed, and of all that are of these stories."""
    uses = PhotoUse.objects.filter(pk__in=changed.get("articles.photouse", ()))
    of_stories = Edition.objects.filter(article__in=theirs).order_by()
    return sorted(
        {*changed.get("articles.edition", ()), *uses.values_list("edition", flat=True)}
        | set(of_stories.values_list("pk", flat=True))
    )


def _readdress(editions, unnaming, theirs):
    """This will give stories another address where the one that they have, or had, names the person."""
    for pk, story, slug in list(
        Edition.objects.filter(pk__in=editions).order_by("pk").values_list("pk", "article", "slug")
    ):
        if unnaming.is_in_address(slug, story in theirs):
            models.QuerySet(Edition).filter(pk=pk).update(slug=f"story-{story}")
    for redirect in Redirect.objects.order_by("pk"):
        if unnaming.is_in_address(redirect.slug, redirect.article_id in theirs):
            redirect.delete()


def _forget_pictures(person):
    """This will put an empty picture in the place of each that shows the person alone; the others stay, unpublished."""
    files = []
    for photo in Photo.objects.filter(people=person).order_by("pk"):
        if photo.people.count() > 1:
            continue
        past = Photo.history.filter(id=photo.pk)
        files += {photo.original.name, *past.order_by().values_list("original", flat=True)}
        files += [
            f"{folder}/{file}" for folder in renditions.sets(photo) for file in default_storage.listdir(folder)[1]
        ]
        name = default_storage.save(f"originals/removed-{photo.pk}.jpg", ContentFile(_empty_picture()))
        texts = dict.fromkeys(TEXTS_OF_A_PHOTO, "")
        width, height = EMPTY_PICTURE
        empty = {"original": name, "width": width, "height": height, "checksum": "", "renditions_at": None, **texts}
        models.QuerySet(Photo).filter(pk=photo.pk).update(**empty, renditions_set="", renditions_bytes=0)
        past.update(**empty, history_change_reason=None)
        PhotoUse.objects.filter(photo=photo).update(caption="", alt="")
    return [file for file in files if file]


def _empty_picture():
    file = io.BytesIO()
    Image.new("RGB", EMPTY_PICTURE, "#c9ced1").save(file, "JPEG")
    return file.getvalue()


def _forget_attachments(stories):
    """This will take the files off the stories that name the person: what stands in them nobody can say."""
    rows = Attachment.objects.filter(edition__article__in=stories)
    files = list(rows.order_by("pk").values_list("file", flat=True))
    rows._raw_delete(rows.db)
    return [file for file in files if not Attachment.objects.filter(file=file).exists()]


def _rename_files(unnaming, person):
    """This will give files another name where the one that they have names the person; returns the old ones."""
    old, shown = [], set(Photo.objects.filter(people=person).values_list("pk", flat=True))
    for model, name in ((Photo, "original"), (Attachment, "file")):
        for pk, path in list(model._base_manager.order_by("pk").values_list("pk", name)):
            called = path.rpartition("/")[2].rpartition(".")[0]
            if not unnaming.is_in_address(called, model is Photo and pk in shown):
                continue
            folder, ending = path.rpartition("/")[0], path.rpartition(".")[2]
            renamed = f"{folder}/renamed-{pk}.{ending}"
            if default_storage.exists(path):
                with default_storage.open(path) as content:
                    renamed = default_storage.save(renamed, content)
                old.append(path)
            models.QuerySet(model).filter(**{name: path}).update(**{name: renamed})
            if model is Photo:
                models.QuerySet(Photo).filter(pk=pk).update(renditions_at=None, renditions_set="")
                Photo.history.filter(id=pk).update(original=renamed)
    return old


def _shares(pk):
    folder = f"{share_pictures.FOLDER}/story/{pk}"
    try:
        return [(folder, file) for file in default_storage.listdir(folder)[1]]
    except FileNotFoundError:
        return []


def _search_anew(editions, names):
    """This will index these editions by what they say now, and forget the words of the name that no text has."""
    indexing.forget(editions)
    belong = Edition.objects.filter(indexing.belongs(), pk__in=editions).order_by("pk")
    indexing.put(list(belong.values_list("pk", flat=True)))
    words = " ".join(sorted(set().union(names.family, names.given, names.patronymic, names.latin, names.numbers)))
    keys = set().union(*(indexing.keys_of(words, code) for code in Language.values))
    index = Index()
    index.unlearn(keys)
    index.leave_nothing()
