"""The words of the text editor's own buttons and dialogs: it has them in English only, and the page hands ours over."""

import json

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

WORDS = [
    # Buttons
    _("bold"), _("italic"), _("subscript"), _("superscript"), _("paragraph"), _("Paragraph"), _("Heading 2"),
    _("Heading 3"), _("unordered list"), _("ordered list"), _("blockquote"), _("horizontal rule"), _("insert link"),
    _("remove link"), _("undo"), _("redo"),
    # The dialogs of a link and of a list
    _("Edit Link"), _("URL"), _("Title"), _("Update"), _("Cancel"), _("List properties"), _("List type"), _("Bullets"),
    _("Decimal numbers"), _("Lowercase letters"), _("Uppercase letters"), _("Lowercase Roman numerals"),
    _("Uppercase Roman numerals"), _("Start at"),
]  # fmt: skip


def words():
    """This will return {English: the reader's language} of what the editor says, as JSON."""
    return json.dumps({word: gettext(word) for word in WORDS})
