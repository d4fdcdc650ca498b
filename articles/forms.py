from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Q
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django_prose_editor.widgets import AdminProseEditorWidget

from articles import attachments, file_properties, photos, rendering, review, tokens, writing
from articles.models import Article, Attachment, Edition, ErrorReport, Photo
from articles.publishing import CannotMove
from missions import clearance
from missions.models import Person

EDITOR = {
    "extensions": {
        "Bold": True, "Italic": True, "Subscript": True, "Superscript": True, "HardBreak": True,
        "Heading": {"levels": [2, 3]}, "BulletList": True, "OrderedList": True, "ListItem": True, "Blockquote": True,
        "HorizontalRule": True, "Link": {"enableTarget": False, "protocols": ["http", "https", "mailto"]},
        "History": True, "Speaker": True, "Tokens": True,
    }
}  # fmt: skip


WRITTEN = ["article", "language", *Edition.WRITTEN]


class PeopleField(forms.ModelMultipleChoiceField):
    """The people of a row for who may not see the record's: names that are cleared at `at`, and else no name.

    `row` is the key of a story or a photo, `joined` the way from a person to it.
    """

    def __init__(self, row, *, joined, at, **options):
        people = Person.objects.all()
        self.names = {pk: person.name for pk, person in clearance.people(people, at=at).items()}
        chosen = people.filter(Q(pk__in=self.names) | Q(**{joined: row}) if row else Q(pk__in=self.names))
        super().__init__(chosen.distinct().order_by("pk"), required=False, **options)

    def label_from_instance(self, person):
        return self.names.get(person.pk) or _("a person whose name is not cleared (%(number)s)") % {"number": person.pk}


