"""What the public site answers: the same to everybody, but for pictures and files of what is not public yet.

See `tests.doors`.
"""

from tests.doors import ALL, NEWSROOM, NONE, WRITERS, Row


def _site(route, *addresses, opens=(200, 302)):
    """This will return the rows of an address of the public site, where everybody is told the same."""
    return {route: [Row(address, ALL, opens=opens, of_the_site=True) for address in addresses or [route]]}


def _nothing(route, address, status=404):
    """This will return the row of something that is not the public's, at an address where the desk has no other door."""
    return {route: [Row(address, NONE, shut=(status,), of_the_site=True)]}


PLAIN = [
    "", "articles/", "topics/", "archive/", "search/", "corrections/", "corrections/feed/", "feeds/", "missions/",
    "units/", "people/", "timeline/", "timeline/service.csv", "figures/", "about/", "about/data/", "contact/",
    "privacy/", "accessibility/", "data/", "figures/report/thanks/",
]  # fmt: skip
FIGURE = "figure=strength%20mission%3DUNDOF&on=2025-10-23"
SITE = {
    **{key: rows for page in PLAIN for key, rows in _site(f"en/{page}").items()},
    "en/articles/<slug:slug>/": [
        *_site("", "en/articles/printed/")[""],
        *(Row(f"en/articles/{slug}/", NONE, shut=(404,), of_the_site=True) for slug in ("hidden-draft", "ahead")),
        # It was public: its address says to all that it is gone.
        *(Row(f"en/articles/{slug}/", NONE, shut=(410,), of_the_site=True) for slug in ("withdrawn", "suppressed")),
    ],
    "en/articles/<slug:slug>/<int:number>/": [
        *_site("", "en/articles/printed/1/")[""],
        *(
            Row(f"en/articles/{slug}/1/", NONE, shut=(404,), of_the_site=True)
            for slug in ("hidden-draft", "ahead", "withdrawn", "suppressed")
        ),
    ],
    "en/articles/<slug:slug>/<int:number>/changes/": [
        *_site("", "en/articles/printed/2/changes/")[""],
        Row("en/articles/hidden-draft/1/changes/", NONE, shut=(404,), of_the_site=True),
    ],
    **_site("en/sections/<slug:slug>/", "en/sections/missions/"),
    **_site("en/topics/<slug:slug>/", "en/topics/a-topic/"),
    **_site("en/archive/<year:year>/", "en/archive/2025/"),
    **_site("en/archive/<year:year>/<month:month>/", "en/archive/2025/10/"),
    "en/review/<str:token>/": [
        *_site("", "en/review/{token}/")[""],
        *(Row(f"en/review/{{{one}_token}}/", NONE, shut=(410,), of_the_site=True) for one in ("revoked", "expired")),
    ],
    "en/review/<str:token>/photos/<int:pk>/<int:width>/": [
        *_site("", "en/review/{token}/photos/{photo}/480/")[""],
        Row("en/review/{token}/photos/{public_photo}/480/", NONE, shut=(410,), of_the_site=True),
        Row("en/review/{revoked_token}/photos/{photo}/480/", NONE, shut=(410,), of_the_site=True),
    ],
    **_site("en/figures/report/", f"en/figures/report/?{FIGURE}"),
    **_site("en/corrections/feeds/<str:kind>", "en/corrections/feeds/atom.xml"),
    **_site("en/feeds/<str:kind>", "en/feeds/atom.xml", "en/feeds/rss.xml", "en/feeds/feed.json"),
    **_site("en/sections/<slug:slug>/feeds/<str:kind>", "en/sections/missions/feeds/atom.xml"),
    **_site("en/topics/<slug:slug>/feeds/<str:kind>", "en/topics/a-topic/feeds/atom.xml"),
    **_site("en/missions/<slug:slug>/feeds/<str:kind>", "en/missions/undof/feeds/atom.xml"),
    **_site("en/missions/<slug:slug>/", "en/missions/undof/"),
    **_site("en/missions/<slug:slug>/strength.csv", "en/missions/undof/strength.csv"),
    **_site("en/missions/<slug:slug>/casualties.csv", "en/missions/undof/casualties.csv"),
    # A unit of which nothing is cleared has no page.
    **_nothing("en/units/<slug:slug>/", "en/units/{unit_slug}/"),
    **_site("en/figures/<figure_key:key>/", "en/figures/strength/"),
    **_site("en/figures/<figure_key:key>/values.csv", "en/figures/strength/values.csv"),
    # Pictures and files: the public's are everybody's, a draft's are seen by who sees such rows on the desk.
    "photos/<int:pk>/<slug:size>.<slug:kind>": [
        *_site("", "photos/{public_photo}/480.webp", "photos/{public_photo}/share.jpg")[""],
        Row("photos/{photo}/480.webp", NEWSROOM, shut=(404,), of_the_site=True),
        Row("photos/{photo}/original.jpg", NONE, shut=(404,), of_the_site=True),
    ],
    "photos/<int:pk>/<slug:size>/": [
        *_site("", "photos/{public_photo}/480/")[""],
        Row("photos/{photo}/480/", NEWSROOM, shut=(404,), of_the_site=True),
    ],
    "attachments/<int:pk>/": [
        *_site("", "attachments/{public_file}/")[""],
        Row("attachments/{file}/", WRITERS, shut=(404,), of_the_site=True),
    ],
    "share/<slug:kind>/<slug:which>/<slug:key>.jpg": [
        *_site("", "share/story/{printed}/another.jpg", "share/site/en/another.jpg")[""],
        Row("share/story/{draft}/any.jpg", NONE, shut=(404,), of_the_site=True),
    ],
    "i18n/setlang/": [  # by a link it leads back and changes nothing
        Row("i18n/setlang/", ALL, of_the_site=True),
        Row("i18n/setlang/", ALL, "post", {"language": "en"}, of_the_site=True),
    ],
    **_site("health/live"),
    # It asks by a connection of its own, which does not know a test's database.
    "health/ready": [Row("health/ready", ALL, opens=(200, 503), of_the_site=True)],
    **{
        key: rows
        for one in ("robots.txt", "sitemap.xml", "sitemap-pages.xml", "sitemap-missions.xml", "news-sitemap.xml")
        for key, rows in _site(one).items()
    },
    ".well-known/security.txt": [Row(".well-known/security.txt", ALL, opens=(404,), of_the_site=True)],  # none is named
    **_site("sitemap-stories-<int:part>.xml", "sitemap-stories-{part}.xml"),
}

