"""Sentences of Django's own admin that its Kazakh catalogue lacks, or that its Russian one puts before a noun in a
case that the noun does not have there; ours fills the gap.

Nothing imports this: it is here for `make messages` to find. When Django's catalogue has them, they can go.
"""

from django.utils.translation import gettext_noop as _
from django.utils.translation import ngettext_lazy

MISSING = (
    ngettext_lazy("Please correct the error below.", "Please correct the errors below."),
    _("View site"),
    _("View"),
    _("Add %s"),
    _("Add %(name)s"),
    _("Change %s"),
    _("Select %s to change"),
    _("View %s"),
    _("Select %s to view"),
    _("Toggle sorting"),
    _("Remove from sorting"),
    _("Objects"),
    _("Summary"),
    _("Close"),
    _("No, take me back"),
    _("Currently:"),
    _("Change:"),
    _("Changed {fields}."),
    _("Added."),
    _("You may edit it again below."),
    _("You don’t have permission to view or edit anything."),
    _("The {name} “{obj}” was added successfully."),
    _("The {name} “{obj}” was added successfully. You may edit it again below."),
    _("The {name} “{obj}” was added successfully. You may add another {name} below."),
    _("The {name} “{obj}” was changed successfully."),
    _("The {name} “{obj}” was changed successfully. You may edit it again below."),
    _("The {name} “{obj}” was changed successfully. You may add another {name} below."),
    _("Change selected %(model)s"),
    _("Add another %(model)s"),
    _("View selected %(model)s"),
    _("Hold down “Control”, or “Command” on a Mac, to select more than one."),
    _(
        "Please enter the correct %(username)s and password for a staff account. Note that both fields may be "
        "case-sensitive."
    ),
)
