"""The one URL map of the house: what only the desk and programs ask for is loaded with the first of them who asks.

A third of what a worker would hold stands behind these addresses, and most workers answer readers alone (decision 21).
"""

from django.urls import path

from peacekeeping import public_urls

handler400, handler500 = public_urls.handler400, public_urls.handler500
urlpatterns = [
    *public_urls.urlpatterns,
    # A module's name alone, which `include` would load here and now: (the module, its application, its namespace).
    path("admin/", ("peacekeeping.desk_urls", None, None)),
    path("reports/", ("reports.urls", None, None)),
    path("api/", ("peacekeeping.api_urls", None, None)),
]