# What programs read: the same for everybody, word by word. {route: addresses}, with every parameter that there is.
PROGRAMS = {
    "api/v1/openapi.json": ["api/v1/openapi.json"],
    "api/v1/": ["api/v1/"],
    "api/v1/missions": [
        "api/v1/missions?as_of=2025-10-23", "api/v1/missions?kind=un_peacekeeping", "api/v1/missions?served=true",
        "api/v1/missions?limit=1&cursor=none",
    ],
    "api/v1/missions/<slug>": ["api/v1/missions/undof", "api/v1/missions/none"],
    "api/v1/missions/<slug>/deployments": ["api/v1/missions/undof/deployments"],
    "api/v1/contributions": [
        "api/v1/contributions?contributor=KAZ&mission=UNDOF&from=2025-01-01&to=2025-12-31&limit=9",
        "api/v1/contributions?personnel_type=troops&measure=month_end&as_of=2025-10-23", "api/v1/contributions?cursor=x",
    ],
    "api/v1/casualties": [
        "api/v1/casualties?mission=UNDOF&from=2000&to=2025&limit=9", "api/v1/casualties?incident_type=accident",
        "api/v1/casualties?as_of=2025-10-23&cursor=x",
    ],
    "api/v1/figures": ["api/v1/figures"],
    "api/v1/figures/<key>": [
        "api/v1/figures/strength?mission=UNDOF&kind=contingent&as_of=2025-10-23&language=ru", "api/v1/figures/none",
    ],
    "api/v1/milestones": [
        "api/v1/milestones?mission=UNDOF&from=2000-01-01&to=2025-12-31&as_of=2025-10-23&limit=9",
        "api/v1/milestones?cursor=x",
    ],
    "api/v1/articles": [
        "api/v1/articles?language=en&from=2025-01-01&to=2026-12-31&limit=9",
        "api/v1/articles?section=missions&topic=a-topic&mission=UNDOF&as_of=2025-10-23", "api/v1/articles?cursor=x",
    ],
    "api/v1/articles/<id>/<language>": ["api/v1/articles/{printed_story}/en", "api/v1/articles/{story}/en"],
    "api/v1/corrections": [
        "api/v1/corrections?language=en&from=2025-01-01&to=2026-12-31&as_of=2026-01-01&limit=9",
        "api/v1/corrections?cursor=x",
    ],
    "data/v1/datapackage.json": ["data/v1/datapackage.json"],
    "data/v1/csvw.json": ["data/v1/csvw.json"],
    "data/v1/<slug:name>.csv": [
        f"data/v1/{name}.csv" for name in ("missions", "deployments", "contributions", "milestones", "casualties", "figures")
    ],
    "^data/": ["data/v1/none"],
    "api/": ["api/", "api/v2/missions"],
}  # fmt: skip
