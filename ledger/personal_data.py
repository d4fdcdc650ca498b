"""What the ledger holds of people: those who work here, and ids of all others."""

from django.utils.translation import gettext_lazy as _

from ledger.personal import Whose, holds, holds_none

ADMINISTRATORS = _("administrators")
RECORDS = _("records officers and administrators")
WHO_DID = _("who did what in the house, and when")
TO_ANSWER = _("so that every change of the record and of a text can be answered for")
NO_WORK_LOST = _("so that work is not forgotten")
FOR_EVER_AS_ID = _("for ever, as a number: the name behind it goes when the account is closed")
FOR_EVER_AS_NUMBER = _("for ever, as a number: who is anonymised can no longer be found by it")
WITH_THE_ACCOUNT = _("until the account is closed; of who was invited and never came, for 90 days")

holds(
    "ledger.user", "username", "first_name", "last_name", "email", "language", whose=Whose.STAFF,
    what=_("user name, name, e-mail address and language"),
    why=_("to sign in, to be written to, and so that colleagues know who did what"), until=WITH_THE_ACCOUNT,
    seen_by=_("administrators; colleagues see the name"),
)  # fmt: skip
holds(
    "ledger.user", "password", "last_login", "date_joined", whose=Whose.STAFF,
    what=_("a digest of the password, when the account was made and last used"),
    why=_("to let in nobody else, and to see which accounts are no longer used"), until=WITH_THE_ACCOUNT,
    seen_by=_("administrators; nobody can read the password"),
)  # fmt: skip
holds(
    "ledger.user", "groups", "user_permissions", whose=Whose.STAFF, what=_("the roles that somebody has here"),
    why=_("to let everybody do what is theirs to do"), until=WITH_THE_ACCOUNT, seen_by=ADMINISTRATORS,
)  # fmt: skip
holds(
    "ledger.entry", "by", whose=Whose.STAFF, what=WHO_DID, why=TO_ANSWER, until=FOR_EVER_AS_ID, seen_by=ADMINISTRATORS,
)  # fmt: skip
holds(
    "ledger.entry", "object_id", "details", whose=Whose.PERSON,
    what=_("numbers of rows that somebody looked at or changed, never names"),
    why=_("so that every look at personal data can be answered for"), until=FOR_EVER_AS_NUMBER, seen_by=ADMINISTRATORS,
)  # fmt: skip
holds(
    "ledger.erasure", "object_id", "reference", whose=Whose.PERSON,
    what=_("the number of who was anonymised, and that of the letter that asked for it"),
    why=_("so that a backup which is restored does not bring them back"), until=FOR_EVER_AS_NUMBER, seen_by=RECORDS,
)  # fmt: skip
holds(
    "ledger.erasure", "asked_by", "confirmed_by", "declined_by", whose=Whose.STAFF, what=WHO_DID, why=TO_ANSWER,
    until=FOR_EVER_AS_ID, seen_by=ADMINISTRATORS,
)  # fmt: skip
holds_none("ledger.entry", "verb", "noun")
holds_none("ledger.erasure", "noun", "kind", "ground", "spared", "changed", "leftovers")
holds_none("ledger.seal", "ranges", "entries_sha256", "before", "sha256")
holds(
    "mfa.authenticator", "user", "type", "data",
    whose=Whose.STAFF, what=_("second factors: keys, what they are called, and when they were used"),
    why=_("to let in nobody who only knows the password"),
    until=_("until its owner removes it, or the account is closed"),
    seen_by=_("its owner; nobody can read the secrets, which are encrypted"),
)  # fmt: skip
holds(
    "usersessions.usersession", "user", "ip", "session_key", "user_agent", "data",
    whose=Whose.STAFF, what=_("where an account is signed in: network address and browser"),
    why=_("so that its owner sees sessions that are not theirs, and ends them"),
    until=_("until the session ends, at the latest with the next sign-in after it"), seen_by=_("its owner"),
)  # fmt: skip
holds(
    "socialaccount.socialaccount", "user", "provider", "uid", "extra_data",
    whose=Whose.STAFF, what=_("by what the house's single sign-on knows somebody"),
    why=_("to let in nobody else"), until=_("until the account is closed"), seen_by=_("nobody on the desk"),
)  # fmt: skip
# The library's tables for sign-up, further addresses and tokens: this house fills none of them.
holds_none("account.emailaddress", "user", "email")
holds_none("account.emailconfirmation", "email_address", "key")
holds_none("socialaccount.socialapp", "provider", "provider_id", "name", "client_id", "secret", "key", "settings")
holds_none("socialaccount.socialtoken", "app", "account", "token", "token_secret")
