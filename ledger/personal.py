"""What the house holds of people: what, why, whose, until when and who sees it, said beside each model.

Each floor says it of its own nouns in its `personal_data` module and registers it here. The page about it is made from
that, an account's own data and the erasing of a person go by it, and a test refuses a field of which nothing was said.
"""

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum

from django.apps import apps
from django.utils.translation import gettext_lazy as _

HELD: list["Held"] = []
BESIDE: list["Held"] = []  # what lies in no table
NOT_PERSONAL: dict[str, set] = defaultdict(set)


class Whose(StrEnum):
    PERSON = "person"
    STAFF = "staff"
    READER = "reader"
    GUEST = "guest"
    NAMED = "named"

    @property
    def label(self):
        return LABELS[self]


LABELS = {
    Whose.PERSON: _("People who served: soldiers, observers, police officers"),
    Whose.NAMED: _("Whoever a text, a picture or a document names"),
    Whose.READER: _("Readers of this site"),
    Whose.GUEST: _("Fact-checkers without an account"),
    Whose.STAFF: _("Those who work here"),
}


@dataclass(frozen=True)
class Held:
    """Fields of one noun (its label, such as missions.person) that hold something of people, for one purpose.

    `until` is a sentence, or a function that returns one where a setting decides. `names` says that it is a text in
    which somebody of the record may stand by name: who is anonymised is taken out of it.
    """

    noun: str
    fields: tuple
    whose: Whose
    what: str
    why: str
    until: object
    seen_by: str
    names: bool = False
    told_to_readers: bool = True

    @property
    def until_when(self):
        return self.until() if callable(self.until) else self.until

    @property
    def model(self):
        return apps.get_model(self.noun)


def holds(noun, *fields, **said):
    """This will say of a noun's fields what they hold of whom; the arguments are those of `Held`."""
    HELD.append(Held(noun, fields, **said))


def beside(**said):
    """This will say what is held of people outside the tables: in files, in a log, in a browser."""
    BESIDE.append(Held("", (), **said))


def holds_none(noun, *fields):
    """This will say of a noun's fields that nothing in them is about a person."""
    NOT_PERSONAL[noun].update(fields)


def of(noun):
    """This will return what is said of one noun."""
    return [held for held in HELD if held.noun == noun]


def texts_that_name():
    """This will return {model: [field]} of every text in which somebody of the record may stand by name."""
    found = defaultdict(list)
    for held in HELD:
        if held.names:
            found[held.model] += held.fields
    return dict(found)


def links_to(target):
    """This will return [(model, field)] of each declared field that leads to rows of the model `target`."""
    return [
        (held.model, name)
        for held in HELD
        for name in held.fields
        if held.model._meta.get_field(name).related_model is target
    ]


def for_readers():
    """This will return [(whose, [row])] for the public page: what several nouns hold alike is one row.

    A row has `what`, `why`, `until` and `seen_by` in words. What the ledger holds stands last.
    """
    told = defaultdict(dict)
    for held in sorted([*HELD, *BESIDE], key=lambda held: held.noun.startswith("ledger.")):
        if held.told_to_readers:
            row = told[held.whose].setdefault(str(held.what), {"why": {}, "until": {}, "seen_by": {}})
            for part, said in (("why", held.why), ("until", held.until_when), ("seen_by", held.seen_by)):
                row[part].setdefault(str(said))
    return [
        (
            whose.label,
            [{"what": what, **{part: list(said) for part, said in row.items()}} for what, row in told[whose].items()],
        )
        for whose in LABELS
        if whose in told
    ]


def for_staff():
    """This will return [(name of the noun, label, [Held])] for the desk, and what lies beside the tables."""
    by_noun = defaultdict(list)
    for held in HELD:
        by_noun[held.noun].append(held)
    rows = [(str(apps.get_model(noun)._meta.verbose_name), noun, found) for noun, found in sorted(by_noun.items())]
    return rows, BESIDE
