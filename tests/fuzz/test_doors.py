"""Every form and every other door that takes something in: nothing breaks it, and a refusal loses nothing."""

import re
import traceback
import zlib
from urllib.parse import urlsplit

import pytest
from hypothesis import given, note
from hypothesis import strategies as some

from peacekeeping.page_cache import kept
from tests.fuzz import doors, long, nasty
from tests.fuzz.asking import Caller
from tests.fuzz.pages import Form, forms_of
from tests.fuzz.scene import Scene

pytestmark = pytest.mark.django_db
OPEN = ("/ru/", "/admin/login/", "/admin/password_reset/", "/admin/reset/", "/i18n/")  # where strangers come in
# What is sent to doors without a form on any page: scripts send it.
BASES = {
    "admin:articles_edition_autosave": lambda s: {
        "title": "Заголовок", "slug": "adres", "standfirst": "О чём.", "byline": "Кто", "day": "2025-01-15",
        "body": "<p>Текст.</p>", "typed_upon": "1",
    },
    "admin:articles_edition_chips": lambda s: {"token": "strength mission=UNDOF", "day": "2025-01-15"},
    "admin:articles_edition_place-photo": lambda s: {"photo": str(s.photo)},
    "admin:articles_edition_approve": lambda s: {"public_from": "", "public_until": "", "_confirmed": "1", "shown": "x"},
    "admin:articles_edition_withdraw": lambda s: {"reason": "Ошибка."},
    "admin:articles_edition_open-next": lambda s: {"any": "1"},
    "admin:articles_edition_reschedule": lambda s: {"public_from": "2027-01-15T12:00", "public_until": ""},
    "admin:articles_edition_bundle": lambda s: {"bundle": str(s.bundle)},
    "admin:articles_edition_translate": lambda s: {"language": "kk"},
    "admin:articles_edition_set-apart": lambda s: {"words": "Слово"},
    "admin:articles_edition_take-back": lambda s: {"words": "Слово"},
    "admin:articles_edition_other-place": lambda s: {"words": "Слово"},
    "admin:articles_edition_place-after-all": lambda s: {"words": "Слово"},
    "admin:articles_claim_correct": lambda s: {"back": "/admin/"},
    "admin:articles_claim_correct_all": lambda s: {"back": "/admin/"},
    "admin:articles_claim_leave": lambda s: {"back": "/admin/"},
    "admin:articles_errorreport_settle": lambda s: {"outcome": "right", "note": "Верно."},
    "admin:ledger_user_invite_again": lambda s: {"any": "1"},
    "admin:ledger_user_take_factor": lambda s: {"any": "1"},
    "account_logout": lambda s: {"next": "/admin/login/"},
    "mfa_edit_webauthn": lambda s: {"name": "Of steel"}, "mfa_remove_webauthn": lambda s: {"any": "1"},
    "mfa_login_webauthn": lambda s: {"credential": "{}"},
    "mfa_authenticate": lambda s: {"code": "123456"}, "mfa_reauthenticate": lambda s: {"code": "123456"},
    "mfa_reauthenticate_webauthn": lambda s: {"credential": "{}"}, "usersessions_list": lambda s: {"any": "1"},
    "inbox": lambda s: {"notice": "all"},
    "recall-seen": lambda s: {"back": "/reports/"},
    "report-run-cancel": lambda s: {"any": "1"},
    "admin:missions_quality": lambda s: {"check": "swapped_coordinates", "subject": "x", "fingerprint": "0", "reason": "So."},
    "schedule-pause": lambda s: {"any": "1"},
    "password_reset_confirm": lambda s: {"new_password1": "a long pass phrase", "new_password2": "a long pass phrase"},
    "set_language": lambda s: {"language": "ru", "next": "/ru/"},
}  # fmt: skip

# Pages that answer a POST as they answer a GET: they take nothing in.
READS = kept.ONE_PAGE | kept.MANY_PAGES | {
    "search", "strength_csv", "casualties_csv", "service_csv", "values_csv", "live", "ready", "rendition", "photo",
    "share_picture", "news_sitemap", "attachment", "reports", "report-run", "report-run-state", "saved-report",
    "mfa_index", "mfa_list_webauthn", "mfa_view_recovery_codes", "mfa_download_recovery_codes", "mfa_deactivate_totp",
    "security_txt", "personal-data", "people-due",
    "admin:view_on_site", "admin:index", "django.views.generic.base",
    *(f"admin:{name}" for name in (
        "missions_service", "articles_edition_checks", "articles_edition_preview", "articles_edition_page",
        "articles_edition_choices", "articles_edition_calendar", "articles_errorreport_queue", "articles_frontpage_preview",
        "articles_frontpage_add", "articles_photo_original", "articles_photo_original_file", "articles_claim_queue",
        "app_list",
    )),
}  # fmt: skip


