"""The addresses of the desk, below /admin/."""

from django.contrib import admin
from django.urls import include, path

admin.autodiscover()  # first, app by app; a worker has not done so before (peacekeeping.apps)

from articles.admin import inbox  # noqa: E402
from missions.views import privacy  # noqa: E402
from peacekeeping.lasting import spare_what_came_late  # noqa: E402

urlpatterns = [
    path("inbox/", admin.site.admin_view(inbox.page), name="inbox"),
    path("", include("ledger.urls")),  # accounts: the invited, the forgetful, one's own
    path("missions/person/due/", admin.site.admin_view(privacy.due), name="people-due"),
    path("missions/person/<int:pk>/privacy/", admin.site.admin_view(privacy.person), name="person-privacy"),
    path("", admin.site.urls),
]
spare_what_came_late()