class EditionForm(forms.ModelForm):
    """The text of an edition. It is saved upon the version it was typed on, and never over somebody's newer text."""

    typed_upon = forms.IntegerField(required=False, widget=forms.HiddenInput)
    refusal = None  # why nothing can be saved upon the version that it was typed on
    conflict = None  # the edition as somebody else saved it meanwhile

    class Meta:
        model = Edition
        fields = WRITTEN
        widgets = {
            "body": AdminProseEditorWidget(config=EDITOR, preset="configurable"),
            "standfirst": forms.Textarea(attrs={"rows": 3}),
            "correction": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["typed_upon"] = self.instance.version

    def clean_body(self):
        body = rendering.clean(self.cleaned_data["body"])
        try:
            tokens.find(body)
        except tokens.BrokenToken as error:
            raise forms.ValidationError(str(error)) from error
        return body

    def clean(self):
        data = super().clean()
        slug, language = data.get("slug"), data.get("language") or self.instance.language
        article = data.get("article") or self.instance.article_id
        if slug and Edition.objects.filter(slug=slug, language=language).exclude(article=article).exists():
            self.add_error("slug", _("Another story already has this address in this language."))
        if not self.instance.pk and article and article.editions.open().filter(language=language).exists():
            self.add_error("language", _("This story already has an open draft in this language."))
        if self.instance.pk:
            try:
                writing.hold(self.instance.pk, version=data.get("typed_upon"), text=self.text())
            except (writing.Conflict, CannotMove) as refusal:
                self.refusal, self.conflict = refusal, getattr(refusal, "edition", None)
                self.add_error(None, str(refusal))
        return data

    def text(self):
        """This will return what was written, field by field, as far as it could be read."""
        return {name: self.cleaned_data[name] for name in Edition.WRITTEN if name in self.cleaned_data}


class AutosaveForm(EditionForm):
    """What is typed, saved as it stands: an unfinished token is no error yet."""

    def clean_body(self):
        return rendering.clean(self.cleaned_data["body"])

    class Meta(EditionForm.Meta):
        fields = Edition.WRITTEN


PICTURES = ",".join(f"image/{name}" for name in ("jpeg", "png", "webp", "avif", "tiff"))
PRINTED_WITH_PHOTO = ["credit", "licence", "caption_kk", "caption_ru", "caption_en", "alt_kk", "alt_ru", "alt_en"]


def refusal_of(error):
    """This will return the sentence of a `photos.CannotTake`; a duplicate leads to the photo that is there."""
    if isinstance(error, photos.Duplicate):
        address = reverse("admin:articles_photo_change", args=[error.photo.pk])
        return format_html('<a href="{}">{}</a>', address, error)
    return str(error)


class ArticleForm(forms.ModelForm):
    at = None  # the moment of the request; its door sets it

    class Meta:
        model = Article
        fields = [
            "working_title", "section", "lead_photo", "embargo_until", "topics", "authors", "missions", "people",
        ]  # fmt: skip

    def clean_embargo_until(self):
        """No embargo is laid upon an hour that was approved: the story would be public before its embargo ends."""
        embargo = self.cleaned_data.get("embargo_until")
        if embargo and self.instance.pk and "embargo_until" in self.changed_data:
            Article.objects.select_for_update().get(pk=self.instance.pk)  # an approval under way is waited for
            early = Edition.objects.scheduled_before(embargo, article=self.instance, at=self.at).first()
            if early:
                raise forms.ValidationError(
                    _("%(edition)s is approved for an earlier hour. Move that hour or withdraw the edition first.")
                    % {"edition": early}
                )
        return embargo


class PhotoForm(forms.ModelForm):
    at = None  # the moment of the request; its door sets it
    original = forms.FileField(
        label=_("Picture"), widget=forms.FileInput(attrs={"accept": PICTURES}),
        help_text=_(
            "Only who may see originals can take it out again. Save a picture alone, and its credit, licence and "
            "caption are read from its file for you to check."
        ),
    )  # fmt: skip

    class Meta:
        model = Photo
        fields = ["original", *PRINTED_WITH_PHOTO, "focal_x", "focal_y", "people"]

    def clean_original(self):
        file = self.cleaned_data["original"]
        is_new, standing = "original" in self.changed_data, Photo.objects.filter(pk=self.instance.pk)
        # An earlier state of the row comes back with its earlier picture.
        is_other = is_new or standing.exclude(original=self.instance.original.name).exists()
        if is_other and standing.printed().exists():
            raise forms.ValidationError(
                _("An approved story has printed this picture. Add the new one as a photo of its own.")
            )
        if not is_new:
            return file
        try:
            self.instance.checksum = photos.admit(file, besides=self.instance)
        except photos.CannotTake as error:
            raise forms.ValidationError(refusal_of(error)) from error
        self.instance.renditions_at = None
        return file

    def clean(self):
        data = super().clean()
        if self.instance.pk:
            texts = {name: data.get(name) or "" for name in ("credit", "licence") if name in self.changed_data}
            for field, sentence in photos.uncleared_in_print(self.instance, texts, at=self.at):
                self.add_error(field, sentence)
        return data


class ManyFilesInput(forms.FileInput):
    allow_multiple_selected = True


class ManyPicturesForm(forms.Form):
    """The upload of many pictures: each file is judged by itself, so that a bad one never loses the good ones."""

    files = forms.FileField(
        label=_("Pictures"), required=False, widget=ManyFilesInput(attrs={"accept": PICTURES}),
        help_text=_("One or many: JPEG, PNG, WebP, AVIF or TIFF."),
    )  # fmt: skip


class WaitingPhotoForm(forms.ModelForm):
    """What a picture that came in needs before the library keeps it."""

    # A picture that waits on must not keep the browser from sending the others, nor what was typed once for all.
    use_required_attribute = False

    leave_out = forms.BooleanField(label=_("Do not keep this picture"), required=False)

    class Meta:
        model = Photo
        fields = PRINTED_WITH_PHOTO


class AttachmentForm(forms.ModelForm):
    is_cleaned = False  # whether the file named who made it, and no longer does

    class Meta:
        model = Attachment
        fields = ["title", "file"]
        help_texts = {"file": _("PDF, XLSX, DOCX, ODS, ODT, CSV or TXT, at most 25 MB, without macros.")}
        widgets = {"file": forms.FileInput}

    def clean_file(self):
        file = self.cleaned_data["file"]
        if "file" in self.changed_data:
            try:
                self.instance.kind = attachments.check(file)
                cleaned = file_properties.without_maker(file, self.instance.kind)
            except (attachments.CannotAttach, file_properties.NamesItsMaker) as error:
                raise forms.ValidationError(str(error)) from error
            if cleaned is not None:
                file, self.is_cleaned = SimpleUploadedFile(file.name, cleaned), True
            self.instance.size = file.size
        return file


def _is_of_our_time(moment):
    if not 1900 < moment.year < 9999:  # beyond that a moment has no place in every time zone
        raise forms.ValidationError(forms.DateTimeField.default_error_messages["invalid"])


def _moment(label, help_text, **attrs):
    """This will return a field for a moment in local time. An hour that a change of the zone skips is refused."""
    widget = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local", **attrs})
    return forms.DateTimeField(
        label=label, required=False, widget=widget, help_text=help_text, validators=[_is_of_our_time]
    )  # fmt: skip


class MomentsForm(forms.Form):
    """From when and until when an edition is public; both may stay empty."""

    public_from = _moment(_("Public from"), _("Empty: at once."))
    public_until = _moment(_("Public until"), _("Empty: until a later edition takes over."))

    def moments(self):
        return {name: self.cleaned_data[name] for name in ("public_from", "public_until")}


class ApprovalForm(MomentsForm):
    """The moments on the writing screen, whose fields belong to the form of the text."""

    public_from = _moment(_("Public from"), _("Empty: at once."), form="edition_form")
    public_until = _moment(_("Public until"), _("Empty: until a later edition takes over."), form="edition_form")


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=2000, widget=forms.TextInput(attrs={"form": "edition_form"})
    )