@pytest.fixture
def scene(db):
    return Scene()


def areas(found):
    """This will return the doors by who comes through them."""
    first = [door for door in found if door.address.startswith((*OPEN, "/admin/missions/"))]
    return {
        "strangers and the record": first,
        "the newsroom and the house": [door for door in found if door not in first],
    }


def form_for(door, posted, scene):
    """This will return the form that leads to a door, or what a script sends there; None where nothing is taken in."""
    if door.name in BASES:
        values = {name: [value] for name, value in BASES[door.name](scene).items()}
        return Form(door.address, values, dict.fromkeys(values, None))
    if door.name == "report":  # its own button is a script's
        return posted.get(f"{urlsplit(door.address).path}take")
    if door.name.endswith("_delete") and urlsplit(door.address).path not in posted:  # others rest upon the row
        return Form(door.address, {"post": ["yes"]}, {})
    return posted.get(urlsplit(door.address).path)


def reads(door):
    return door.name in READS or re.search(r"_deleted$|(?<!simple)_history$", door.name)


@some.composite
def changed(draw, form):
    """Some fields of a form that is right, changed for the worse."""
    sent = {name: list(values) for name, values in form.values.items()}
    if form.buttons:
        name, value = draw(some.sampled_from(form.buttons))
        sent[name] = [value]
    names = sorted(form.values) or ["any"]
    told = []
    for _field in range(draw(some.integers(1, 3))):
        name = draw(some.sampled_from(names))
        way = draw(some.sampled_from([*sorted(nasty.TEXTS), "missing", "repeated", "an array"]))
        told.append((name, way))
        if way == "missing":
            sent.pop(name, None)
        elif way == "repeated":
            sent[name] = [*sent.get(name, []), "1", "2"]
        elif way == "an array":
            sent[f"{name}[]"] = sent.pop(name, ["1"])
        else:
            sent[name] = [nasty.TEXTS[way]]
    return told, sent


@pytest.mark.parametrize("area", ["strangers and the record", "the newsroom and the house"])
def test_no_form_breaks_or_loses_what_was_typed(scene, area):
    chosen = areas(doors.all_doors(scene))[area]
    stranger, chief = Caller(), Caller(scene.chief)
    posted, taking, formless = {}, [], []
    for door in chosen:
        caller = stranger if door.address.startswith(OPEN) else chief
        for form in forms_of(caller.ask("get", door.address), door.address):
            if form.action not in posted or len(form.values) > len(posted[form.action].values):
                posted[form.action] = form
    for door in chosen:
        caller = stranger if door.address.startswith(OPEN) else chief
        form = form_for(door, posted, scene)
        if form:
            taking.append((caller, door, form))
        elif not reads(door) and caller.ask("post", door.address, data={}).status_code not in (403, 404, 405, 410):
            formless.append(door.name)
    assert not formless, f"Doors that take something in, and to which no form leads: {formless}"
    faults = {}
    for _round in long.rounds():
        for caller, door, form in taking:
            try:
                try_out(caller, door, form)
            except Exception as error:
                faults[str(door)] = fault_of(error)
    assert not faults, "\n".join(f"{name}: {fault}" for name, fault in faults.items())


def fault_of(error):
    """This will return what went wrong, what was sent, and the last places in our own code."""
    places = [line for line in traceback.format_tb(error.__traceback__) if "site-packages" not in line][-2:]
    return f"{error!r:.600} {getattr(error, '__notes__', [])!r:.500}\n" + "".join(places)


def try_out(caller, door, form):
    @long.examples(2, door)
    @given(changed(form))
    def attempt(what):
        told, sent = what
        note(repr(told))
        caller.send(door, form, sent)

    caller.send(door, form, form.values)
    attempt()
    bodies = sorted(nasty.BODIES)
    place = zlib.crc32(door.name.encode()) % (3 * len(bodies))  # in the suite, a third of the doors get one of them
    for name in bodies if long.MINUTES else bodies[place : place + 1]:
        kind, body = nasty.BODIES[name]
        caller.ask("raw", door.address, data=body, content_type=kind)
