from django.urls import path

from articles import feeds, guests, views

urlpatterns = [
    path("", views.home, name="home"),
    path("articles/", views.article_list, name="articles"),
    path("articles/<slug:slug>/", views.article, name="article"),
    path("articles/<slug:slug>/<int:number>/", views.edition, name="edition"),
    path("review/<str:token>/", guests.review_page, name="review"),
    path("review/<str:token>/photos/<int:pk>/<int:width>/", guests.review_photo, name="review_photo"),
    path("articles/<slug:slug>/<int:number>/changes/", views.changes, name="changes"),
    path("corrections/", views.correction_list, name="corrections"),
    path("corrections/feed/", feeds.corrections, {"kind": "atom.xml"}, name="corrections_feed"),  # its first address
    path("corrections/feeds/<str:kind>", feeds.corrections, name="correction_feed"),
    path("feeds/", feeds.feed_list, name="feed_list"),
    path("feeds/<str:kind>", feeds.stories, name="feed"),
    path("sections/<slug:slug>/feeds/<str:kind>", feeds.stories_of_section, name="section_feed"),
    path("topics/<slug:slug>/feeds/<str:kind>", feeds.stories_of_topic, name="topic_feed"),
    path("missions/<slug:slug>/feeds/<str:kind>", feeds.stories_of_mission, name="mission_feed"),
]
