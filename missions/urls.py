from django.urls import path, register_converter

from missions.figures import VOCABULARY
from missions.views import figures, missions, people


class FigureKey:
    """The key of a figure in an address; any other word stays free for a page of its own."""

    regex = "|".join(VOCABULARY)

    def to_python(self, value):
        return value

    to_url = to_python


register_converter(FigureKey, "figure_key")

urlpatterns = [
    path("", missions.mission_list, name="missions"),
    path("<slug:slug>/", missions.mission, name="mission"),
    path("<slug:slug>/strength.csv", missions.strength_csv, name="strength_csv"),
    path("<slug:slug>/casualties.csv", missions.casualties_csv, name="casualties_csv"),
]

# Pages of the record that stand beside the missions.
record_urlpatterns = [
    path("units/", people.unit_list, name="units"),
    path("units/<slug:slug>/", people.unit, name="unit"),
    path("people/", people.people, name="people"),
    path("timeline/", figures.timeline, name="timeline"),
    path("timeline/service.csv", figures.service_csv, name="service_csv"),
    path("figures/", figures.figure_list, name="figures"),
    path("figures/<figure_key:key>/", figures.figure, name="figure"),
    path("figures/<figure_key:key>/values.csv", figures.values_csv, name="values_csv"),
]
