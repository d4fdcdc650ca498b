"""The table of roles: what each may do, as permission strings. `docs/editors.md` shows the same table.

The ledger knows permissions only as strings, so that this lowest floor need not know the floors above it.
"""

from django.contrib.auth.models import Group, Permission
from django.core.checks import Warning as CheckWarning
from django.utils.translation import gettext_noop

from ledger.models import User


def _all(noun, *verbs):
    """This will return the admin permissions `verbs` (view, add, change, delete) for `app.model`."""
    app, model = noun.split(".")
    return {f"{app}.{verb}_{model}" for verb in verbs}


def _each(nouns, *verbs):
    return set().union(*(_all(noun, *verbs) for noun in nouns))


RECORD = [
    "missions.country", "missions.mission", "missions.missionalias", "missions.unit", "missions.deployment",
    "missions.milestone", "missions.source",
]  # fmt: skip
PRIVATE_RECORD = ["missions.person", "missions.tour", "missions.clearance"]
UN_FIGURES = ["missions.contribution", "missions.casualty", "missions.importrun", "missions.acceptance"]
STORY = ["articles.article", "articles.edition", "articles.photouse", "articles.attachment"]
SHELVES = ["articles.section", "articles.topic", "articles.author"]
NEWSROOM_LOG = [
    "articles.claim", "articles.correction", "articles.transition", "articles.redirect", "articles.revision",
    "articles.comment", "articles.reviewlink",
]  # fmt: skip
FRONT = ["articles.frontpage", "articles.pin", "articles.bundle"]
READERS_REPORTS = {"articles.view_errorreport", "articles.change_errorreport"}  # an error of the record too

_author = (
    _each(STORY, "view", "add", "change")
    | _each(["articles.photouse", "articles.attachment"], "delete")
    | _each(SHELVES + NEWSROOM_LOG + ["articles.photo"] + RECORD, "view")
    | _all("articles.photo", "add")
    | _all("articles.comment", "add")
)
_editor = (
    _author
    | _each(SHELVES + FRONT, "view", "add", "change", "delete")
    | _each(["articles.photo"], "view", "add", "change")
    | _each(["articles.comment", "articles.reviewlink"], "add", "change")
    | {"articles.approve_edition", "articles.withdraw_edition"}
    | READERS_REPORTS
)
_records = (
    _each(RECORD, "view", "add", "change", "delete")
    | _each(PRIVATE_RECORD, "view", "add", "change")
    | _each(UN_FIGURES, "view")
    | {"missions.add_acceptance", "missions.add_importrun", "missions.clear_field"}
    | {"reports.run_reports", "reports.take_personal_data"}
    | READERS_REPORTS
)
_reports = _each(["reports.reportrun", "reports.savedreport", "reports.schedule"], "view") | _each(
    ["reports.savedreport", "reports.schedule"], "add", "change", "delete"
)

ROLES = {
    gettext_noop("author"): _author,
    gettext_noop("editor"): _editor,
    gettext_noop("photo editor"): _each(["articles.photo", "articles.photouse"], "view", "add", "change", "delete")
    | _each(["articles.article", "articles.edition"], "view")
    | {"articles.view_original"},
    gettext_noop("records officer"): _records,
    gettext_noop("report staff"): _reports | {"reports.run_reports"} | _each(RECORD, "view"),
    gettext_noop("administrator"): _editor
    | _records
    | _reports
    | {"reports.run_reports", "ledger.view_entry", "articles.view_original", "articles.delete_photo"}
    | _each(["ledger.user"], "view", "add", "change")
    | _each(["auth.group"], "view"),
}


def install():
    """This will make each role a group with exactly its permissions. An unknown permission string is an error."""
    known = {f"{p.content_type.app_label}.{p.codename}": p for p in Permission.objects.select_related("content_type")}
    for role, strings in ROLES.items():
        unknown = strings - known.keys()
        if unknown:
            raise LookupError(f"The role {role} names permissions that do not exist: {', '.join(sorted(unknown))}.")
        group, _ = Group.objects.get_or_create(name=role)
        group.permissions.set([known[string] for string in strings])


def check(connection):
    """This will return a system check warning for whatever gives people other rights than the table.

    Not an error: an error would stop the migrate that puts the roles right. Ids and roles are named, and no person.
    """
    if not {"auth_group_permissions", "ledger_user_groups"} <= set(connection.introspection.table_names()):
        return []  # nothing was migrated yet
    held = {}
    groups = Group.objects.using(connection.alias).order_by("name")
    for name, app, codename in groups.values_list(
        "name", "permissions__content_type__app_label", "permissions__codename"
    ):
        held.setdefault(name, set()).update([f"{app}.{codename}"] if codename else [])
    warnings = [
        CheckWarning(
            _difference(role, strings, held.get(role)),
            hint="Run `manage.py migrate`: it installs the roles as the table has them.", id="ledger.W003",
        )
        for role, strings in ROLES.items() if held.get(role) != strings
    ]  # fmt: skip
    warnings += [
        CheckWarning(
            f"The group {name} is no role of the table.",
            hint="Rights come from the table of roles alone: delete the group.", id="ledger.W004",
        )
        for name in held.keys() - ROLES.keys()
    ]  # fmt: skip
    single = User.objects.using(connection.alias).filter(user_permissions__isnull=False).distinct().order_by("pk")
    warnings += [
        CheckWarning(
            f"The user {pk} holds single permissions.",
            hint="Rights come from the table of roles alone: take them away.", id="ledger.W005",
        )
        for pk in single.values_list("pk", flat=True)
    ]  # fmt: skip
    return warnings


def _difference(role, strings, held):
    if held is None:
        return f"The role {role} is missing."
    parts = {"lacks": strings - held, "holds besides": held - strings}
    said = [f"{words} {', '.join(sorted(differing))}" for words, differing in parts.items() if differing]
    return f"The role {role} differs from the table: it {' and '.join(said)}."
