"""Who may enter where: one row or more for each address of the house, written by hand from the table of roles.

The table of roles stands in `docs/editors.md`. Nothing here is made from what the software does: a door that opens to
somebody else than its row says is an error of one of the two. `{name}` in an address is a row of `tests.whole_house`.
"""

from dataclasses import dataclass, field

NOBODY, READER, NO_ROLE, ABOVE = "nobody", "reader with an account", "staff without a role", "above the table of roles"
A, E, P, R, S, D = "author", "editor", "photo editor", "records officer", "report staff", "administrator"
X = ABOVE
DESK = frozenset({A, E, P, R, S, D, X, NO_ROLE})  # whoever may sign in on the desk
ALL = DESK | {NOBODY, READER}
NEWSROOM, WRITERS, RECORD = {A, E, P, D, X}, {A, E, D, X}, {A, E, R, S, D, X}
TAKERS, PRIVATE, EDITORS = {R, S, D, X}, {R, D, X}, {E, D, X}
NONE = frozenset()


@dataclass(frozen=True)
class Row:
    """One question at one address: who may ask it, and how those are answered (`opens`).

    Who belongs to the desk and may not is answered with a status of `shut`, others are sent to sign in; but at an
    address `of_the_site` everybody who may not hears the same. To who may not, an address of a row that is there and
    one of a row that is not answer alike, unless they are among `knows`, who are shown a list of such rows.
    """

    address: str
    may: frozenset | set
    method: str = "get"
    sent: dict = field(default_factory=dict)
    opens: tuple = (200, 302)
    shut: tuple = (403,)
    of_the_site: bool = False
    knows: frozenset | set = NONE


@dataclass(frozen=True)
class Noun:
    """Who sees the list and the rows of a noun of the desk, and who adds, changes and deletes; `row` names one."""

    row: str
    see: set
    add: set = NONE
    change: set = NONE
    delete: set = NONE
    has_history: bool = False


def _kept(row, see, write, delete=NONE):
    return Noun(row, see, write, write, delete or write, has_history=True)


NOUNS = {
    "articles.article": Noun("story", NEWSROOM, WRITERS, WRITERS, {X}, has_history=True),
    "articles.edition": Noun("spare_draft", NEWSROOM, WRITERS, WRITERS, {X}),
    "articles.section": _kept("section", WRITERS, EDITORS),
    "articles.topic": _kept("topic", WRITERS, EDITORS),
    "articles.author": _kept("byline", WRITERS, EDITORS),
    "articles.photo": Noun("photo", NEWSROOM, NEWSROOM, {E, P, D, X}, {P, D, X}, has_history=True),
    "articles.frontpage": Noun("layout", EDITORS, EDITORS, NONE, EDITORS),  # one that lies ahead is taken back
    "articles.bundle": Noun("bundle", EDITORS, EDITORS, EDITORS, EDITORS),
    "articles.claim": Noun("claim", WRITERS),
    "articles.correction": Noun("correction", WRITERS),
    "articles.transition": Noun("transition", WRITERS),
    "articles.redirect": Noun("redirect", WRITERS),
    "articles.revision": Noun("revision", WRITERS),
    "articles.comment": Noun("comment", WRITERS),
    "articles.reviewlink": Noun("link", WRITERS),
    "articles.errorreport": Noun("reported", {E, R, D, X}),
    "missions.country": _kept("country", RECORD, PRIVATE),
    "missions.mission": _kept("mission", RECORD, PRIVATE),
    "missions.missionalias": _kept("alias", RECORD, PRIVATE),
    "missions.unit": _kept("unit", RECORD, PRIVATE),
    "missions.deployment": _kept("deployment", RECORD, PRIVATE),
    "missions.milestone": _kept("milestone", RECORD, PRIVATE),
    "missions.source": _kept("source", RECORD, PRIVATE),
    "missions.person": _kept("person", PRIVATE, PRIVATE, {X}),
    "missions.tour": _kept("tour", PRIVATE, PRIVATE, {X}),
    # It is given, seconded and revoked, which are actions of its list; nobody changes it.
    "missions.clearance": Noun("clearance", PRIVATE, PRIVATE, NONE, NONE, has_history=True),
    "missions.contribution": Noun("contribution", PRIVATE),
    "missions.casualty": Noun("casualty", PRIVATE),
    "missions.importrun": Noun("import", PRIVATE),
    "missions.acceptance": Noun("acceptance", PRIVATE),
    "reports.reportrun": Noun("run", {S, D, X}),
    "reports.savedreport": Noun("saved", {S, D, X}, delete={X}),
    "reports.schedule": Noun("saved_monthly", {S, D, X}, delete={X}),
    "ledger.user": Noun("user", {D, X}, {D, X}, {D, X}, {X}),
    "ledger.entry": Noun("entry", {D, X}),
    "ledger.seal": Noun("seal", {D, X}),
    "ledger.erasure": Noun("erasure", PRIVATE),
    "auth.group": Noun("role", {D, X}),  # changed in the code, and by nobody on the desk
}
# Of these each sees their own alone, and who is above the table all: {noun: who sees the row of `NOUNS`}.
OWN = {"reports.savedreport": {S, X}, "reports.schedule": {S, X}}
WITH_DELETED_ROWS = {"missions.clearance": PRIVATE}  # where others than who changes a row see those that were deleted
# Actions of lists beside Django's own deletion: {noun: {action: who}}.
ACTIONS = {"missions.clearance": {"second": PRIVATE, "revoke": PRIVATE}}
# Filters of lists by a noun that not everybody sees who is offered them by name: colleagues, and sections.
OFFERED = {("articles.photo", "uploaded_by"), ("articles.article", "section"), ("reports.reportrun", "by")}


def of_a_noun(label, noun):
    """This will return {address as Django spells it: its rows} of the plain pages of a noun."""
    base, key = f"admin/{label.replace('.', '/')}/", f"{{{noun.row}}}"
    see = OWN.get(label, noun.see)
    knows, gone = noun.see, (403, 302)  # who sees other rows is led to the desk, as from a row that is not there
    pages = {
        "": [Row(base, noun.see)],
        "add/": [Row(f"{base}add/", noun.add), Row(f"{base}add/", noun.add, "post")],
        "<path:object_id>/change/": [
            Row(f"{base}{key}/change/", see, shut=gone),
            Row(f"{base}{key}/change/", noun.change, "post", knows=knows),
        ],
        "<path:object_id>/history/": [Row(f"{base}{key}/history/", see, shut=gone)],
        "<path:object_id>/delete/": [
            Row(f"{base}{key}/delete/", noun.delete, knows=knows),
            Row(f"{base}{key}/delete/", noun.delete, "post", {"post": "yes"}, knows=knows),
        ],
        "<path:object_id>/": [Row(f"{base}{key}/", DESK)],  # leads to the page of the change, whatever there is
    }
    if noun.has_history:
        past = f"{base}{key}/history/{{{noun.row}_past}}/"
        pages |= {
            "deleted/": [Row(f"{base}deleted/", WITH_DELETED_ROWS.get(label, noun.change))],
            "^([^/]+)/history/([^/]+)/$": [Row(past, noun.see), Row(past, noun.change, "post", knows=knows)],
        }
    return {base + page: rows for page, rows in pages.items()}
