"""Who may enter where on the desk and at the reports, but for the plain pages of the nouns; see `tests.doors`."""

from tests.doors import ABOVE as X
from tests.doors import ALL, DESK, EDITORS, NEWSROOM, NONE, PRIVATE, RECORD, TAKERS, WRITERS, A, D, E, P, R, Row, S


def _edition(page, *rows):
    """This will return the rows of a page of an edition: (who may, method, what is sent, ...) each."""
    route = f"admin/articles/edition/<int:pk>/{page}/"
    return {route: [Row(f"admin/articles/edition/{{{name}}}/{page}/", *row, knows=NEWSROOM) for name, *row in rows]}


def _step(page, may, name="draft", **sent):
    return _edition(page, (name, may, "post", sent))


EDITIONS = {
    "admin/articles/edition/calendar/": [Row("admin/articles/edition/calendar/", NEWSROOM)],
    **_edition("checks", ("draft", NEWSROOM)),
    **_edition("preview", ("draft", NEWSROOM)),
    **_edition("page", ("draft", NEWSROOM), ("printed", NEWSROOM)),
    **_edition("choices", ("draft", WRITERS)),
    **_edition("numbers", ("draft", WRITERS), ("draft", WRITERS, "post")),
    **_edition("revisions", ("draft", NEWSROOM), ("draft", WRITERS, "post")),
    **_edition("translation", ("draft", NEWSROOM), ("draft", NEWSROOM, "post")),  # it is none: both lead back
    **_edition(
        "review",
        ("draft", WRITERS),
        ("draft", WRITERS, "post", {"do": "comment", "text": "Is it so?"}),
        ("draft", WRITERS, "post", {"do": "settle", "comment": "{own_comment}"}),
        ("draft", EDITORS | {A}, "post", {"do": "settle", "comment": "{comment}"}),  # an author's on their own text
        ("draft", EDITORS, "post", {"do": "link", "reviewer": "A checker", "days": "3"}),
        ("draft", EDITORS, "post", {"do": "revoke", "link": "{link}"}),
    ),
    **_step("autosave", WRITERS),
    **_step("chips", NEWSROOM),
    **_step("place-photo", WRITERS, photo="{public_photo}"),
    **_step("translate", WRITERS, language="ru"),
    **_step("bundle", WRITERS, bundle="{bundle}"),
    **_step("open-next", WRITERS, "printed"),
    **_step("approve", EDITORS),
    **_step("reschedule", EDITORS, "printed"),
    **_step("withdraw", EDITORS, "printed", reason="An error."),
    **_step("set-apart", EDITORS, words="Nobody"),
    **_step("take-back", EDITORS, words="Nobody"),
    **_step("other-place", EDITORS, words="Nowhere"),
    **_step("place-after-all", EDITORS, words="Nowhere"),
}


def _at(route, *rows, **values):
    """This will return the rows of an address that names no row: (who may, method, what is sent) each."""
    return {route: [Row(route, *row, **values) for row in rows]}


def _of(route, name, *rows, spelt="<int:pk>", **values):
    """This will return the rows of an address about the row `name` of the house."""
    return {route: [Row(route.replace(spelt, f"{{{name}}}"), *row, **values) for row in rows]}


