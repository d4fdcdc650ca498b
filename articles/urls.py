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
    path("search/", views.search, name="search"),
    path("corrections/", views.correction_list, name="corrections"),
    path("corrections/feed/", feeds.Corrections(), name="corrections_feed"),
]
