"""Whoever changes the record, and by whatever path: who, when, old and new value stay."""

from datetime import date

import pytest

from missions.models import Clearance, Deployment, Milestone, Mission, Person, Source, Tour, Unit
from tests import makers

pytestmark = pytest.mark.django_db


def noun(model, name):
    """An unsaved row of the noun, and the field that is changed with its old and new value."""
    post = Deployment.objects.first() or makers.golan_contingent(start=date(2024, 1, 1))
    person = Person.objects.first() or Person.objects.create(family_name="Invented", given_name="Observer")
    officer = makers.person_of_role("records officer", f"officer-{name}")
    return {
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
            "basis", "official_release",
        ),
    }[model]  # fmt: skip


NOUNS = [Mission, Unit, Deployment, Person, Tour, Milestone, Source, Clearance]


def told(model, row, field):
    return [
        (past.history_type, getattr(past, field)) for past in model.history.filter(id=row.pk).order_by("history_id")
    ]


@pytest.mark.parametrize("model", NOUNS)
def test_no_path_changes_a_noun_without_its_history(model):
    row, field, new = noun(model, "SAVED")
    old = getattr(row, field)
    row.save()
    setattr(row, field, new)
    row.save()
    assert told(model, row, field) == [("+", old), ("~", new)]
    row, field, new = noun(model, "BULK")
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
