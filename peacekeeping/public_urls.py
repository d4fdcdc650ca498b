"""The addresses of readers: all that the house answers but the desk and the interface for programs.

A request to one of these is told of no others: to know them all would load the desk (peacekeeping.urls).
"""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path, re_path

from articles import sitemaps
from articles.views import files
from missions import downloads
from missions.urls import record_urlpatterns
from peacekeeping import health, pages
from peacekeeping.data_page import data_page
from peacekeeping.problems import nothing_here

handler400 = pages.bad_request
handler500 = pages.server_error
urlpatterns = [
    # First, since readers ask most: a path is tried by each line before its own.
    *i18n_patterns(
        path("", include("articles.urls")),
        path("missions/", include("missions.urls")),
        path("", include(record_urlpatterns)),
        path("about/", pages.about, name="about"),
        path("about/data/", pages.about_data, name="about_data"),
        path("contact/", pages.contact, name="contact"),
        path("privacy/", pages.privacy, name="privacy"),
        path("accessibility/", pages.accessibility, name="accessibility"),
        path("data/", data_page, name="downloads"),
    ),
    path("health/live", health.live, name="live"),
    path("health/ready", health.ready, name="ready"),
    path("i18n/", include("django.conf.urls.i18n")),  # the desk's language switch
    # Without a language: a picture is the same in each.
    path("photos/<int:pk>/<slug:size>.<slug:kind>", files.photo, name="rendition"),
    path("photos/<int:pk>/<slug:size>/", files.photo, name="photo"),  # as printed in stories of earlier versions
    path("share/<slug:kind>/<slug:which>/<slug:key>.jpg", files.share_picture, name="share_picture"),
    path("robots.txt", sitemaps.robots, name="robots"),
    path(".well-known/security.txt", pages.security_txt, name="security_txt"),
    path("sitemap.xml", sitemaps.index, name="sitemap"),
    path("sitemap-pages.xml", sitemaps.pages, name="sitemap_pages"),
    path("sitemap-missions.xml", sitemaps.missions, name="sitemap_missions"),
    path("sitemap-stories-<int:part>.xml", sitemaps.stories, name="sitemap_stories"),
    path("news-sitemap.xml", sitemaps.news, name="news_sitemap"),
    path("attachments/<int:pk>/", files.attachment, name="attachment"),
    # For machines, without a language: an answer holds all three.
    path("data/v1/datapackage.json", downloads.data_package_json, name="data_package"),
    path("data/v1/csvw.json", downloads.csvw_json, name="csvw"),
    path("data/v1/<slug:name>.csv", downloads.csv_file, name="data_file"),
    re_path(r"^data/", nothing_here),
]
if settings.METRICS_TOKEN:
    from peacekeeping import metrics  # it loads what measures

    urlpatterns.append(path("metrics", metrics.page, name="metrics"))
