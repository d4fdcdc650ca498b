"""The upload of many pictures at once, and what each of them needs before the library keeps it."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from articles import photo_intake, photos, renditions
from articles.forms import ManyPicturesForm, WaitingPhotoForm, refusal_of

AT_ONCE = 60  # forms on one page; Django refuses a page of a thousand fields
SHARED = ("credit", "licence")


class Upload:
    """The part of the photo's admin that takes in many files."""

    def upload_view(self, request):
        if not self.has_add_permission(request):
            raise PermissionDenied
        results, at = [], timezone.now()
        if request.method == "POST":
            results += [self._received(request, file, at) for file in request.FILES.getlist("files")]
        rows = photo_intake.waiting(request.user, at=at)
        forms = []
        for row in rows[:AT_ONCE]:
            form = self._form(request, row)
            outcome = self._settled(request, row, form)
            if outcome:
                results.append(outcome)
            else:
                forms.append((row, form))
        context = {
            **self.admin_site.each_context(request), "title": _("Upload photos"), "opts": self.opts,
            "upload": ManyPicturesForm(), "results": results, "forms": forms, "more": max(len(rows) - AT_ONCE, 0),
            "days": photo_intake.LIFE.days,
        }  # fmt: skip
        return render(request, "admin/articles/photo/upload.html", context)

    def _received(self, request, file, at):
        """This will return (name, whether it was taken, sentence) of one uploaded file."""
        try:
            photo_intake.receive(file, by=request.user, at=at)
        except photos.CannotTake as error:
            return file.name, False, refusal_of(error)
        return file.name, True, _("It waits below for its credit and licence.")

    def _form(self, request, row):
        """This will return the form of what waits: as it was sent, or with what its file says."""
        if f"{row.key}-credit" not in request.POST:
            return WaitingPhotoForm(prefix=row.key, initial=photo_intake.facts(row).initial())
        if "keep" not in request.POST:  # more files came meanwhile: what was typed stays, and nothing is judged yet
            typed = {name: request.POST.get(f"{row.key}-{name}", "") for name in WaitingPhotoForm.base_fields}
            return WaitingPhotoForm(prefix=row.key, initial=typed)
        data = request.POST.copy()
        for name in SHARED:  # what was typed once for all of them
            if not data.get(f"{row.key}-{name}", "").strip():
                data[f"{row.key}-{name}"] = request.POST.get(f"all-{name}", "")
        return WaitingPhotoForm(data, prefix=row.key)

    def _settled(self, request, row, form):
        """This will keep or remove what waits, as its form says, and return its result; None while it waits on."""
        if not form.is_bound:
            return None
        form.full_clean()
        if form.cleaned_data.get("leave_out"):
            photo_intake.discard(row)
            return row.name, False, _("Removed, as you asked.")
        if not form.is_valid():
            return None
        at = timezone.now()
        try:
            with transaction.atomic():
                photo = form.save(commit=False)
                photo.uploaded_by = request.user
                photo_intake.keep(row, photo)
                self.log_addition(request, photo, [])
                renditions.order(photo, at=at)
        except photos.CannotTake as error:
            photo_intake.discard(row)
            return row.name, False, refusal_of(error)
        photo_intake.discard(row)
        return row.name, True, _("The library has it now.")

    def waiting_view(self, request, key):
        """A small picture of what waits, for who brought it."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        row = photo_intake.find(request.user, key, at=timezone.now())
        if row is None:
            raise Http404
        try:
            content = photo_intake.preview(row)
        except photos.CannotTake:  # its heading is right, and what follows is not
            raise Http404 from None
        response = HttpResponse(content, content_type="image/jpeg")
        response["Cache-Control"] = "private, no-store"
        return response
