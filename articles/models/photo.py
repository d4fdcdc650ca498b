from functools import lru_cache, reduce
from operator import or_
from pathlib import PurePosixPath

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import get_script_prefix
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from articles.models.article import Article
from articles.models.edition import Edition, Language, State
from ledger.models.parts import PartsIndex
from ledger.paths import path
from ledger.typed import words_of
from missions.models import Person
from missions.models.names import in_language


@lru_cache(maxsize=5_000)
def _srcset(prefix, pk, width, kind):
    """This will return a public `Photo.srcset`: what a page of many photos would make again and again."""
    photo = Photo(pk=pk, width=width)
    return photo.srcset(lambda size: photo.rendition_url(size, kind))


class PhotoQuerySet(models.QuerySet):
    def public(self, at):
        """This will return the photos that an edition which the public may read at `at` uses."""
        published = Edition.objects.published(at).order_by()
        return self.filter(Exists(published.filter(photo_uses__photo=OuterRef("pk"))))

    def for_search(self, words):
        """This will return the photos whose captions, alt texts, credit or licence hold every one of the words.

        Without regard to case in Cyrillic too, which one of the two databases cannot do itself.
        """
        texts = (f"{text}_{code}" for text in ("caption", "alt") for code in Language.values)
        names = ["credit", "licence", *texts]
        found = self
        for word in words_of(words):
            spellings = {word, word.lower(), word.capitalize(), word.upper()}
            found = found.filter(
                reduce(or_, (Q(**{f"{name}__icontains": text}) for name in names for text in spellings))
            )
        return found.order_by("-pk")

    def for_library(self):
        """This will return the photos with what the library tells of each: whether a text or a story uses it."""
        used = Exists(PhotoUse.objects.filter(photo=OuterRef("pk")))
        return self.annotate(is_used=used | Exists(Article.objects.filter(lead_photo=OuterRef("pk"))))

    def printed(self):
        """This will return the photos that an approved edition has printed, withdrawn ones too."""
        uses = PhotoUse.objects.filter(photo=OuterRef("pk"), edition__approved_at__isnull=False)
        return self.filter(Exists(uses))

    def still_printed(self, at):
        """This will return the photos of approved editions which are or will be public, not withdrawn or suppressed."""
        editions = Edition.objects.filter(state=State.APPROVED).exclude(suppressed_at__lte=at).order_by()
        return self.filter(Exists(editions.filter(photo_uses__photo=OuterRef("pk"))))


