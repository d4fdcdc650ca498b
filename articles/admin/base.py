from django.contrib import messages
from django.utils import timezone

from articles.signals import articles_changed
from ledger.admin import HouseAdmin


class NewsroomAdmin(HouseAdmin):
    """An admin whose changes the public could see."""

    list_per_page = 50

    def get_form(self, request, obj=None, change=False, **kwargs):
        """A form that judges by the clock (its `at`) gets the moment of the request."""
        form = super().get_form(request, obj, change=change, **kwargs)
        if hasattr(form, "at"):
            form.at = timezone.now()
        return form

    def tell(self, request, at):
        articles_changed.send(sender=self.model, at=at, by=request.user)


def say_why(request, refusal):
    """This will tell at the head of the next page why a step was refused: every problem of a `CannotMove`."""
    for problem in refusal.problems:
        messages.error(request, problem)
