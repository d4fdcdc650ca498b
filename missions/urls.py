from django.urls import path

from missions import views

urlpatterns = [
    path("", views.mission_list, name="missions"),
    path("<slug:slug>/", views.mission, name="mission"),
]
