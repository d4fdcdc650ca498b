"""Whoever changes the record, and by whatever path: who, when, old and new value stay."""

from datetime import date

import pytest
from django.apps import apps

from articles import publishing
from articles.models import Article, Photo, Section
from ledger import roles, site_version
from missions import clearance
from missions.models import (
    Clearance,
    Country,
    Deployment,
    Milestone,
    Mission,
    MissionAlias,
    Person,
    Source,
    Tour,
    Unit,
)  # fmt: skip
from tests import makers

pytestmark = pytest.mark.django_db


def noun(model, name):
    """An unsaved row of the noun, and the field that is changed with its old and new value."""
    post = Deployment.objects.first() or makers.golan_contingent(start=date(2024, 1, 1))
    person = Person.objects.first() or Person.objects.create(family_name="Invented", given_name="Observer")
    officer = makers.person_of_role("records officer", f"officer-{name}")
    return {
        Country: (Country(iso3=f"Q{name[0]}{name[-1]}", name_en="Old"), "name_en", "New"),
        MissionAlias: (MissionAlias(acronym=f"OLD-{name}", mission=post.mission), "acronym", f"NEW-{name}"),
        Mission: (Mission(acronym=name, slug=name.lower(), name_en="Old", kind="coalition"), "name_en", "New"),
        Unit: (Unit(slug=name.lower(), name_en="Old", kind="formed_unit"), "name_en", "New"),
        Deployment: (Deployment(mission=post.mission, kind="contingent", start=date(2024, 1, 1), place="Old"), "place", "New"),
        Person: (Person(family_name="Old", given_name=name), "family_name", "New"),
        Tour: (
            Tour(person=Person.objects.create(family_name=name, given_name="X"), deployment=post, start=date(2024, 2, 1), rank="Old"),
            "rank", "New",
        ),
        Milestone: (Milestone(date=date(2024, 1, 1), title_en="Old", source=post.source), "title_en", "New"),
        Source: (Source(title=name, publisher="Old", retrieved=date(2024, 1, 1)), "publisher", "New"),
        Clearance: (
            Clearance(person=person, field="name", basis="consent", since=post.history.first().history_date, by=officer),
            "coarseness", "month",
        ),
    }[model]  # fmt: skip


NOUNS = [Country, MissionAlias, Mission, Unit, Deployment, Person, Tour, Milestone, Source, Clearance]


def told(model, row, field):
    return [
        (past.history_type, getattr(past, field)) for past in model.history.filter(id=row.pk).order_by("history_id")
    ]


# What is written once and never edited: vintages that close and open, runs, and acceptances.
WRITTEN_ONCE = {"Contribution", "Casualty", "ImportRun", "Acceptance"}
# What is counted from the rows and can be counted again, with the marks of what waits for it.
COUNTED = {
    "ContributorTotal", "FirstTour", "MonthTotal", "PeopleTotal", "TourTotal", "Unsettled", "UnsettledMonth",
}  # fmt: skip


def test_no_noun_of_the_record_is_without_history():
    nouns = {
        model for model in apps.get_app_config("missions").get_models() if not model.__name__.startswith("Historical")
    }
    kept = {model for model in nouns if hasattr(model, "history")}
    assert kept == set(NOUNS) and {model.__name__ for model in nouns - kept} == WRITTEN_ONCE | COUNTED


@pytest.mark.parametrize("model", NOUNS)
def test_no_path_changes_a_noun_without_its_history(model):
    row, field, new = noun(model, "SAVED")
    old = getattr(row, field)
    row.save()
    setattr(row, field, new)
    row.save()
    assert told(model, row, field) == [("+", old), ("~", new)]
    row, field, new = noun(model, "BULK")
    old = getattr(row, field)
    (row,) = model.objects.bulk_create([row])
    model.objects.filter(pk=row.pk).update(**{field: new})
    setattr(row, field, old)
    model.objects.bulk_update([row], [field])
    assert told(model, row, field) == [("+", old), ("~", new), ("~", old)]
    pk = row.pk
    model.objects.filter(pk=pk).delete()
    assert [past.history_type for past in model.history.filter(id=pk).order_by("history_id")] == ["+", "~", "~", "-"]


