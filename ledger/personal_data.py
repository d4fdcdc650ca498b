"""What the ledger holds of people: those who work here, and ids of all others."""

from django.utils.translation import gettext_lazy as _

from ledger.personal import Whose, holds, holds_none

ADMINISTRATORS = _("administrators")
FOR_EVER_AS_ID = _("for ever, as a number: the name behind it goes when the account is closed")

holds(
    "ledger.user", "username", "first_name", "last_name", "email", "language",
    whose=Whose.STAFF, what=_("user name, name, e-mail address and language"),
    why=_("to sign in, to be written to, and so that colleagues know who did what"),
    until=_("until the account is closed; of who was invited and never came, for 90 days"),
    seen_by=_("administrators; colleagues see the name"),
)  # fmt: skip
holds(
    "ledger.user", "password", "last_login", "date_joined",
    whose=Whose.STAFF, what=_("a digest of the password, when the account was made and last used"),
    why=_("to let in nobody else, and to see which accounts are no longer used"),
    until=_("until the account is closed; of who was invited and never came, for 90 days"),
    seen_by=_("administrators; nobody can read the password"),
)  # fmt: skip
holds(
    "ledger.user", "groups", "user_permissions",
    whose=Whose.STAFF, what=_("the roles that somebody has here"), why=_("to let everybody do what is theirs to do"),
    until=_("until the account is closed; of who was invited and never came, for 90 days"), seen_by=ADMINISTRATORS,
)  # fmt: skip
holds(
    "ledger.entry", "by",
    whose=Whose.STAFF, what=_("who did what in the house, and when"),
    why=_("so that every change of the record and of a text can be answered for"),
    until=FOR_EVER_AS_ID, seen_by=ADMINISTRATORS,
)  # fmt: skip
holds(
    "ledger.entry", "object_id", "details",
    whose=Whose.PERSON, what=_("numbers of rows that somebody looked at or changed, never names"),
    why=_("so that every look at personal data can be answered for"),
    until=_("for ever, as a number: who is anonymised can no longer be found by it"), seen_by=ADMINISTRATORS,
)  # fmt: skip
holds(
    "ledger.erasure", "object_id", "reference",
    whose=Whose.PERSON, what=_("the number of who was anonymised, and that of the letter that asked for it"),
    why=_("so that a backup which is restored does not bring them back"),
    until=_("for ever, as a number: who is anonymised can no longer be found by it"),
    seen_by=_("records officers and administrators"),
)  # fmt: skip
holds(
    "ledger.erasure", "asked_by", "confirmed_by", "declined_by",
    whose=Whose.STAFF, what=_("who did what in the house, and when"),
    why=_("so that every change of the record and of a text can be answered for"),
    until=FOR_EVER_AS_ID, seen_by=ADMINISTRATORS,
)  # fmt: skip
holds_none("ledger.entry", "verb", "noun")
holds_none("ledger.erasure", "noun", "kind", "ground", "spared", "changed", "leftovers")
