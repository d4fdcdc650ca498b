"""The numbers of a draft that are no claims yet, and the buttons that make them some."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles import binding
from articles.admin.base import say_why
from articles.models import Edition
from articles.publishing import CannotMove
from missions import figures


class BindingForm(forms.Form):
    """Which words of the body become which figure. A figure typed by hand goes before the one that was chosen."""

    place = forms.IntegerField(min_value=0)
    words = forms.CharField(max_length=300, strip=False)
    version = forms.IntegerField(min_value=0)
    figure = forms.CharField(max_length=120, required=False)
    typed = forms.CharField(max_length=120, required=False)
    way = forms.ChoiceField(choices=[("value", _("the record's figure")), ("words", _("my words"))])


def numbers_view(request, pk):
    """The list of an open edition's numbers (GET), and the exchange of one of them for a token (POST)."""
    if not request.user.has_perm("articles.change_edition"):
        raise PermissionDenied
    edition = get_object_or_404(Edition, pk=pk)
    if not edition.is_open:
        messages.error(request, _("What was approved is not changed: open the next edition."))
        return redirect("admin:articles_edition_change", pk)
    if request.method == "POST":
        return _bind(request, edition)
    at = timezone.now()
    context = admin.site.each_context(request) | {
        "title": _("Numbers in the text"),
        "edition": edition,
        "found": binding.unclaimed(edition, at=at),
        "vocabulary": figures.VOCABULARY.values(),
    }
    return render(request, "admin/articles/edition/numbers.html", context)


def _bind(request, edition):
    form = BindingForm(request.POST)
    asked = ""
    if form.is_valid():
        asked = form.cleaned_data["typed"].strip() or form.cleaned_data["figure"].strip()
    if not asked:
        messages.error(request, _("Choose the figure that the number is."))
        return redirect("admin:articles_edition_numbers", edition.pk)
    data = form.cleaned_data
    try:
        binding.bind(
            edition, place=data["place"], words=data["words"], asked=asked, keep_words=data["way"] == "words",
            version=data["version"], by=request.user, at=timezone.now(),
        )  # fmt: skip
    except CannotMove as refusal:
        say_why(request, refusal)
    else:
        messages.success(request, _("“%(words)s” is now held against the record.") % {"words": data["words"]})
    return redirect("admin:articles_edition_numbers", edition.pk)
