from articles.signals import articles_changed
from ledger.admin import HouseAdmin


class NewsroomAdmin(HouseAdmin):
    """An admin whose changes the public could see."""

    list_per_page = 50
    show_full_result_count = False

    def tell(self, request, at):
        articles_changed.send(sender=self.model, at=at, by=request.user)