class Photo(models.Model):
    """A picture with its credit and licence. The original is private and has no address.

    `width` and `height` are those of the picture as it is seen, turned the way its camera was held.
    """

    WIDTHS = (480, 960, 1600)  # of the renditions, at most: a smaller picture is never made larger
    SHARE = (1200, 630)  # of the one that other sites show beside a link, cropped around the focal point
    SIZES = ("480", "960", "1600", "share")
    KINDS = {"webp": "image/webp", "jpg": "image/jpeg"}

    original = models.ImageField(
        _("picture"), upload_to="originals/%Y/", width_field="width", height_field="height", max_length=250
    )
    width = models.PositiveIntegerField(_("width"), editable=False, default=0)
    height = models.PositiveIntegerField(_("height"), editable=False, default=0)
    credit = models.CharField(_("credit"), max_length=200, help_text=_("Printed beside the picture."))
    licence = models.CharField(_("licence"), max_length=120, help_text=_("Such as “CC BY 4.0” or “with permission”."))
    caption_kk = models.CharField(_("caption in Kazakh"), max_length=400, blank=True)
    caption_ru = models.CharField(_("caption in Russian"), max_length=400, blank=True)
    caption_en = models.CharField(_("caption in English"), max_length=400, blank=True)
    alt_kk = models.CharField(
        _("alt text in Kazakh"),
        max_length=400,
        blank=True,
        help_text=_("What the picture shows, for who cannot see it."),
    )
    alt_ru = models.CharField(_("alt text in Russian"), max_length=400, blank=True)
    alt_en = models.CharField(_("alt text in English"), max_length=400, blank=True)
    focal_x = models.PositiveSmallIntegerField(
        _("focal point across"), default=50, validators=[MinValueValidator(0), MaxValueValidator(100)],
        help_text=_("Percent from the left."),
    )  # fmt: skip
    focal_y = models.PositiveSmallIntegerField(
        _("focal point down"), default=50, validators=[MinValueValidator(0), MaxValueValidator(100)],
        help_text=_("Percent from the top."),
    )  # fmt: skip
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("uploaded by"), on_delete=models.PROTECT, null=True, blank=True,
        editable=False,
    )  # fmt: skip
    people = models.ManyToManyField(
        Person, verbose_name=_("people in the picture"), blank=True, related_name="photos",
        help_text=_(
            "People of the record whom it shows. Each must be cleared before an edition prints it. A story that has "
            "printed it leaves the public site at once when somebody is added who is not cleared."
        ),
    )  # fmt: skip
    checksum = models.CharField(_("SHA-256 of the original"), max_length=64, blank=True, editable=False, db_index=True)
    renditions_at = models.DateTimeField(_("renditions made at"), null=True, blank=True, editable=False)
    # What pages and feeds ask of the files, so that they need not ask the storage.
    renditions_set = models.CharField(_("set of renditions"), max_length=16, blank=True, editable=False)
    renditions_bytes = models.PositiveIntegerField(_("bytes of the largest JPEG"), default=0, editable=False)
    history = HistoricalRecords(m2m_fields=[people], excluded_fields=["renditions_set", "renditions_bytes"])

    objects = PhotoQuerySet.as_manager()

    class Meta:
        verbose_name = _("photo")
        verbose_name_plural = _("photos")
        # What `for_search` reads.
        indexes = [
            PartsIndex(
                fields=[
                    "credit", "licence", "caption_kk", "caption_ru", "caption_en", "alt_kk", "alt_ru", "alt_en",
                ],
                name="photo_parts",
            ),
        ]  # fmt: skip
        permissions = [("view_original", "Can see a photo's original and where it was taken")]
        constraints = [
            models.CheckConstraint(
                name="photo_has_a_credit", condition=~Q(credit=""), violation_error_message=_("Name the credit.")
            ),
            models.CheckConstraint(
                name="photo_has_a_licence", condition=~Q(licence=""), violation_error_message=_("Name the licence.")
            ),
            models.CheckConstraint(
                name="photo_focal_point_is_inside",
                condition=Q(focal_x__lte=100, focal_y__lte=100),
                violation_error_message=_("The focal point lies between 0 and 100 percent."),
            ),
        ]

    def __str__(self):
        return f"{self.caption or self.file_name} ({self.credit})"

    @property
    def file_name(self):
        """The file's own name, without the folders in which the house keeps it."""
        return PurePosixPath(self.original.name).name

    @property
    def caption(self):
        return in_language(self, "caption")

    @property
    def alt(self):
        return in_language(self, "alt")

    def rendition_url(self, size, kind="webp"):
        return path("rendition", self.pk, size, kind)

    @property
    def url(self):
        return self.rendition_url(960, "jpg")

    @property
    def share_url(self):
        return self.rendition_url("share", "jpg")

    @property
    def share_size(self):
        """The width and height of the sharing rendition: of its proportions, and never larger than the picture."""
        width, height = self.SHARE
        scale = min(1, self.width / width, self.height / height)
        return max(round(width * scale), 1), max(round(height * scale), 1)

    def srcset(self, address):
        """This will return the renditions with their true widths; `address(size)` says where each is."""
        true_widths = {min(width, self.width): width for width in reversed(self.WIDTHS)}
        return ", ".join(f"{address(size)} {true}w" for true, size in sorted(true_widths.items()))

    @property
    def srcset_webp(self):
        return _srcset(get_script_prefix(), self.pk, self.width, "webp")

    @property
    def srcset_jpg(self):
        return _srcset(get_script_prefix(), self.pk, self.width, "jpg")


class PhotoUse(models.Model):
    """A place for a picture in an edition's text. An imported place may wait for its photo, its credit kept.

    Place 0 is the lead photo's, made at approval. What an approved edition printed with its pictures stands here and
    is frozen with it; before, an empty caption or alt text means the photo's own.
    """

    LEAD = 0

    edition = models.ForeignKey(Edition, verbose_name=_("edition"), on_delete=models.CASCADE, related_name="photo_uses")
    place = models.PositiveSmallIntegerField(_("place"), help_text=_("[[photo 1]] in the text shows place 1."))
    photo = models.ForeignKey(
        Photo, verbose_name=_("photo"), on_delete=models.PROTECT, null=True, blank=True, related_name="uses"
    )
    credit_found = models.CharField(
        _("credit in the imported text"), max_length=200, blank=True,
        help_text=_("Kept from the import, until a photo with its own credit stands here."),
    )  # fmt: skip
    caption = models.CharField(
        _("caption"), max_length=400, blank=True, help_text=_("In this edition. Empty: the photo's own.")
    )
    alt = models.CharField(
        _("alt text"), max_length=400, blank=True, help_text=_("In this edition. Empty: the photo's own.")
    )
    credit = models.CharField(_("credit"), max_length=200, blank=True, editable=False)
    licence = models.CharField(_("licence"), max_length=120, blank=True, editable=False)

    class Meta:
        verbose_name = _("photo in the text")
        verbose_name_plural = _("photos in the text")
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "place"],
                name="photo_place_is_used_once",
                violation_error_message=_("This edition already has a photo in that place."),
            ),
        ]

    def __str__(self):
        return f"{self.place}: {self.photo or self.credit_found}"
