from django.urls import path

from missions import views

urlpatterns = [
    path("", views.mission_list, name="missions"),
    path("<slug:slug>/", views.mission, name="mission"),
]

# Pages of the record that stand beside the missions.
record_urlpatterns = [
    path("units/", views.unit_list, name="units"),
    path("units/<slug:slug>/", views.unit, name="unit"),
    path("people/", views.people, name="people"),
]
