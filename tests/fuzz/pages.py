"""Reads a page as a browser does: its forms, what they would send, and what they still hold when they come back."""

from dataclasses import dataclass, field, replace
from datetime import date
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup
from django import forms
from django.contrib.admin.helpers import AdminForm, InlineAdminFormSet
from django.core.files.uploadedfile import SimpleUploadedFile

from tests import makers

TEXT_LIKE = {"text", "textarea", "email", "url", "number", "date", "datetime-local", "time", "search", "tel", None}
ONE_TIME_CODE = "one-time-code"  # nobody types the same again: the next is another


@dataclass
class Form:
    """A form of a page: where it is sent, {name: values} as the page fills it in, and what kind of field each is."""

    action: str
    values: dict
    kinds: dict
    buttons: list = field(default_factory=list)

    @property
    def typed(self):
        """The names of the fields that a person types into."""
        return [name for name, kind in self.kinds.items() if kind in TEXT_LIKE]


def soup_of(response):
    return BeautifulSoup(response.content.replace(b"\0", b""), "lxml")  # which would read no further


def forms_of(response, address):
    """This will return the forms of a page that are sent by POST, filled in where something must be given."""
    if not response.get("Content-Type", "").startswith("text/html"):
        return []
    soup, known = soup_of(response), _django_fields(response)
    found = []
    for form in soup.find_all("form"):
        if form.get("method", "get").lower() != "post":
            continue
        parts = form.find_all(["input", "textarea", "select", "button"])
        if form.get("id"):
            parts += soup.find_all(["input", "textarea", "select", "button"], attrs={"form": form["id"]})
        read = Form(urlsplit(urljoin(address, form.get("action") or address)).path, {}, {})
        for part in parts:
            _read(part, read)
        _fill(read, known)
        found.append(read)
        elsewhere = {part["formaction"] for part in parts if part.get("formaction")}
        found += [replace(read, action=urlsplit(urljoin(address, one)).path) for one in sorted(elsewhere)]
    return found


def _read(part, form):
    name, kind = part.get("name"), part.get("type") if part.name != "textarea" else "textarea"
    is_unseen = "__prefix__" in (name or "") or "hidden" in part.get(
        "class", ()
    )  # a pattern for rows; a hint for browsers
    if not name or is_unseen or part.has_attr("disabled"):
        return
    if part.name == "button" or kind in ("submit", "button", "image", "reset"):
        form.buttons.append((name, part.get("value", "")))
        return
    values = form.values.setdefault(name, [])
    if part.name == "select":
        form.kinds[name] = "select"
        options = part.find_all("option")
        chosen = [one for one in options if one.has_attr("selected")]
        if not chosen and not part.has_attr("multiple"):
            chosen = [one for one in options if one.get("value")][:1] or options[:1]
        values += [one.get("value", one.text) for one in chosen]
    elif kind in ("checkbox", "radio"):
        form.kinds[name] = kind
        if part.has_attr("checked"):
            values.append(part.get("value", "on"))
    else:
        form.kinds[name] = kind
        if kind != "file":
            values.append(value_of(part))


def value_of(part):
    """This will return what a text field holds, as a browser shows it."""
    if part.name == "textarea":
        return part.text.removeprefix("\n")
    return part.get("value", "")


def _django_fields(response):
    """This will return {name in the form: field} of whatever forms the page was made of."""
    found = {}
    contexts = response.context or ()
    for context in [contexts] if isinstance(contexts, dict) else contexts:
        values = (
            context.values() if isinstance(context, dict) else [one for part in context.dicts for one in part.values()]
        )
        for value in values:
            if isinstance(value, AdminForm):
                value = value.form
            if isinstance(value, InlineAdminFormSet):
                value = value.formset
            several = value.forms if isinstance(value, forms.BaseFormSet) else [value]
            for form in several:
                if isinstance(form, forms.BaseForm):
                    found |= {form.add_prefix(name): one for name, one in form.fields.items()}
    return found


def _fill(form, known):
    for name, one in known.items():
        if name in form.kinds and one.required and not any(form.values.get(name, ())):
            form.values[name] = _something(one)


def _something(one):
    """This will return values that a required field takes."""
    if isinstance(one, forms.ModelChoiceField):
        return [str(one.prepare_value(row)) for row in one.queryset[:1]]
    if isinstance(one, forms.ChoiceField | forms.MultipleChoiceField):
        flat = [(key, label) for key, label in one.choices]
        flat = [pair for key, label in flat for pair in (label if isinstance(label, list | tuple) else [(key, label)])]
        return [str(key) for key, _label in flat if key not in ("", None)][:1]
    if isinstance(one, forms.FileField):
        return [SimpleUploadedFile("a.jpg", makers.picture((60, 40)), "image/jpeg")]
    for kind, value in (
        (forms.SplitDateTimeField, "2025-01-15"), (forms.DateTimeField, "2025-01-15T12:00"),
        (forms.DateField, date(2025, 1, 15).isoformat()), (forms.IntegerField, "1"), (forms.EmailField, "a@b.example"),
        (forms.URLField, "https://a.example/"), (forms.SlugField, "a-word"), (forms.BooleanField, "on"),
    ):  # fmt: skip
        if isinstance(one, kind):
            return [value]
    return ["Слово"]


def seen(text):
    """This will return the letters of a text that a page can show again, whatever became of line ends on the way."""
    return "".join(letter for letter in text if letter.isprintable() and not letter.isspace())


def lost(sent, soup):
    """This will return the names of the fields in which a page no longer holds what was typed into them."""
    gone = []
    for name, values in sent.items():
        typed = [seen(value) for value in values if isinstance(value, str)]
        parts = [
            part for part in soup.find_all(["input", "textarea"], attrs={"name": name})
            if part.name == "textarea" or (part.get("type") in TEXT_LIKE and part.get("autocomplete") != ONE_TIME_CODE)
        ]  # fmt: skip
        if parts and typed and seen(value_of(parts[-1])) != typed[-1]:
            gone.append(name)
    return gone


def refusals(soup):
    """This will return the sentences with which a page refuses what was sent, without what was typed."""
    marked = soup.select(".errorlist li, .errornote, .messagelist .error, [role=alert], .desk-refusal, .error")
    return [part.get_text(" ", strip=True) for part in marked if part.get_text(strip=True)]