DESK_PAGES = {
    **_at("admin/", (DESK,)),
    **_at("admin/login/", (ALL,), (ALL, "post"), of_the_site=True),
    **_at("admin/logout/", (ALL, "post"), of_the_site=True),
    **_at("admin/password_change/", (DESK,), (DESK, "post")),
    **_at("admin/password_change/done/", (DESK,)),
    **_at("admin/password_reset/", (ALL,), (ALL, "post"), of_the_site=True),
    **_at("admin/password_reset/done/", (ALL,), of_the_site=True),
    **_at("admin/reset/done/", (ALL,), of_the_site=True),
    # A link that is none is answered with a page that says so, whoever comes.
    "admin/reset/<uidb64>/<token>/": [Row("admin/reset/{uid}/none-at-all/", ALL, of_the_site=True)],
    **_at("admin/account/", (DESK,), (DESK, "post")),
    **_at("admin/account/data/", (DESK, "post")),
    **_at("admin/account/close/", (DESK,), (DESK, "post")),
    "admin/accounts/<int:pk>/close/": [
        Row("admin/accounts/{user}/close/", {D, X}), Row("admin/accounts/{above}/close/", {X}, knows={D}),
    ],
    **_at("admin/personal-data/", (DESK,)),
    **_at("admin/missions/person/due/", (PRIVATE,)),
    **_of("admin/missions/person/<int:pk>/privacy/", "person", (PRIVATE,), (PRIVATE, "post")),
    **_at("admin/again/", (DESK,), (DESK, "post")),
    **_at("admin/factors/", (DESK,)),
    # Half a sign-in is in nobody's session here: it leads to the door.
    **_at("admin/factors/authenticate/", (ALL,), of_the_site=True),
    **_at("admin/factors/reauthenticate/", (DESK,)),
    **_at("admin/factors/recovery-codes/", (DESK,), opens=(404,)),  # none of them has any
    **_at("admin/factors/recovery-codes/download/", (DESK,), opens=(404,)),
    **_at("admin/factors/recovery-codes/generate/", (DESK,), (DESK, "post")),
    **_at("admin/factors/totp/activate/", (DESK,), (DESK, "post")),
    **_at("admin/factors/totp/deactivate/", (DESK,), opens=(404,)),
    **_at("admin/factors/webauthn/", (ALL,), of_the_site=True),  # leads on
    **_at("admin/factors/webauthn/add/", (DESK,), (DESK, "post")),
    # Keys are their owner's alone: a colleague is told that there is none.
    "admin/factors/webauthn/keys/<int:pk>/edit/": [
        Row("admin/factors/webauthn/keys/{key_of_another}/edit/", NONE, method, shut=(404,)) for method in ("get", "post")
    ],
    "admin/factors/webauthn/keys/<int:pk>/remove/": [
        Row("admin/factors/webauthn/keys/{key_of_another}/remove/", NONE, method, shut=(404,))
        for method in ("get", "post")
    ],
    **_at("admin/factors/webauthn/login/", (ALL,), (ALL, "post"), of_the_site=True),
    **_at("admin/factors/webauthn/reauthenticate/", (DESK,)),
    **_at("admin/sessions/", (DESK,), (DESK, "post")),
    **_at("admin/login/give-up/", (ALL, "post"), of_the_site=True),
    "admin/ledger/user/<int:pk>/take-factor/": [
        Row("admin/ledger/user/{user}/take-factor/", {D, X}, "post"),
        Row("admin/ledger/user/{above}/take-factor/", {X}, "post", knows={D}),
    ],
    **_at("admin/inbox/", (NEWSROOM,), (NEWSROOM, "post", {"notice": "all"})),
    **_at("admin/jsi18n/", (DESK,)),
    "admin/autocomplete/": [Row("admin/autocomplete/", NONE)],  # of nothing; of what, see AUTOCOMPLETE
    "admin/r/<int:content_type_id>/<int:object_id>/": [Row("admin/r/{of_editions}/{draft}/", NEWSROOM)],
    "admin/(?P<url>.*)$": [Row("admin/nothing/is/here/", DESK, opens=(404,))],
    "admin/^(?P<app_label>ledger|auth|missions|articles|reports)/$": [
        Row("admin/articles/", {A, E, P, R, D, X}, shut=(404,)),
        Row("admin/missions/", RECORD, shut=(404,)),
        Row("admin/reports/", {S, D, X}, shut=(404,)),
        Row("admin/ledger/", PRIVATE, shut=(404,)),
        Row("admin/auth/", {D, X}, shut=(404,)),
    ],
    **_at("admin/ledger/user/invite/", ({D, X},), ({D, X}, "post")),
    "admin/ledger/user/<int:pk>/invite-again/": [
        Row("admin/ledger/user/{invited}/invite-again/", {D, X}, "post"),
        Row("admin/ledger/user/{above}/invite-again/", {X}, "post", knows={D}),
    ],
    "admin/ledger/user/<id>/password/": [
        Row(f"admin/ledger/user/{{{name}}}/password/", may, method, knows={D})
        for name, may in (("user", {D, X}), ("above", {X})) for method in ("get", "post")
    ],
    **_at("admin/articles/claim/queue/", (WRITERS,)),
    **_of("admin/articles/claim/<int:pk>/correct/", "claim", (WRITERS, "post")),
    **_of("admin/articles/claim/<int:pk>/correct-all/", "claim", (WRITERS, "post")),
    **_of("admin/articles/claim/<int:pk>/leave/", "claim", (WRITERS, "post")),
    **_at("admin/articles/errorreport/queue/", ({E, R, D, X},)),
    **_of("admin/articles/errorreport/<int:pk>/settle/", "reported", ({E, R, D, X}, "post")),
    **_at("admin/articles/frontpage/layout/", (EDITORS,), (EDITORS, "post")),
    **_at("admin/articles/frontpage/preview/", (EDITORS,)),
    "admin/articles/bundle/<int:pk>/steps/": [
        Row("admin/articles/bundle/{bundle}/steps/", NEWSROOM),
        *(
            Row("admin/articles/bundle/{bundle}/steps/", EDITORS, "post", {"_step": step}, knows=NEWSROOM)
            for step in ("approve", "reschedule", "cancel")
        ),
    ],
    **_at("admin/articles/photo/upload/", (NEWSROOM,), (NEWSROOM, "post")),
    # What waits is seen by who brought it alone.
    **_of("admin/articles/photo/waiting/<slug:key>/", "waiting", ({A},), spelt="<slug:key>", shut=(403, 404)),
    **_of("admin/articles/photo/<int:pk>/original/", "photo", ({P, D, X},), knows={A, E}),
    **_of("admin/articles/photo/<int:pk>/original/file/", "photo", ({P, D, X},), knows={A, E}),
    **_at("admin/missions/tour/service/", (PRIVATE,)),
    **_at("admin/missions/importrun/import/", (PRIVATE,), (PRIVATE, "post")),
    **_at("admin/missions/acceptance/quality/", (PRIVATE,), (PRIVATE, "post")),
}  # fmt: skip

