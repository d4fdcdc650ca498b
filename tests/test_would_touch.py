"""What would this change touch? Asked on the desk of the record before a row is saved."""

import html
import re

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms.models import model_to_dict
from django.utils import timezone

from articles import claim_queue
from articles.models import Claim, Edition
from ledger import site_version
from ledger.models import Entry
from missions import clearance, trial
from missions.models import Clearance, Contribution, Deployment, ImportRun, Person, Tour
from reports.models import Recall
from tests import makers, taking
from tests.test_nominal_rolls import ROLL
from tests.test_un_data import HEADINGS, row

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english_desk(client):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"


@pytest.fixture
def story(noon, contingent):
    return makers.approved_story(noon, makers.person_of_role("editor"))


@pytest.fixture
def officer(client):
    user = makers.person_of_role("records officer")
    client.force_login(user)
    return user


def typed(row, **values):
    """This will return what the form of a row posts."""
    return {**{name: value for name, value in model_to_dict(row).items() if value not in (None, [])}, **values}


def address(row, page="change"):
    return f"/admin/missions/{row._meta.model_name}/{row.pk}/{page}/"


def trace(row):
    return (
        row.history.count(), Entry.objects.count(), site_version.current(),
        list(Claim.objects.order_by("pk").values()), list(Edition.objects.order_by("pk").values()),
        list(type(row).objects.order_by("pk").values()),
    )  # fmt: skip


def carried(page):
    """This will return the hidden fields of the page that asks."""
    fields = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', page):
        fields.setdefault(html.unescape(name), []).append(html.unescape(value))
    return fields


def test_a_change_that_makes_a_printed_figure_wrong_is_shown_before_it_is_saved_and_leaves_no_trace(
    client, contingent, story, officer
):
    before = trace(contingent)
    response = client.post(address(contingent), typed(contingent, strength=141, _save="Save"))
    page = response.content.decode()
    assert response.status_code == 200 and "Nothing is saved yet" in page
    assert "The Golan contingent" in page and "agrees: 139" in page and "wrong for its own date: 141" in page
    assert "&lt;section" not in page and "<b>139</b> persons</td>" in page
    assert "successfully" not in page and not list(response.context["messages"])
    assert trace(contingent) == before
    assert "successfully" not in client.get("/admin/").content.decode()


def test_saved_all_the_same_it_is_saved_once_as_it_was_typed(client, contingent, story, officer):
    note = 'North of "Quneitra" & <so on>'
    values = typed(contingent, strength=141, place=note, _continue="Save and continue editing")
    page = client.post(address(contingent), values).content.decode()
    history = contingent.history.count()
    response = client.post(address(contingent), {**carried(page), "_save_all_the_same": "1"})
    assert response.status_code == 302 and response["Location"] == address(contingent)
    contingent.refresh_from_db()
    assert (contingent.strength, contingent.place) == (141, note)
    assert contingent.history.count() == history + 1
    assert story.claims.get().verdict == "wrong"


def test_back_at_the_form_nothing_typed_is_lost_and_nothing_is_saved(client, contingent, story, officer):
    before = trace(contingent)
    page = client.post(address(contingent), typed(contingent, strength=141, place="A hill", _save="1")).content.decode()
    response = client.post(address(contingent), {**carried(page), "_back_to_the_form": "1"})
    form = response.content.decode()
    assert response.status_code == 200 and 'value="141"' in form and 'value="A hill"' in form
    assert "errornote" not in form and trace(contingent) == before


def test_a_change_that_touches_no_story_is_saved_at_once(client, contingent, story, officer):
    claim_queue.bring_to_today(at=timezone.now())
    history, entries = contingent.history.count(), Entry.objects.count()
    assert client.post(address(contingent), typed(contingent, place="A hill", _save="1")).status_code == 302
    contingent.refresh_from_db()
    assert contingent.place == "A hill" and contingent.history.count() == history + 1
    assert Entry.objects.count() == entries + 1


def test_what_moved_by_the_calendar_alone_is_not_put_down_to_a_change(client, noon, contingent, officer):
    editor = makers.person_of_role("editor")
    story = makers.approved_story(noon, editor, body="<p>For [[years_since_first_contingent]] year.</p>")
    assert client.post(address(contingent), typed(contingent, place="A hill", _save="1")).status_code == 302
    assert story.claims.get().verdict == "moved_on"