def test_the_desk_shows_what_changed_by_whom_and_restores_it(client):
    officer = makers.person_of_role("records officer")
    client.force_login(officer)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    mission = makers.golan_mission()
    change = f"/admin/missions/mission/{mission.pk}/change/"
    form = client.get(change).context["adminform"].form
    data = {name: "" if value is None else value for name, value in form.initial.items() if name != "host_countries"}
    data |= {f"aliases-{part}": 0 for part in ("TOTAL_FORMS", "INITIAL_FORMS")}
    assert client.post(change, {**data, "headquarters": "Camp Somewhere"}).status_code == 302
    page = client.get(f"/admin/missions/mission/{mission.pk}/history/").content.decode()
    assert "Camp Somewhere" in page and str(officer) in page
    first = mission.history.earliest()
    restore = f"/admin/missions/mission/{mission.pk}/history/{first.history_id}/"
    assert client.get(restore).status_code == 200
    assert client.post(restore, {**data, "headquarters": ""}).status_code == 302
    mission.refresh_from_db()
    assert mission.headquarters == "" and mission.history.count() == 3


def test_a_country_that_stood_before_its_history_shows_its_old_name(client):
    client.force_login(makers.person_of_role("records officer"))
    country = makers.country("KAZ")
    old = country.name_en
    country.name_en = "Another name"
    country.save()
    page = client.get(f"/admin/missions/country/{country.pk}/history/").content.decode()
    assert f"<del>{old}</del>" in page and "<ins>Another name</ins>" in page


def test_a_deleted_row_is_listed_and_comes_back_as_it_was(client):
    officer = makers.person_of_role("records officer")
    client.force_login(officer)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    post = makers.golan_contingent(cleared=(), strength=139, place="A village")
    pk, number = post.pk, site_version.current()
    client.post(f"/admin/missions/deployment/{pk}/delete/", {"post": "yes"})
    assert not Deployment.objects.exists() and site_version.current() == number + 1
    past = Deployment.history.filter(id=pk).latest()
    restore = f"/admin/missions/deployment/{pk}/history/{past.history_id}/"
    page = client.get("/admin/missions/deployment/deleted/").content.decode()
    assert restore in page and str(officer) in page
    form = client.get(restore).context["adminform"].form
    data = {name: "" if value is None else value for name, value in form.initial.items()}
    assert client.post(restore, data).status_code == 302
    back = Deployment.objects.get(pk=pk)
    assert (back.strength, back.place, back.source) == (139, "A village", post.source)
    assert site_version.current() == number + 2
    assert "Nothing was deleted here." in client.get("/admin/missions/deployment/deleted/").content.decode()


@pytest.mark.parametrize("role", [role for role in roles.ROLES if "missions.change_mission" not in roles.ROLES[role]])
def test_who_may_only_look_brings_nothing_back(client, role):
    mission = makers.golan_mission()
    past = mission.history.get()
    client.force_login(makers.person_of_role(role))
    assert client.post(f"/admin/missions/mission/{mission.pk}/history/{past.history_id}/", {}).status_code == 403
    assert client.get("/admin/missions/mission/deleted/").status_code == 403


def test_a_revoked_clearance_is_not_brought_back_through_its_history(client, noon):
    officer = makers.person_of_role("records officer")
    given = makers.golan_contingent(cleared=("kind",)).clearances.get()
    past = given.history.get()
    clearance.revoke(given, by=officer, at=noon)
    client.force_login(officer)
    assert client.post(f"/admin/missions/clearance/{given.pk}/history/{past.history_id}/", {}).status_code == 403
    given.refresh_from_db()
    assert given.revoked_at == noon


@pytest.mark.parametrize("role", ["author", "photo editor", "report staff"])
def test_nobody_changes_the_newsrooms_rows_through_their_history_without_the_right_to(client, role, noon):
    story = makers.draft_story(noon).article
    photo = Photo.objects.create(credit="Credit", licence="Licence", caption_en="Old")
    client.force_login(makers.person_of_role(role))
    story.section.save()
    rows = [story, story.section, photo]
    if role == "author":
        rows.remove(story)  # which an author may change
    if role == "photo editor":
        rows.remove(photo)
    for row in rows:
        name = f"{row._meta.app_label}/{row._meta.model_name}"
        address = f"/admin/{name}/{row.pk}/history/{row.history.first().history_id}/"
        assert client.post(address, {"working_title": "Other"}).status_code == 403, address


def test_an_earlier_state_comes_back_with_what_it_was_joined_to(client):
    client.force_login(makers.person_of_role("records officer"))
    mission = makers.golan_mission()
    syria, france = makers.country("SYR"), makers.country("FRA")
    mission.host_countries.set([syria])
    Mission.objects.filter(pk=mission.pk).update(headquarters="Camp")
    past = mission.history.latest()
    mission.host_countries.set([france])
    form = client.get(f"/admin/missions/mission/{mission.pk}/history/{past.history_id}/").context["adminform"].form
    assert [str(pk) for pk in form["host_countries"].value()] == [str(syria.pk)]


