"""The addresses of the interface for programs, below /api/."""

from django.urls import path, re_path

from peacekeeping.api import api
from peacekeeping.lasting import spare_what_came_late
from peacekeeping.problems import nothing_here

urlpatterns = [path("v1/", api.urls), re_path("", nothing_here)]
spare_what_came_late()
