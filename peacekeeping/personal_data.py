"""What lies under the floors and around them: Django's own tables, the log, the browser, letters, counters."""

from django.conf import settings
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from ledger.personal import Whose, beside, holds, holds_none
from ledger.personal_data import NO_WORK_LOST


def log_days():
    days = settings.HOUSE["log_days"]
    if not days:
        return now("whoever runs this installation has not stated it yet")
    return ngettext("%(count)s day", "%(count)s days", days) % {"count": days}


def session_days():
    days = settings.SESSION_COOKIE_AGE // 86400
    return ngettext(
        "%(count)s day after the last sign-in, or until somebody signs out",
        "%(count)s days after the last sign-in, or until somebody signs out",
        days,
    ) % {"count": days}


holds(
    "sessions.session", "session_key", "session_data",
    whose=Whose.STAFF, what=_("that somebody is signed in, in which language, and what the desk last told them"),
    why=_("so that nobody signs in for each page"), until=session_days, seen_by=_("nobody"),
)  # fmt: skip
holds(
    "django_tasks_database.dbtaskresult", "args_kwargs", "return_value", "worker_ids",
    whose=Whose.STAFF, what=_("work that waits or was done in the background, with numbers of rows and of who asked"),
    why=_("so that nobody waits for large files"), until=_("14 days after it was done"), seen_by=_("nobody"),
)  # fmt: skip
holds(
    "django_tasks_database.dbtaskresult", "traceback",
    whose=Whose.NAMED, names=True, what=_("where work in the background broke off, with what was in hand"),
    why=_("to find the fault"), until=_("14 days after it was done"), seen_by=_("whoever runs the server"),
)  # fmt: skip
holds(
    "admin.logentry", "user", "object_id", "object_repr", "change_message",
    whose=Whose.STAFF, what=_("nothing: a table of the software that this house does not use"),
    why=_("the ledger stands in its place"), until=_("it is empty"), seen_by=_("nobody"), told_to_readers=False,
)  # fmt: skip
beside(
    whose=Whose.READER, what=_("the network address, the hour, the page and the browser's name, in the server's log"),
    why=_("to find faults and fend off attacks"), until=log_days, seen_by=_("whoever runs the server"),
)  # fmt: skip
beside(
    whose=Whose.READER, what=_("a cookie of the form for an error in a figure; nothing else is stored in the browser"),
    why=_("so that nobody else can send the form in your name"), until=_("until the browser is closed"),
    seen_by=_("nobody"),
)  # fmt: skip
beside(
    whose=Whose.READER,
    what=_("how often a network address asked for something, as a digest that nobody can read back"),
    why=_("so that nobody floods the newsroom or tries passwords"), until=_("one hour"), seen_by=_("nobody"),
)  # fmt: skip
beside(
    whose=Whose.STAFF, what=_("e-mail that the house sent: invitations, new passwords, what waits"), why=NO_WORK_LOST,
    until=_("the house keeps none; mail servers have rules of their own"), seen_by=_("who was written to"),
)  # fmt: skip
beside(
    whose=Whose.PERSON, what=_("backups of everything above"), why=_("so that the record outlives a fire"),
    until=_("as long as whoever runs the server keeps them; after a restore, who was erased is erased again"),
    seen_by=_("whoever runs the server"),
)  # fmt: skip

holds_none("django_tasks_database.dbtaskresult", "status", "task_path", "queue_name", "backend_name",
           "exception_class_path")  # fmt: skip
holds_none("auth.group", "name")
holds_none("auth.permission", "name", "codename")
holds_none("contenttypes.contenttype", "app_label", "model")
