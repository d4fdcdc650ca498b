from django.urls import path, register_converter

from missions import views
from missions.figures import VOCABULARY


class FigureKey:
    """The key of a figure in an address; any other word stays free for a page of its own."""

    regex = "|".join(VOCABULARY)

    def to_python(self, value):
        return value

    to_url = to_python


register_converter(FigureKey, "figure_key")

urlpatterns = [
    path("", views.mission_list, name="missions"),
    path("<slug:slug>/", views.mission, name="mission"),
    path("<slug:slug>/strength.csv", views.strength_csv, name="strength_csv"),
    path("<slug:slug>/casualties.csv", views.casualties_csv, name="casualties_csv"),
]

# At the top of each language.
record_urlpatterns = [
    path("timeline/", views.timeline, name="timeline"),
    path("figures/", views.figure_list, name="figures"),
    path("figures/<figure_key:key>/", views.figure, name="figure"),
    path("figures/<figure_key:key>/values.csv", views.values_csv, name="values_csv"),
]
