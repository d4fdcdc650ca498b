"""Every address of the URL map, with what opens it: a new one without an entry here fails the suite by its name."""

import re
from dataclasses import dataclass

from django.contrib import admin
from django.urls import NoReverseMatch, URLPattern, get_resolver, reverse
from django.utils.translation import override


@dataclass(frozen=True)
class Door:
    """A pattern of the URL map: its name with its namespace, its route, and an address that it answers."""

    name: str
    route: str
    address: str

    def __str__(self):
        return f"{self.name} ({self.route})"


class NoKey(Exception):
    """The URL map has a door that nobody opens here. The message names it."""


# By name, what stands in the address: names of the scene (or constants in a tuple of their own).
OWN = {
    "article": lambda s: [s.story.slug], "edition": lambda s: [s.story.slug, 1], "changes": lambda s: [s.story.slug, 2],
    "section": lambda s: ["missions"], "topic": lambda s: ["topic"], "archive_year": lambda s: [s.story.day.year],
    "archive_month": lambda s: [s.story.day.year, s.story.day.month], "review": lambda s: [s.token],
    "review_photo": lambda s: [s.token, s.photo, 480], "feed": lambda s: ["rss.xml"],
    "correction_feed": lambda s: ["atom.xml"], "section_feed": lambda s: ["missions", "feed.json"],
    "topic_feed": lambda s: ["topic", "atom.xml"], "mission_feed": lambda s: ["undof", "rss.xml"],
    "mission": lambda s: ["undof"], "strength_csv": lambda s: ["undof"], "casualties_csv": lambda s: ["undof"],
    "unit": lambda s: ["unit"], "figure": lambda s: ["strength"], "values_csv": lambda s: ["strength"],
    "rendition": lambda s: [s.photo, "480", "webp"], "photo": lambda s: [s.photo, "480"],
    "share_picture": lambda s: ["site", "ru", "a"], "sitemap_stories": lambda s: [1],
    "attachment": lambda s: [s.attachment], "data_file": lambda s: ["missions"],
    "password_reset_confirm": lambda s: [s.uid, "a-token"],
    "report": lambda s: ["strength-by-month"], "report-take": lambda s: ["strength-by-month"],
    "report-save": lambda s: ["strength-by-month"], "report-star": lambda s: ["strength-by-month"],
    "report-run": lambda s: [s.run], "report-file": lambda s: [s.making], "report-run-state": lambda s: [s.making],
    "report-run-cancel": lambda s: [s.making], "report-run-verify": lambda s: [s.run],
    "recall-seen": lambda s: [s.recall], "saved-report": lambda s: [s.saved], "saved-report-take": lambda s: [s.saved],
    "saved-report-change": lambda s: [s.saved], "saved-report-delete": lambda s: [s.saved],
    "saved-report-schedule": lambda s: [s.saved], "schedule-pause": lambda s: [s.schedule],
    "schedule-delete": lambda s: [s.schedule],
    "admin:view_on_site": lambda s: [s.content_type, s.story.pk], "admin:app_list": lambda s: ["articles"],
    "admin:auth_user_password_change": lambda s: [s.chief.pk],
    "admin:ledger_user_invite_again": lambda s: [s.chief.pk],
    "admin:ledger_user_take_factor": lambda s: [s.chief.pk], "close-account": lambda s: [s.chief.pk],
    "person-privacy": lambda s: [s.person.pk], "mfa_edit_webauthn": lambda s: [s.key],
    "mfa_remove_webauthn": lambda s: [s.key],
    "admin:articles_bundle_steps": lambda s: [s.bundle], "admin:articles_errorreport_settle": lambda s: [s.error_report],
    "admin:articles_photo_original": lambda s: [s.photo], "admin:articles_photo_original_file": lambda s: [s.photo],
    "admin:articles_photo_waiting": lambda s: ["0" * 64], "admin:articles_edition_translation": lambda s: [s.translation],
    "admin:articles_edition_withdraw": lambda s: [s.printed], "admin:articles_edition_open-next": lambda s: [s.ahead],
    "admin:articles_edition_reschedule": lambda s: [s.ahead],
}  # fmt: skip
# What an address must ask before it shows its form.
QUERIES = {"report_figure": "?figure=strength&on=2025-01-15&said=139&page=/ru/"}
# By the name of a parameter, where all doors of such a name take the same.
PARAMETERS = {
    "acronym": "UNDOF", "mission": "UNDOF", "key": "strength", "iso3": "KAZ", "language": "ru", "slug": "undof",
    "contributor": "KAZ",
}  # fmt: skip
OF_A_ROW = re.compile(r"admin:(\w+?)_(\w+?)_(change|delete|history|simple_history)$")
# Doors whose route alone is their name: what matches whatever else was asked, and Django's own redirects.
UNNAMED = {
    "^data/": "/data/nowhere", "": "/api/nowhere", "(?P<url>.*)$": "/admin/nowhere/",
    "<path:object_id>/": "/admin/articles/topic/1/",
}  # fmt: skip


def all_doors(scene):
    """This will return a `Door` for every pattern of the URL map, or raise `NoKey` naming those without a key."""
    found, keyless = [], []
    with override("ru"):
        for route, name, pattern in _patterns(get_resolver().url_patterns, "", ""):
            try:
                found.append(Door(name or pattern.callback.__module__, route, _address(scene, name, pattern)))
            except (AttributeError, NoReverseMatch, LookupError) as error:
                keyless.append(f"{name} ({route}): {error!r}")
    if keyless:
        raise NoKey("The URL map has doors that no bad input is sent to:\n" + "\n".join(keyless))
    return found


def _patterns(patterns, route, space):
    for pattern in patterns:
        here = route + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield here, f"{space}{pattern.name}" if pattern.name else "", pattern
        else:
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from _patterns(pattern.url_patterns, here, inner)


def _address(scene, name, pattern):
    return _path(scene, name, pattern) + QUERIES.get(name, "")


def _path(scene, name, pattern):
    own_route = str(pattern.pattern)
    if not name:
        return UNNAMED[own_route]
    if name in OWN:
        return reverse(name, args=OWN[name](scene))
    if match := OF_A_ROW.match(name):
        row = _row(scene, match[1], match[2])
        if match[3] == "simple_history":
            row.save()  # what a migration wrote has no history yet
            return reverse(name, args=[row.pk, row.history.latest().pk])
        return reverse(name, args=[row.pk])
    taken = {**pattern.pattern.converters} or dict.fromkeys(
        getattr(pattern.pattern, "regex", re.compile("")).groupindex
    )
    if name.startswith("admin:articles_edition_") and taken:
        return reverse(name, args=[scene.draft])
    if name.startswith("admin:articles_claim_") and taken:
        return reverse(name, args=[scene.claim])
    if name.startswith("api-"):
        return reverse(name, kwargs={parameter: _of_the_api(scene, parameter) for parameter in taken})
    return reverse(name, kwargs={parameter: PARAMETERS[parameter] for parameter in taken})


def _of_the_api(scene, parameter):
    return scene.story.article_id if parameter in ("id", "article") else PARAMETERS[parameter]


def _row(scene, app, model):
    """This will return the row of a noun that its page is opened for: an open one where only these have a form."""
    for noun in admin.site._registry:
        if (noun._meta.app_label, noun._meta.model_name) == (app, model):
            known = {"edition": scene.draft, "user": scene.chief.pk}.get(model)
            rows = noun._base_manager.order_by("pk")
            row = rows.filter(pk=known).first() if known else rows.first()
            if row is None:
                raise LookupError(f"the scene has no {model}")
            return row
    raise LookupError(f"{app}.{model} is not on the desk")