def test_a_form_with_errors_comes_back_with_them_and_not_with_the_question(client, contingent, story, officer):
    response = client.post(address(contingent), typed(contingent, strength=141, start="yesterday", _save="1"))
    page = response.content.decode()
    assert "errornote" in page and "Nothing is saved yet" not in page


def test_a_new_row_asks_too_and_is_not_there_meanwhile(client, contingent, story, officer):
    values = typed(contingent, strength=50, women=2, rotation=2, place="Second post", _save="1")
    values.pop("id")
    page = client.post("/admin/missions/deployment/add/", values).content.decode()
    assert "The Golan contingent" in page and Deployment.objects.count() == 1
    client.post("/admin/missions/deployment/add/", {**carried(page), "_save_all_the_same": "1"})
    assert Deployment.objects.count() == 2


def test_a_deletion_asks_with_the_stories_it_touches(client, contingent, story, officer):
    Clearance.objects.all().delete()
    before = trace(contingent)
    page = client.post(address(contingent, "delete"), {"post": "yes"}).content.decode()
    assert "The Golan contingent" in page and trace(contingent) == before
    client.post(address(contingent, "delete"), {**carried(page), "_save_all_the_same": "1"})
    assert not Deployment.objects.exists()


def test_a_revocation_shows_which_stories_would_be_gone(client, noon, contingent, story, officer):
    given = Clearance.objects.get(field="strength")
    values = {"action": "revoke", "_selected_action": [given.pk], "index": "0"}
    page = client.post("/admin/missions/clearance/", values).content.decode()
    given.refresh_from_db()
    story.refresh_from_db()
    assert "Stories that the public could no longer read" in page and "The Golan contingent" in page
    assert given.revoked_at is None and story.suppressed_at is None
    client.post("/admin/missions/clearance/", {**carried(page), "_save_all_the_same": "1"})
    given.refresh_from_db()
    story.refresh_from_db()
    assert given.revoked_at and story.suppressed_at


def test_an_earlier_state_that_would_come_back_asks_first(client, contingent, story, officer):
    contingent.strength = 141
    contingent.save()
    client.post(address(contingent), typed(contingent, place="A hill", _save_all_the_same="1"))
    assert story.claims.get().verdict == "wrong"
    past = contingent.history.filter(strength=139).first()
    before = trace(contingent)
    where = f"/admin/missions/deployment/{contingent.pk}/history/{past.history_id}/"
    page = client.post(where, typed(past.instance, _save="1")).content.decode()
    assert "wrong for its own date: 141" in page and "agrees: 139" in page and trace(contingent) == before
    client.post(where, {**carried(page), "_save_all_the_same": "1"})
    assert story.claims.get().verdict == "agrees"


def test_a_person_whose_tour_is_moved_shows_the_story_that_names_them(client, noon, contingent, officer):
    observer = Person.objects.create(family_name="Observer", given_name="Invented")
    tour = Tour.objects.create(person=observer, deployment=contingent, start=contingent.start, end=noon.date())
    draft = makers.draft_story(noon)
    draft.article.people.add(observer)
    clearance.clear(observer, "name", basis="consent", by=officer, at=noon)
    makers.publishing.approve(draft, by=makers.person_of_role("editor"), at=noon)
    page = client.post(address(tour), typed(tour, end="2099-01-01", _save="1")).content.decode()
    tour.refresh_from_db()
    assert "no longer read" in page and "The Golan contingent" in page and tour.end == noon.date()


def test_the_question_needs_no_more_queries_for_many_stories(
    client, noon, contingent, officer, django_assert_max_num_queries
):
    editor = makers.person_of_role("editor")
    for number in range(3):
        makers.approved_story(noon, editor, slug=f"story-{number}")
    with django_assert_max_num_queries(200) as few:
        client.post(address(contingent), typed(contingent, strength=141, _save="1"))
    for number in range(3, 6):
        makers.approved_story(noon, editor, slug=f"story-{number}")
    # Building the rendered bodies again, which any save does, takes six for each story.
    with django_assert_max_num_queries(len(few.captured_queries) + 3 * 6):
        client.post(address(contingent), typed(contingent, strength=141, _save="1"))


# --- The plan of an import -----------------------------------------------------------------------------------------