class CommentForm(forms.Form):
    about = forms.CharField(
        label=_("About"),
        required=False,
        max_length=200,
        help_text=_("The figure or the words that you mean. Leave it empty to speak of the whole text."),
        widget=forms.TextInput(attrs={"list": "figures-of-text", "autocomplete": "off"}),
    )
    text = forms.CharField(
        label=_("Comment"), max_length=review.LONGEST_COMMENT, widget=forms.Textarea(attrs={"rows": 4})
    )


class ReviewLinkForm(forms.Form):
    reviewer = forms.CharField(
        label=_("For whom"), max_length=200, help_text=_("The fact-checker's name: their comments stand under it.")
    )
    days = forms.IntegerField(
        label=_("Days"), min_value=1, max_value=review.LONGEST, initial=review.USUAL,
        help_text=_("So long the link holds, unless you revoke it or the text is decided before."),
    )  # fmt: skip


class ErrorReportForm(forms.Form):
    """What a reader says is wrong with a figure. `website` is seen by no reader: who fills it in is a machine."""

    wrong = forms.CharField(
        label=_("What is wrong?"), max_length=ErrorReport.LONGEST_WRONG,
        widget=forms.Textarea(attrs={"rows": 5, "autocomplete": "off"}),
    )  # fmt: skip
    source = forms.CharField(
        label=_("Your source, if you have one"), max_length=ErrorReport.LONGEST_SOURCE, required=False,
        help_text=_("A document, a page, a book: whatever lets us check it."),
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off"}),
    )  # fmt: skip
    email = forms.EmailField(
        label=_("Your e-mail address, if you want an answer"), max_length=254, required=False,
        help_text=_(
            "Only our desk sees it. It is deleted 14 days after your report is settled, at the latest after 180 days."
        ),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )  # fmt: skip
    website = forms.CharField(
        label=_("Leave this field empty"), required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )  # fmt: skip

    @property
    def is_of_a_machine(self):
        return bool(self.cleaned_data["website"])
