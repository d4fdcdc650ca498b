"""What the newsroom's desk pages need beside what they are given."""

from django import template
from django.urls import reverse

register = template.Library()
INLINES = ("photo_uses", "attachments")
PAGES = {"photo": "admin:articles_photo_change", "article": "admin:articles_article_change"}


@register.simple_tag
def place_of(problem, edition=None, perms=None):
    """This will return the address of the field, or of the page, where a `readiness.Problem` is mended.

    Who may not change photos is led to the table of the text's photos, whose captions and alt texts are the text's.
    """
    noun, _colon, pk = problem.field.partition(":")
    if noun == "photo" and edition and perms and not perms["articles"]["change_photo"]:
        # The page is loaded anew: a photo that was just put into the text has its row only then.
        return reverse("admin:articles_edition_change", args=[edition.pk]) + f"?photo={pk}#photo_uses-group"
    if pk:
        return reverse(PAGES[noun], args=[pk])
    return f"#{noun}-group" if noun in INLINES else f"#id_{noun}"
