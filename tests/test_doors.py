"""Every address of the house, tried by everybody: it opens to those of whom its row says so, and to nobody else.

The rows stand in `tests.doors` and beside it. Who adds an address, a report, a noun, an action or a parameter says
there who may enter: the tests name what has no row.
"""

import logging
from collections import defaultdict

import pytest
from django.apps import apps
from django.contrib import admin
from django.core.cache import cache
from django.db import transaction
from django.test import override_settings
from django.urls import URLResolver, get_resolver
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import override

from missions import clearance
from peacekeeping.api import api
from reports import catalogue
from tests import doors
from tests.doors import ALL, NEWSROOM, NO_ROLE, NOBODY, NOUNS, READER, Row
from tests.doors_of_the_desk import DESK_PAGES, EDITIONS, REPORT_PAGES, REPORTS
from tests.doors_of_the_site import PROGRAMS, SITE
from tests.whole_house import HIDDEN, WholeHouse, read, undone

pytestmark = pytest.mark.django_db

EVERYBODY = sorted(ALL)
OUTSIDERS = {NOBODY, READER}
OTHER_METHODS = ("head", "options", "post", "put")
PLAIN = {route: rows for label, noun in NOUNS.items() for route, rows in doors.of_a_noun(label, noun).items()}
# What has an address of its own goes before the pages of a row that any word may name.
TABLE = {**PLAIN, **EDITIONS, **DESK_PAGES, **REPORT_PAGES, **SITE}


@pytest.fixture(scope="module")
def whole(django_db_setup, django_db_blocker, tmp_path_factory):
    """The whole house, for all tests of this file; each of them leaves it as it was."""
    folder = tmp_path_factory.mktemp("whole-house")
    quiet = {"MEDIA_ROOT": folder / "media", "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"]}
    with pytest.MonkeyPatch.context() as patch, override_settings(**quiet), django_db_blocker.unblock():
        patch.setattr("articles.renditions.queue", lambda pk, *, at: None)
        patch.setattr("articles.share_pictures.queue", lambda pk: None)
        for engine in ("django", "jinja2"):  # what a page shows is promised elsewhere: here it need not be drawn
            patch.setattr(f"django.template.backends.{engine}.Template.render", lambda *_, **__: mark_safe(""))
        logging.disable()  # each refusal would be written down, with its trace
        with transaction.atomic():
            with override("en"):
                house = WholeHouse(timezone.now())
            house.folder = quiet["MEDIA_ROOT"]
            yield house
            transaction.set_rollback(True)
        logging.disable(logging.NOTSET)
        cache.clear()


@pytest.fixture(autouse=True)
def files_of_the_house(whole, no_background_work, settings):
    settings.MEDIA_ROOT = whole.folder


# --- nothing is left out


def routes():
    """This will return every address of the house, as Django spells it in English."""

    def walk(resolver, before):
        for one in resolver.url_patterns:
            route = before + str(one.pattern)
            if isinstance(one, URLResolver):
                yield from walk(one, route)
            else:
                yield route

    return set(walk(get_resolver(), ""))


def test_no_address_is_without_a_row_that_says_who_may_enter():
    rows = TABLE.keys() | PROGRAMS.keys()
    assert sorted(routes() - rows) == [], "say in tests/doors_of_the_desk.py or doors_of_the_site.py who may enter"
    assert sorted(rows - routes()) == [], "these rows are about no address"


def test_no_noun_report_or_action_is_without_a_row_that_says_whose_it_is():
    assert {model._meta.label_lower for model in admin.site._registry} == NOUNS.keys()
    assert catalogue.REPORTS.keys() == REPORTS.keys()
    actions = {model._meta.label_lower: set(of.actions or ()) for model, of in admin.site._registry.items()}
    assert {label: names for label, names in actions.items() if names} == {
        label: set(rows) for label, rows in doors.ACTIONS.items()
    }


def test_no_parameter_of_the_interface_is_left_untried():
    untried = [
        (path, parameter["name"])
        for path, methods in api.get_openapi_schema()["paths"].items()
        for parameter in methods["get"]["parameters"]
        if parameter["in"] == "query"
        and f"{parameter['name']}=" not in " ".join(PROGRAMS[path[1:].replace("{", "<").replace("}", ">")])
    ]
    assert untried == []


# --- who may enter


def is_closed(answer, row, person, *more):
    status, leads_to = answer
    if person in OUTSIDERS and not row.of_the_site:
        return "/login/" in leads_to
    return status in (*row.shut, *more) and "/login/" not in leads_to


