from django.urls import path, register_converter

from articles import feeds, guests, letterbox
from articles.views import shelves, stories


class Year:
    """A year of which `datetime.date` knows the first day and that of the next one."""

    regex = "(?:19|20|21)[0-9]{2}"
    to_python = int
    to_url = str


class Month(Year):
    regex = "1[0-2]|[1-9]"


register_converter(Year, "year")
register_converter(Month, "month")

urlpatterns = [
    path("", shelves.home, name="home"),
    path("articles/", shelves.article_list, name="articles"),
    path("articles/<slug:slug>/", stories.article, name="article"),
    path("articles/<slug:slug>/<int:number>/", stories.edition, name="edition"),
    path("sections/<slug:slug>/", shelves.section, name="section"),
    path("topics/", shelves.topic_list, name="topics"),
    path("topics/<slug:slug>/", shelves.topic, name="topic"),
    path("archive/", shelves.archive, name="archive"),
    path("archive/<year:year>/", shelves.archive_year, name="archive_year"),
    path("archive/<year:year>/<month:month>/", shelves.archive_month, name="archive_month"),
    path("review/<str:token>/", guests.review_page, name="review"),
    path("review/<str:token>/photos/<int:pk>/<int:width>/", guests.review_photo, name="review_photo"),
    path("articles/<slug:slug>/<int:number>/changes/", stories.changes, name="changes"),
    path("figures/report/", letterbox.report_figure, name="report_figure"),
    path("figures/report/thanks/", letterbox.report_thanks, name="report_thanks"),
    path("search/", shelves.search, name="search"),
    path("corrections/", shelves.correction_list, name="corrections"),
    path("corrections/feed/", feeds.corrections, {"kind": "atom.xml"}, name="corrections_feed"),  # its first address
    path("corrections/feeds/<str:kind>", feeds.corrections, name="correction_feed"),
    path("feeds/", feeds.feed_list, name="feed_list"),
    path("feeds/<str:kind>", feeds.stories, name="feed"),
    path("sections/<slug:slug>/feeds/<str:kind>", feeds.stories_of_section, name="section_feed"),
    path("topics/<slug:slug>/feeds/<str:kind>", feeds.stories_of_topic, name="topic_feed"),
    path("missions/<slug:slug>/feeds/<str:kind>", feeds.stories_of_mission, name="mission_feed"),
]
