"""Before the record is changed on the desk: what would that touch? The change is tried and rolled back, never reckoned.

The floors above answer through their inclusion tags in `admin/missions/would_touch.html`, which is rendered inside the
trial; what they have to know from before stands in `admin/missions/before_the_change.html`. The plan of an import is
tried in the same way, up to so many rows: beyond, the trial would take as long as the import, and hold its locks.
"""

from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from django.contrib.messages import get_messages
from django.db import transaction
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from missions.un_data import apply as imports

# Rows that a plan adds or changes: figures of the UN are written as one set, missions and people one by one.
MOST_AS_A_SET, MOST_ONE_BY_ONE = 2_000, 200
SAVE, BACK = "_save_all_the_same", "_back_to_the_form"


@dataclass
class Trial:
    """A change under trial at the moment `at`. Each floor above keeps in `before` what it compares with."""

    at: datetime
    before: dict = field(default_factory=dict)


def plan_touches(plan, request, *, at):
    """This will return as HTML what applying an import's plan would touch above the record, or "" where it is nothing.

    Returns None, having tried nothing, where the plan writes too many rows. The plan cannot be applied afterwards.
    Raises what `imports.apply` raises.
    """
    most = MOST_AS_A_SET if plan.staging else MOST_ONE_BY_ONE
    if plan.counts["added"] + plan.counts["changed"] > most:
        return None
    trial = Trial(at)
    with transaction.atomic():
        render_to_string("admin/missions/before_the_change.html", {"trial": trial})
        imports.apply(plan, by=request.user, at=at)
        touched = render_to_string("admin/missions/would_touch.html", {"trial": trial}, request).strip()
        transaction.set_rollback(True)
    return touched


class TriedFirst:
    """The part of a record's admin that shows what a change touches before it is saved.

    A change that touches nothing is saved at once: then the trial is the change. Else it is rolled back, with its
    history, its entry of the ledger and what the floors above wrote, and a page asks; what was posted is carried along.
    """

    def changeform_view(self, request, *args, **kwargs):
        return self._tried(request, partial(super().changeform_view, request, *args, **kwargs), is_a_form=True)

    def delete_view(self, request, *args, **kwargs):
        return self._tried(request, partial(super().delete_view, request, *args, **kwargs))

    def changelist_view(self, request, *args, **kwargs):
        return self._tried(request, partial(super().changelist_view, request, *args, **kwargs))

    def history_form_view(self, request, *args, **kwargs):
        return self._tried(request, partial(super().history_form_view, request, *args, **kwargs))

    def get_form(self, request, obj=None, change=False, **kwargs):
        """This will let a form that was left for the question come back as it was typed, unsaved."""
        form = super().get_form(request, obj, change=change, **kwargs)
        if BACK not in request.POST:
            return form

        class FormAsTyped(form):
            def is_valid(self):
                return False

        return FormAsTyped

    def _tried(self, request, change, *, is_a_form=False):
        if request.method != "POST" or SAVE in request.POST or BACK in request.POST:
            return change()
        trial = Trial(timezone.now())
        queued = get_messages(request)._queued_messages
        said = len(queued)
        with transaction.atomic():
            render_to_string("admin/missions/before_the_change.html", {"trial": trial})
            response = change()
            touched = render_to_string("admin/missions/would_touch.html", {"trial": trial}, request).strip()
            if not touched:
                return response
            transaction.set_rollback(True)
        del queued[said:]  # "was changed successfully" is not true yet
        return self._ask(request, touched, is_a_form=is_a_form)

    def _ask(self, request, touched, *, is_a_form):
        posted = [
            (name, value)
            for name, values in request.POST.lists()
            if name != "csrfmiddlewaretoken"
            for value in values
        ]  # fmt: skip
        context = {
            **self.admin_site.each_context(request), "title": _("What this change touches"), "opts": self.opts,
            "touched": mark_safe(touched), "posted": posted, "save": SAVE, "back": BACK, "is_a_form": is_a_form,
        }  # fmt: skip
        return render(request, "admin/missions/touched.html", context)