def wrong(whole, row, person, also=frozenset()):
    """This will yield what is wrong with the answers to a person at the address of a row.

    `also` are those who may something else at such addresses: what they might be told of a row that is not theirs.
    """
    status, leads_to = answer = whole.ask(person, row)
    if person in row.may:
        if status not in row.opens or ("/login/" in leads_to and not row.of_the_site):
            yield "is kept out", row.method, row.address, person, answer
        return
    if not is_closed(answer, row, person):
        yield "comes in", row.method, row.address, person, answer
    is_curious = person in (NO_ROLE, *also) or row.of_the_site or len(row.shut) > 1
    if "{" in row.address and is_curious and person not in row.knows:
        other = whole.ask(person, row, missing=True)
        if (other[0], other[1].partition("?")[0]) != (status, leads_to.partition("?")[0]):
            yield "is told which rows there are", row.method, row.address, person, answer, other


def wrong_ways(whole, rows):
    """This will yield by which other methods somebody comes in at the address of `rows` who may not by any."""
    row, may = rows[0], set().union(*(row.may for row in rows))
    person = NOBODY if row.of_the_site else NO_ROLE
    for method in OTHER_METHODS if person not in may else ():
        answer = whole.ask(person, row, method, sent={})
        if not is_closed(answer, row, person, 204, 400, 403, 405):
            yield "comes in", method, row.address, person, answer
    if all(row.method == "post" for row in rows):  # a link must not do what a button does
        for person in sorted(may)[:1]:
            answer = whole.ask(person, row, "get")
            if answer[0] not in (403, 404, 405):
                yield "does it by a link", row.address, person, answer


@pytest.mark.parametrize("route", sorted(TABLE))
def test_an_address_opens_to_those_in_its_rows_and_to_nobody_else(whole, route):
    by_address = defaultdict(list)
    for row in TABLE[route]:
        by_address[row.address].append(row)
    also = set().union(*(row.may for row in TABLE[route]))
    found = [one for row in TABLE[route] for person in EVERYBODY for one in wrong(whole, row, person, also)]
    found += [one for rows in by_address.values() for one in wrong_ways(whole, rows)]
    assert found == []


def test_no_door_takes_a_form_of_another_site(whole):
    taken = []
    for row in {row.address: row for rows in TABLE.values() for row in rows if row.method == "post"}.values():
        for person in sorted(row.may)[:1]:
            with undone():
                client = whole.client(person, is_strict=True)
                response = client.post(whole.address(row), dict.fromkeys(row.sent, "x"))
                read(response)
            taken += [row.address] if response.status_code != 403 else []
    assert taken == []


@pytest.mark.parametrize("route", sorted(PROGRAMS))
def test_programs_are_told_the_same_whoever_asks(whole, route):
    for address in PROGRAMS[route]:
        said = set()
        for person in (NOBODY, READER, "records officer", doors.ABOVE):
            response = whole.client(person).get("/" + address.format(**whole.names))
            content = read(response)
            said.add((response.status_code, response.get("ETag"), content))
            assert HIDDEN.encode() not in content and not response.cookies
            assert whole.ask(person, Row(address, ALL), "post", sent={})[0] == 405
        assert len(said) == 1, address


# --- by the side doors of the desk


def related(model):
    """This will return {name of a relation in a lookup: label of the noun it leads to} for a noun."""
    return {
        one.name: one.related_model._meta.label_lower
        for one in model._meta.get_fields()
        if one.is_relation and one.related_model and not getattr(one, "hidden", False)
    }


def leading_to(label):
    """This will return (app, model, field) of a relation that leads to a noun, None where none does."""
    for model in apps.get_models():
        for field in (*model._meta.fields, *model._meta.many_to_many):
            if field.is_relation and field.related_model._meta.label_lower == label:
                return model._meta.app_label, model._meta.model_name, field.name
    return None


@pytest.mark.parametrize("label", sorted(NOUNS))
def test_the_choices_of_a_field_are_for_those_who_see_the_noun(whole, label):
    app, model, field = leading_to(label) or ("none", "none", "none")
    may = NOUNS[label].see if leading_to(label) and label != "articles.frontpage" else set()
    address = f"admin/autocomplete/?app_label={app}&model_name={model}&field_name={field}"
    row = Row(address, may, shut=(403, 404), opens=(200,))
    assert [one for person in EVERYBODY for one in wrong(whole, row, person)] == []


def test_what_others_saved_is_no_choice_of_a_field(whole):
    address = "/admin/autocomplete/?app_label=reports&model_name=schedule&field_name=saved_report"
    offered = {one["text"] for one in whole.client("report staff").get(address).json()["results"]}
    assert offered == {"saved", "shared"}


