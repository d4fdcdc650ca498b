from django.urls import path

from reports.views import file, home, report, run, saved

urlpatterns = [
    path("", home.home, name="reports"),
    path("runs/<int:pk>/", run.run, name="report-run"),
    path("runs/<int:pk>/file", file.prepared, name="report-file"),
    path("runs/<int:pk>/state", run.state, name="report-run-state"),
    path("runs/<int:pk>/cancel", run.cancel, name="report-run-cancel"),
    path("runs/<int:pk>/verify", run.verify, name="report-run-verify"),
    path("recalls/<int:pk>/seen", home.see_recall, name="recall-seen"),
    path("saved/<int:pk>/", saved.saved, name="saved-report"),
    path("saved/<int:pk>/take", saved.take, name="saved-report-take"),
    path("saved/<int:pk>/change", saved.change, name="saved-report-change"),
    path("saved/<int:pk>/delete", saved.delete, name="saved-report-delete"),
    path("saved/<int:pk>/schedule", saved.schedule, name="saved-report-schedule"),
    path("schedules/<int:pk>/pause", saved.pause_schedule, name="schedule-pause"),
    path("schedules/<int:pk>/delete", saved.delete_schedule, name="schedule-delete"),
    path("<slug:slug>/", report.report, name="report"),
    path("<slug:slug>/take", report.take, name="report-take"),
    path("<slug:slug>/save", report.save, name="report-save"),
    path("<slug:slug>/star", home.star, name="report-star"),
]