IMPORT = "/admin/missions/importrun/import/"
TROOPS_OF_SEPTEMBER = HEADINGS + row("2025-09-30", "KAZ", "UNDOF", *[0] * 9, 133, 8, 141, 133, 8, 141)


@pytest.fixture
def planned(client, officer):
    """Uploads a file and returns the page of its plan."""

    def plan(kind, content):
        file = SimpleUploadedFile("file.csv", content.encode())
        return client.post(IMPORT, {"kind": kind, "file": file}).content.decode()

    return plan


def test_the_plan_of_a_file_shows_the_stories_that_it_would_touch_and_leaves_no_trace(
    client, contingent, story, planned
):
    before = trace(contingent)
    page = planned("contributions", TROOPS_OF_SEPTEMBER)
    assert "Nothing is written yet" in page and "The Golan contingent" in page
    assert "agrees: 139" in page and "wrong for its own date: 141" in page
    assert trace(contingent) == before and not Contribution.objects.exists() and not ImportRun.objects.exists()
    client.post(IMPORT, {"waiting": re.search('name="waiting" value="([^"]+)"', page)[1]})
    assert Contribution.objects.exists() and story.claims.get().verdict == "wrong"


def test_the_plan_of_a_roll_is_tried_too_and_says_when_no_story_is_touched(client, contingent, story, planned):
    before = trace(contingent)
    page = planned("nominal_roll", ROLL)
    assert "No printed figure and no story is touched" in page and "The Golan contingent" not in page
    history, entries, *others = before  # the ledger alone says it: who looked at people's data
    assert trace(contingent) == (history, entries + 1, *others) and not Person.objects.exists()
    client.post(IMPORT, {"waiting": re.search('name="waiting" value="([^"]+)"', page)[1]})
    assert Person.objects.exists()


def test_a_plan_too_large_to_be_tried_says_that_nobody_asked(client, contingent, story, planned, monkeypatch):
    monkeypatch.setattr(trial, "MOST_AS_A_SET", 0)
    monkeypatch.setattr(trial, "MOST_ONE_BY_ONE", 1)
    for page in (planned("contributions", TROOPS_OF_SEPTEMBER), planned("nominal_roll", ROLL)):
        assert "nobody asked which stories" in page and "No printed figure" not in page and "agrees: 139" not in page
        assert 'name="waiting"' in page


@pytest.fixture
def taken_roster(contingent):
    """A run of the roster that tells the contingent's strength, taken a moment ago."""
    staff = makers.person_of_role("report staff")
    run, _content = taking.taken("deployment-roster", timezone.now(), by=staff)
    assert run.end.rows == 1
    return run


def test_a_change_that_makes_a_past_report_wrong_names_it_before_it_is_saved(client, contingent, taken_roster, officer):
    page = client.post(address(contingent), typed(contingent, strength=141, _save="Save")).content.decode()
    assert "Nothing is saved yet" in page and "Deployment roster" in page and "1 row differs" in page
    assert f"/reports/runs/{taken_roster.pk}/" in page
    assert Deployment.objects.get().strength == 139 and not Recall.objects.exists()


def test_a_change_that_no_past_report_told_of_is_saved_at_once(client, contingent, taken_roster, officer):
    response = client.post(address(contingent), typed(contingent, place="Elsewhere", _save="Save"))
    assert response.status_code == 302 and Deployment.objects.get().place == "Elsewhere"


def test_of_reports_that_the_officer_may_not_take_only_the_number_is_told(client, contingent, taken_roster, officer):
    officer.groups.clear()
    officer.user_permissions.set(Permission.objects.filter(codename__in=["view_deployment", "change_deployment"]))
    page = client.post(address(contingent), typed(contingent, strength=141, _save="Save")).content.decode()
    assert "Deployment roster" not in page and "and 1 that you may not see" in page


def test_who_took_the_report_finds_it_on_the_desk_once_the_worker_has_looked(
    client, contingent, taken_roster, officer, work_off
):
    client.post(address(contingent), typed(contingent, strength=141, _save_all_the_same="1", _save="Save"))
    assert Deployment.objects.get().strength == 141
    work_off()
    client.force_login(taken_roster.by)
    for desk in ("/admin/", "/reports/"):
        page = client.get(desk).content.decode()
        assert "Deployment roster" in page and "1 row differs" in page
    client.force_login(officer)
    assert "1 row differs" not in client.get("/admin/").content.decode()