# Reports by their permission: with personal data, about the quality of the record, about who took what out.
REPORTS = {
    "strength-by-month": TAKERS, "contributions": TAKERS, "strength-against-mission": TAKERS,
    "women-by-category": TAKERS, "deployment-roster": TAKERS, "rotation-calendar": TAKERS, "casualties": TAKERS,
    "publishing-activity": TAKERS, "claims-and-corrections": TAKERS, "nominal-roll": PRIVATE,
    "service-record": PRIVATE, "tours-and-days": PRIVATE, "data-quality": PRIVATE, "who-exported-what": {S, D, X},
}  # fmt: skip
TAKEN = {"language": "en", "purpose": "A test.", "person": "{person}"}


# One for each permission; that each report is taken by those of its own is held by test_report_pages.
EACH_KIND = ("strength-by-month", "nominal-roll", "data-quality", "who-exported-what")


def _report(page, method, who=lambda may: may, slugs=EACH_KIND, **sent):
    return {
        f"reports/<slug:slug>/{page}": [
            Row(f"reports/{slug}/{page}", who(REPORTS[slug]), method, sent) for slug in slugs
        ]
    }


REPORT_PAGES = {
    **_at("reports/", (TAKERS,)),
    "reports/<slug:slug>/": [
        *_report("", "get", slugs=REPORTS)["reports/<slug:slug>/"],
        *_report("", "post", **TAKEN)["reports/<slug:slug>/"],
        Row("reports/strength-by-month/?saved={shared}", {S}, shut=(403, 404)),
        Row("reports/strength-by-month/?saved={others}", NONE, shut=(403, 404)),
        Row("reports/strength-by-month/?again={run}", {S}, shut=(403, 404)),
    ],
    "reports/<slug:slug>/take": [
        *_report("take", "post", format="csv", **TAKEN)["reports/<slug:slug>/take"],
        *(
            Row("reports/nominal-roll/take", PRIVATE, "post", {**TAKEN, "format": format})
            for format in ("xlsx", "pdf", "json")
        ),
    ],
    **_report("save", "post", lambda may: may & {S, D, X}, name="Kept", format="csv", language="en"),
    **_report("star", "post"),
    # Of what is another's, or is not there, all of the desk hear the same: 404.
    **_of("reports/runs/<int:pk>/", "roll", (PRIVATE | {S},), shut=(404,)),
    **_of("reports/runs/<int:pk>/state", "roll", (PRIVATE | {S},), shut=(404,)),
    **_of("reports/runs/<int:pk>/verify", "roll", (PRIVATE | {S}, "post"), shut=(404,)),
    **_of("reports/runs/<int:pk>/cancel", "roll", ({R, X}, "post"), shut=(404,)),
    "reports/runs/<int:pk>/file": [
        Row("reports/runs/{roll}/file", {R}, shut=(404,)),
        Row("reports/runs/{made}/file", {S}, shut=(404,)),
    ],
    **_of("reports/recalls/<int:pk>/seen", "recall", ({S}, "post"), shut=(404,)),
    **{
        f"reports/saved/<int:pk>/{page}": [
            Row(f"reports/saved/{{{name}}}/{page}", may, method, shut=(404,))
            for name, may in (("saved", {S}), ("shared", shared), ("others", NONE))
        ]
        for page, method, shared in (
            ("", "get", {S}), ("take", "post", {S}), ("change", "post", NONE), ("delete", "post", NONE),
            ("schedule", "post", NONE),
        )
    },
    **{
        f"reports/schedules/<int:pk>/{page}": [
            Row("reports/schedules/{saved_monthly}/" + page, {S}, "post", shut=(404,)),
            Row("reports/schedules/{shared_monthly}/" + page, NONE, "post", shut=(404,)),
        ]
        for page in ("pause", "delete")
    },
}  # fmt: skip
