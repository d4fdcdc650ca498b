"""The peer: a plain Django view of a story, with Django's usual middlewares, one query and one bare template.

It is served beside the site, by the same server and from the same database, and prints the title, the day and the body
of the story at the address, and nothing else of a page.
"""

import os

import environ
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import models
from django.shortcuts import get_object_or_404, render
from django.urls import path

PAGE = """<!doctype html>
<html><head><title>{{ story.title }}</title></head>
<body><h1>{{ story.title }}</h1><p>{{ story.day|date:"j F Y" }}</p>{{ story.rendered|safe }}</body></html>"""
USUAL = [
    "django.middleware.security.SecurityMiddleware", "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware", "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware", "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware", "django.middleware.clickjacking.XFrameOptionsMiddleware",
]  # fmt: skip
settings.configure(
    ROOT_URLCONF=__name__, ALLOWED_HOSTS=["127.0.0.1"], SECRET_KEY="the plain view keeps no secret", USE_TZ=True,
    DATABASES={"default": {**environ.Env.db_url_config(os.environ["DATABASE_URL"]), "CONN_MAX_AGE": 3600}},
    INSTALLED_APPS=[f"django.contrib.{name}" for name in ("contenttypes", "auth", "sessions", "messages")],
    MIDDLEWARE=USUAL,
    TEMPLATES=[{
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "loaders": [
                ("django.template.loaders.cached.Loader", [("django.template.loaders.locmem.Loader", {"page": PAGE})])
            ],
            "context_processors": [
                "django.template.context_processors.request", "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }],
)  # fmt: skip
application = get_wsgi_application()


class Story(models.Model):
    language = models.CharField(max_length=2)
    slug = models.SlugField()
    state = models.CharField(max_length=10)
    title = models.TextField()
    day = models.DateField()
    rendered = models.TextField()

    class Meta:
        app_label = "plain"
        managed = False
        db_table = "articles_edition"

    def __str__(self):
        return self.title


def story(request, language, slug):
    return render(request, "page", {"story": get_object_or_404(Story, language=language, slug=slug, state="approved")})


urlpatterns = [path("<slug:language>/articles/<slug:slug>/", story)]
