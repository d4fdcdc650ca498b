from django.urls import path

from reports import downloads, views

urlpatterns = [
    path("", views.home, name="reports"),
    path("runs/<int:pk>/", views.home, name="report-run"),  # the run's page takes its place
    path("runs/<int:pk>/file", downloads.prepared, name="report-file"),
]