@pytest.mark.parametrize("label", sorted(NOUNS))
def test_no_list_is_filtered_by_a_noun_that_its_reader_may_not_see(whole, label):
    model, found = apps.get_model(label), []
    for name, other in related(model).items():
        if other not in NOUNS or (label, name) in doors.OFFERED:
            continue
        for person in sorted(NOUNS[label].see - NOUNS[other].see):
            for lookup in (f"{name}=1", f"{name}__isnull=0"):
                row = Row(f"admin/{label.replace('.', '/')}/?{lookup}", set(), shut=(400,))
                found += wrong(whole, row, person)
    assert found == []


@pytest.mark.parametrize(
    "lookup",
    [
        "articles/article/?people__family_name__startswith=H",
        "articles/photo/?people__family_name__startswith=H",
        "articles/photo/?uploaded_by__password__startswith=m",
        "articles/edition/?saved_by__password__startswith=m",
        "missions/deployment/?tours__rank__startswith=C",
        "missions/deployment/?tours__person__family_name__startswith=H",
        "missions/mission/?deployments__place__startswith=A",
        "missions/clearance/?by__password__startswith=m",
        "reports/reportrun/?by__password__startswith=m",
        "reports/savedreport/?owner__password__startswith=m",
        "ledger/user/?password__startswith=m",
        "ledger/entry/?by__password__startswith=m",
    ],
)
def test_nobody_finds_out_a_value_letter_by_letter_through_a_list(whole, lookup):
    row = Row(f"admin/{lookup}", set(), shut=(400, 403))
    assert [one for person in EVERYBODY for one in wrong(whole, row, person)] == []


@pytest.mark.parametrize("label", sorted(NOUNS))
def test_a_window_that_was_opened_by_another_form_opens_to_nobody_else(whole, label):
    noun, base = NOUNS[label], f"admin/{label.replace('.', '/')}/"
    rows = [
        Row(f"{base}?_popup=1&_to_field=id", noun.see, shut=(400, 403)),
        Row(f"{base}add/?_popup=1", noun.add),
        Row(f"{base}{{{noun.row}}}/change/?_popup=1", doors.OWN.get(label, noun.see), shut=(302, 403)),
    ]
    shut_out = [(row, person) for row in rows for person in EVERYBODY if person not in row.may]
    assert [one for row, person in shut_out for one in wrong(whole, row, person)] == []
    for secret in ("password", "token_sha256", "fingerprint"):
        status, _leads_to = whole.ask(doors.ABOVE, Row(f"{base}?_popup=1&_to_field={secret}", set()))
        assert status == 400


@pytest.mark.parametrize("label", sorted(NOUNS))
def test_rows_are_deleted_from_a_list_by_those_who_may_and_by_nobody_else(whole, label):
    noun, model = NOUNS[label], apps.get_model(label)
    may = noun.delete if label != "articles.frontpage" else set()  # each is taken back on its own page
    key = whole.names[noun.row]
    chosen = {"action": "delete_selected", "_selected_action": key, "index": "0"}
    for person in EVERYBODY:
        with undone():
            asks = whole.client(person).post(f"/admin/{label.replace('.', '/')}/", chosen)
            page = getattr(asks, "template_name", ())
            assert ("admin/delete_selected_confirmation.html" in page) == (person in may), person
            if person not in may:
                whole.client(person).post(f"/admin/{label.replace('.', '/')}/", {**chosen, "post": "yes"})
                assert model._base_manager.filter(pk=key).exists(), person


@pytest.mark.parametrize("action", ["second", "revoke"])
def test_a_clearance_is_seconded_and_revoked_by_those_who_may_and_by_nobody_else(whole, action, monkeypatch):
    done = []
    monkeypatch.setattr(clearance, action, lambda given, *, by, at: done.append(by))
    for person in EVERYBODY:
        done.clear()
        chosen = {"action": action, "_selected_action": whole.names["clearance"], "index": "0"}
        with undone():
            whole.client(person).post("/admin/missions/clearance/", chosen)
        assert bool(done) == (person in doors.ACTIONS["missions.clearance"][action]), person


@pytest.mark.parametrize("person", EVERYBODY)
def test_only_the_newsroom_looks_back(whole, person):
    with undone():
        client = whole.client(person)
        page = client.get("/en/", {"as_of": "2025-12-01"})
        assert ("X-Robots-Tag" in page) == ("as_of" in client.session) == (person in NEWSROOM)
