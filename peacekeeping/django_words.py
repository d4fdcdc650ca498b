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
    _("Empty"),
    _("Not empty"),
    _("The %(name)s “%(obj)s” was deleted successfully."),
    _("%(name)s with ID “%(key)s” doesn’t exist. Perhaps it was deleted?"),
    _("Select this object for an action - {}"),
    _("Select all objects on this page for an action"),
    _("%(app)s administration"),
    _("Breadcrumbs"),
    _("Models in the %(name)s application"),
    _("Model name"),
    _("Add link"),
    _("Change or view list link"),
    _("Error:"),
    _("Skip to main content"),
    _("Hide counts"),
    _("Show counts"),
    _("Clear all filters"),
    _("Sorting priority: %(priority_number)s"),
    _("Toggle theme (current theme: auto)"),
    _("Toggle theme (current theme: light)"),
    _("Toggle theme (current theme: dark)"),
    _("Yes, I’m sure"),
    _("Recent actions"),
    _("My actions"),
    _("Start typing to filter…"),
    _("Delete selected %(model)s"),
    _("Save and view"),
    _("Forgotten your login credentials?"),
    _(
        "You are authenticated as %(username)s, but are not authorized to access this page. Would you like to "
        "login to a different account?"
    ),
    _("We’re sorry, but the requested page could not be found."),
    _("Popup closing…"),
    _("Thanks for spending some quality time with the web site today."),
    _(
        "Please enter your old password, for security’s sake, and then enter your new password twice so we can "
        "verify you typed it in correctly."
    ),
    _("The two password fields didn’t match."),
    _("Enter the same password as before, for verification."),
    _("Please enter a correct %(username)s and password. Note that both fields may be case-sensitive."),
    _("Authentication and Authorization"),
    _("email address"),
    _("Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only."),
    _("Enter a valid username. This value may contain only letters, numbers, and @/./+/-/_ characters."),
    _("The password is too similar to the %(verbose_name)s."),
    _("Your password can’t be too similar to your other personal information."),
    _("This password is too common."),
    _("Your password can’t be a commonly used password."),
    _("This password is entirely numeric."),
    _("Your password can’t be entirely numeric."),
    _("Password change"),
    _("Password change successful"),
    ngettext_lazy(
        "This password is too short. It must contain at least %d character.",
        "This password is too short. It must contain at least %d characters.",
    ),
    ngettext_lazy(
        "Your password must contain at least %(min_length)d character.",
        "Your password must contain at least %(min_length)d characters.",
    ),
    ngettext_lazy("entry", "entries"),
)