def test_a_row_moved_through_its_parent_keeps_its_history():
    post = makers.golan_contingent(start=date(2024, 1, 1), cleared=())
    other = makers.golan_contingent(strength=120, start=date(2024, 1, 1), cleared=(), rotation=2)
    person = Person.objects.create(family_name="Invented", given_name="Observer")
    tour = Tour.objects.create(person=person, deployment=post, start=date(2024, 2, 1))
    other.tours.add(tour)
    assert told(Tour, tour, "deployment_id") == [("+", post.pk), ("~", other.pk)]


def test_the_deleted_rows_of_a_deleted_parent_are_still_listed(client):
    client.force_login(makers.person_of_role("records officer"))
    post = makers.golan_contingent(cleared=())
    pk, mission = post.pk, post.mission
    post.delete()
    mission.delete()
    past = Deployment.history.filter(id=pk).latest()
    for page in ("deleted/", f"{pk}/history/", f"{pk}/history/{past.history_id}/"):
        assert client.get(f"/admin/missions/deployment/{page}").status_code == 200, page


def test_an_author_lifts_no_embargo_by_way_of_an_earlier_state(client, noon, editor):
    story = makers.draft_story(noon).article
    before = story.history.latest()
    Article.objects.filter(pk=story.pk).update(embargo_until=noon)
    client.force_login(makers.author())
    address = f"/admin/articles/article/{story.pk}/history/{before.history_id}/"
    sent = {"working_title": "Renamed", "section": story.section_id, "embargo_until_0": "", "embargo_until_1": ""}
    assert client.post(address, sent).status_code == 302
    story.refresh_from_db()
    assert (story.working_title, story.embargo_until) == ("Renamed", noon)
    client.force_login(editor)
    assert client.post(address, sent).status_code == 302
    story.refresh_from_db()
    assert story.embargo_until is None


def test_an_author_moves_no_public_story_to_another_section_by_way_of_an_earlier_state(client, noon, editor):
    story = makers.approved_story(noon, editor, body="<p>Text.</p>").article
    before, history = story.history.latest(), Section.objects.get(slug="history")
    Article.objects.filter(pk=story.pk).update(section=history)
    client.force_login(makers.author())
    address = f"/admin/articles/article/{story.pk}/history/{before.history_id}/"
    assert client.post(address, {"working_title": "Renamed", "section": before.section_id}).status_code == 302
    story.refresh_from_db()
    assert (story.working_title, story.section) == ("Renamed", history)


def test_an_earlier_state_takes_no_uncleared_person_off_a_story_and_names_none(client, noon, editor):
    story, somebody = makers.draft_story(noon).article, makers.person("Hiddenname", "Somebody")
    story.people.add(somebody)
    story.save()
    past = story.history.latest()
    client.force_login(editor)
    address = f"/admin/articles/article/{story.pk}/history/{past.history_id}/"
    page = client.get(address)
    assert "Hiddenname" not in page.content.decode()
    offered = [pk for pk, _words in page.context["adminform"].form.fields["people"].choices]
    assert [str(pk) for pk in offered] == [str(somebody.pk)]


def test_a_picture_that_was_printed_does_not_change_by_way_of_an_earlier_state(client, noon, editor, ready_pictures):
    photo = makers.photo(noon)
    before = photo.history.latest()
    printed = makers.photo(noon, makers.picture((99, 99))).original.name
    Photo.objects.filter(pk=photo.pk).update(original=printed)
    draft = makers.draft_story(noon, body="<p>[[photo 1]]</p>")
    draft.photo_uses.create(place=1, photo=Photo.objects.get(pk=photo.pk))
    publishing.approve(draft, by=makers.person_of_role("editor", "another"), at=noon)
    client.force_login(editor)
    address = f"/admin/articles/photo/{photo.pk}/history/{before.history_id}/"
    sent = {"credit": "Drawn", "licence": "CC0", "focal_x": 50, "focal_y": 50}
    assert "original" in client.post(address, sent).context["adminform"].form.errors
    assert Photo.objects.get(pk=photo.pk).original.name == printed


@pytest.mark.parametrize("page", ["{}/history/", "{}/history/1/", "{}/delete/", "{}/change/"])
def test_who_may_not_see_a_noun_is_not_told_which_rows_there_are(client, page):
    person = makers.person()
    client.force_login(makers.author())
    answers = {client.get(f"/admin/missions/person/{page.format(key)}").status_code for key in (person.pk, 999_999)}
    assert answers == {403}


@pytest.mark.parametrize("page", ["x/history/", "x/history/1/", "1/history/x/"])
def test_an_address_of_no_row_is_answered_and_breaks_nothing(client, officer, page):
    client.force_login(officer)
    assert client.get(f"/admin/missions/mission/{page}").status_code == 404
    assert client.post(f"/admin/missions/mission/{page}", {}).status_code == 404
