"""What was printed, what looks suspicious, what left the house: held against all rows, and as known then."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override

from articles import publishing, rescheduling
from articles.models import Claim, Correction, Edition, Section
from ledger import audit
from ledger.models import User
from ledger.roles import ROLES
from missions import checks, clearance, figures
from missions.models import Clearance, Deployment, Mission, Tour, Unit
from missions.signals import record_changed
from reports import run as runs
from reports.catalogue import REPORTS
from reports.models import Download, PreparedFile, ReportRun, ReportRunEnd
from tests import makers, taking
from tests.taking import told

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
LANGUAGES = ("kk", "ru", "en")


@pytest.fixture
def editor(db):
    return makers.person_of_role("editor")


@pytest.fixture
def clerk(db):
    """Somebody who may take reports and sees neither desk nor record."""
    clerk = User.objects.create_user("clerk", is_staff=True)
    clerk.user_permissions.add(Permission.objects.get(codename="run_reports"))
    return clerk


@pytest.fixture
def contingent(noon):
    contingent = makers.golan_contingent()
    makers.known_since(noon - 365 * DAY, Deployment, Mission)
    return contingent


@pytest.fixture
def stories(noon, editor, contingent):
    """A story that was corrected, one that was withdrawn, one whose hour is to come; each a day after the other."""
    author = makers.author()
    first = makers.draft_story(noon - 20 * DAY, body="<p>[[strength mission=UNDOF]] and [[women mission=UNDOF]].</p>")
    publishing.submit(first, by=author, at=noon - 19 * DAY)
    first = publishing.approve(first, by=editor, at=noon - 18 * DAY)
    makers.record_says(contingent, noon - 10 * DAY, strength=141)
    record_changed.send(sender=Deployment, at=noon - 10 * DAY, by=None)
    second = publishing.open_next(first, by=author, at=noon - 9 * DAY)
    Edition.objects.filter(pk=second.pk).update(correction="It was 141, not 139.")
    second = publishing.approve(second, by=editor, at=noon - 8 * DAY)
    withdrawn = makers.approved_story(noon - 6 * DAY, editor, slug="withdrawn", title="Withdrawn", body="<p>Text.</p>")
    publishing.withdraw(withdrawn, reason="It was invented.", by=editor, at=noon - 2 * DAY)
    to_come = makers.draft_story(
        noon - 5 * DAY, slug="to-come", title="To come", body="<p>[[strength mission=UNDOF]]</p>"
    )
    to_come = publishing.approve(to_come, by=editor, at=noon - 4 * DAY, public_from=noon + 3 * DAY)
    return first, second, Edition.objects.get(pk=withdrawn.pk), to_come


# Publishing activity.


@pytest.mark.parametrize("language", LANGUAGES)
def test_publishing_activity_is_every_edition_of_the_period_with_what_it_prints(noon, stories, language):
    rows = told("publishing-activity", noon, language=language)
    with override(language):
        expected = []
        for edition in sorted(Edition.objects.exclude(approved_at=None), key=lambda one: one.approved_at):
            claims = sorted(Claim.objects.filter(edition=edition), key=lambda claim: claim.place)
            handed_in = [step.by.full_name for step in edition.transitions.filter(to_state="in_review").order_by("at")]
            corrections = list(Correction.objects.filter(edition=edition))
            expected.append((
                edition.article_id, edition.article.section.name, edition.language, edition.number, edition.title,
                edition.approved_at, "editor", handed_in[-1] if handed_in else "", edition.public_from, "The desk",
                len(claims), [(claim.label, claim.printed) for claim in claims],
                [correction.text for correction in corrections], edition.withdrawn_at,
            ))  # fmt: skip
        assert len(rows) == len(expected) == 4
        for row, (*told_of_it, figures_printed, corrections, withdrawn) in zip(rows, expected, strict=True):
            names = ("story", "section", "language", "number", "title", "approved_at", "approved_by", "handed_in_by",
                     "public_from", "byline", "figures")  # fmt: skip
            assert [row[name] for name in names] == told_of_it
            assert all(f"{label}: {value} " in row["figures_text"] for label, value in figures_printed)
            assert row["corrections"] == len(corrections) and all(
                text in row["corrections_text"] for text in corrections
            )
            assert row["withdrawn_at"] == withdrawn
    assert rows[0]["handed_in_by"] == "author" and rows[0]["corrections"] == 1


def test_figures_are_told_as_they_were_printed(noon, stories):
    first, second, *_others = told("publishing-activity", noon)
    assert first["figures_text"] == (
        "strength, UNDOF: 139 persons (3 October 2025); women among the strength, UNDOF: 7 persons (3 October 2025)"
    )
    assert "141 persons" in second["figures_text"]
    assert first["corrections_text"] == "15 October 2025: It was 141, not 139."


def test_the_days_of_a_period_belong_to_it_and_a_withdrawal_counts_as_an_approval_does(noon, stories):
    def titles(start, end):
        return [row["title"] for row in told("publishing-activity", noon, start=start, end=end)]

    day = timezone.localdate(noon - 18 * DAY)
    assert titles(day, day) == ["The Golan contingent"] and titles(day + DAY, day + 2 * DAY) == []
    withdrawal = timezone.localdate(noon - 2 * DAY)
    assert titles(withdrawal, withdrawal) == ["Withdrawn"]


def test_what_the_newsroom_did_after_the_moment_is_not_told(noon, stories):
    first, *others = told("publishing-activity", noon, known_at=noon - 9 * DAY)
    assert not others and first["corrections"] == 0 and first["corrections_text"] == ""
    last = told("publishing-activity", noon, known_at=noon - 3 * DAY)
    assert [row["withdrawn_at"] for row in last] == [None] * 4
    assert told("publishing-activity", noon)[2]["withdrawn_at"] == noon - 2 * DAY


def test_the_hour_of_an_edition_is_the_one_known_then_or_none(noon, stories, editor):
    *_others, to_come = stories
    for days, hour in ((2, noon + 5 * DAY), (1, noon + 6 * DAY)):
        rescheduling.reschedule(to_come, public_from=hour, public_until=None, by=editor, at=noon - days * DAY)
    hours = [
        told("publishing-activity", noon, known_at=noon - known * DAY)[-1]["public_from"] for known in (3, 1.5, 0)
    ]  # fmt: skip
    assert hours == [None, noon + 5 * DAY, noon + 6 * DAY]


def test_a_section_is_called_as_it_was_then(noon, stories):
    article = stories[0].article
    article.history.model.objects.update(history_date=noon - 30 * DAY)
    article.section = Section.objects.get(slug="people")
    article._history_date = noon - DAY
    article.save()
    then, now = (told("publishing-activity", noon, known_at=noon - days * DAY)[0]["section"] for days in (2, 0))
    assert (then, now) == ("Missions", "People")


def test_an_edition_whose_hour_is_to_come_is_told_to_the_desk_alone(noon, stories, clerk):
    assert "To come" in [row["title"] for row in told("publishing-activity", noon)]
    for slug in ("publishing-activity", "claims-and-corrections"):
        titles = [row["title"] for row in told(slug, noon, by=clerk)]
        assert titles and not {"To come", "Withdrawn"} & set(titles)
        assert "To come" in [row["title"] for row in told(slug, noon + 4 * DAY, by=clerk)]


def test_a_correction_whose_hour_is_to_come_is_told_to_the_desk_alone(noon, stories, editor, clerk):
    _first, second, *_others = stories
    third = publishing.open_next(second, by=makers.author(), at=noon - DAY)
    Edition.objects.filter(pk=third.pk).update(correction="It was secret.")
    publishing.approve(third, by=editor, at=noon - DAY, public_from=noon + DAY)
    for slug in ("publishing-activity", "claims-and-corrections"):
        assert "It was secret." in str(told(slug, noon)) and "It was secret." not in str(told(slug, noon, by=clerk))
        assert "It was secret." in str(told(slug, noon + 2 * DAY, by=clerk))


def test_a_story_that_was_suppressed_since_is_not_shown_by_asking_for_an_earlier_moment(noon, stories, clerk):
    Edition.objects.filter(pk=stories[0].pk).update(suppressed_at=noon - DAY)
    audit.note("take out", ReportRun(), by=clerk, at=noon)
    assert len(told("publishing-activity", noon, known_at=noon - 9 * DAY)) == 1
    for slug in ("publishing-activity", "claims-and-corrections"):
        assert told(slug, noon, by=clerk, known_at=noon - 9 * DAY) == []


# Printed figures.


@pytest.mark.parametrize("language", LANGUAGES)
def test_printed_figures_stand_beside_what_the_record_says(noon, stories, language):
    rows = told("claims-and-corrections", noon, language=language)
    with override(language):
        expected = []
        for claim in Claim.objects.order_by("edition__approved_at", "place"):
            then, today = (figures.ask(claim.question, on=day, known_at=noon) for day in (claim.as_of, noon.date()))
            expected.append((
                claim.edition_id, claim.place, claim.label, claim.printed, claim.value, claim.as_of, then.value,
                today.value, claim.edition.corrections.count(),
            ))  # fmt: skip
        names = ("edition", "place", "figure", "printed", "value", "as_of", "value_then", "value_today", "corrections")
        assert [tuple(row[name] for name in names) for row in rows] == expected
        verdicts = [Claim.Verdict.WRONG, *[Claim.Verdict.AGREES] * 4]
        assert [row["verdict"] for row in rows] == [str(verdict.label) for verdict in verdicts]
    assert rows[0]["value_then"] == 141 and "It was 141, not 139." in rows[0]["corrections_text"]


def test_printed_figures_are_held_against_the_record_as_it_was_known(noon, stories):
    rows = told("claims-and-corrections", noon, known_at=noon - 12 * DAY)
    assert [(row["value_then"], row["verdict"]) for row in rows] == [(139, "agrees"), (7, "agrees")]


def test_the_day_of_the_report_says_which_day_is_today(noon, stories, contingent):
    makers.record_says(contingent, noon - DAY, end=date(2025, 10, 20))
    before, after = (
        told("claims-and-corrections", noon, on=day)[2] for day in (date(2025, 10, 19), date(2025, 10, 23))
    )
    assert (before["value_today"], after["value_today"]) == (141, None)


def test_the_records_numbers_are_kept_from_who_may_not_see_it_unless_the_public_may(noon, stories, contingent, clerk):
    assert {row["value_then"] for row in told("claims-and-corrections", noon, by=clerk)} == {141, 7}
    officer = User.objects.get(username="clearing-officer")
    for field in ("strength", "women"):
        clearance.revoke(Clearance.objects.get(deployment=contingent, field=field), by=officer, at=noon - DAY)
    Edition.objects.update(suppressed_at=None)  # as if somebody had approved it anew
    for row in told("claims-and-corrections", noon, by=clerk):
        assert row["value_then"] is row["value_today"] is None and row["verdict"] == "not for the public yet"
    earlier = told("claims-and-corrections", noon, by=clerk, known_at=noon - 3 * DAY)
    assert earlier and {row["value_then"] for row in earlier} == {None}  # nor by asking for a day before
    assert {row["value_then"] for row in told("claims-and-corrections", noon)} == {141, 7}


@pytest.mark.parametrize("slug", ["publishing-activity", "claims-and-corrections"])
def test_many_stories_take_as_many_questions_as_few(noon, stories, editor, slug):
    with CaptureQueriesContext(connection) as few:
        before = len(taking.rows(slug, noon))
    for number in range(8):
        makers.approved_story(noon - DAY, editor, slug=f"story-{number}")
    with CaptureQueriesContext(connection) as many:
        assert len(taking.rows(slug, noon)) == before + 8
    assert len(many) == len(few) <= 24


# Data quality.


@pytest.fixture
def suspicions(noon):
    """A month outside its mission's life that waits, and a tour outside its deployment that was accepted."""
    makers.un_month(noon, "KAZ", 5, date(1970, 1, 31))
    post = makers.golan_contingent(start=date(2024, 3, 1))
    makers.tour(makers.person(), post, date(2024, 3, 1))
    Deployment.objects.filter(pk=post.pk).update(end=date(2025, 3, 1))
    makers.known_since(noon - 2 * DAY, post, *Tour.objects.all())
    waiting, _settled = checks.find()
    (tour,) = (one for one in waiting if one.check == "tour_outside")
    officer = makers.person_of_role("records officer")
    checks.accept(tour.check, tour.subject, tour.fingerprint, reason="They stay.", by=officer, at=noon - DAY)


@pytest.mark.parametrize("language", LANGUAGES)
def test_data_quality_is_what_the_page_shows_and_who_accepted_it(noon, suspicions, language):
    rows = told("data-quality", noon, language=language)
    with override(language):
        waiting, settled = checks.find()
        assert [(row["check"], row["subject"], row["reason"]) for row in rows] == [
            (str(checks.CHECKS[one.check]), one.subject, one.reason)
            for one in [*waiting, *(suspicion for suspicion, _acceptance in settled)]
        ]
    by = [(row["accepted_by"], row["accepted_because"], row["accepted_at"]) for row in rows]
    assert by == [("", "", None)] * (len(rows) - 1) + [("records-officer", "They stay.", noon - DAY)]


def test_who_may_not_see_the_quality_page_may_not_take_it_and_who_may_takes_reports_anyway(noon, suspicions, clerk):
    for by in (clerk, makers.person_of_role("report staff"), makers.person_of_role("editor")):
        with pytest.raises(runs.CannotTake):
            taking.opened("data-quality", noon, by=by)
    holders = [role for role, permissions in ROLES.items() if REPORTS["data-quality"].permission in permissions]
    assert holders and all("reports.run_reports" in ROLES[role] for role in holders)


def test_data_quality_asks_no_question_for_each_accepted_one(noon, suspicions):
    with CaptureQueriesContext(connection) as few:
        taking.rows("data-quality", noon)
    post, officer = Deployment.objects.get(), User.objects.get(username="records-officer")
    for number in range(20):
        Deployment.objects.filter(pk=post.pk).update(end=None)
        makers.tour(makers.person(f"Invented {number}"), post, date(2024, 3, 1))
        Deployment.objects.filter(pk=post.pk).update(end=date(2025, 3, 1))
    makers.known_since(noon - 2 * DAY, post, *Tour.objects.all())
    for one in checks.find()[0]:
        checks.accept(one.check, one.subject, one.fingerprint, reason="They stay.", by=officer, at=noon)
    with CaptureQueriesContext(connection) as many:
        assert len(taking.rows("data-quality", noon)) >= 22
    assert len(many) == len(few)


# Who exported what.


@pytest.fixture
def exports(noon, contingent):
    """A run of each kind of end, a fetching of a prepared file, one run of a command, each an hour after the other."""
    staff = makers.person_of_role("report staff")
    officer = makers.person_of_role("records officer")
    unit = Unit.objects.create(
        slug="kazbat", name_en="Battalion", name_ru="Батальон", name_kk="Батальон КЗ", kind="formed_unit"
    )
    makers.known_since(noon - 365 * DAY, Unit)
    hours = [noon - DAY + hour * timedelta(hours=1) for hour in range(6)]
    whole, _content = taking.taken("strength-by-month", hours[0], by=staff, start=date(2025, 9, 1), missions=("UNDOF",))
    broken = taking.opened("nominal-roll", hours[1], by=officer, purpose="For the board.", units=(unit.slug,),
                           deployment=contingent.pk)  # fmt: skip
    ReportRunEnd.objects.create(run=broken, at=hours[1], rows=0, broke_off="the reader closed the connection")
    PreparedFile.objects.create(run=whole)
    Download.objects.create(run=whole, by=officer, at=hours[2], first_byte=512)
    taking.opened("strength-by-month", hours[3])
    late, _content = taking.taken("strength-by-month", hours[4], by=staff)
    return whole, broken, late, hours


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_exported_what_holds_every_run_and_every_fetching(noon, exports, language):
    rows = told("who-exported-what", noon, language=language)
    expected = [
        (run.at, run.pk, run.format.upper(), run.on, run.known_on, run.purpose, end.rows if end else None,
         end.sha256 if end else "", None)
        for run in ReportRun.objects.all() for end in [ReportRunEnd.objects.filter(run=run).first()]
    ] + [
        (one.at, one.run_id, one.run.format.upper(), one.run.on, one.run.known_on, one.run.purpose, None, "", one.first_byte)
        for one in Download.objects.all()
    ]  # fmt: skip
    names = ("at", "run", "format", "as_of", "known_on", "purpose", "rows", "sha256", "from_byte")
    assert [tuple(row[name] for name in names) for row in rows] == sorted(expected, key=lambda one: one[:2])
    with override(language):
        assert [row["report"] for row in rows] == [
            str(REPORTS[slug].title) for slug in (
                "strength-by-month", "nominal-roll", "strength-by-month", "strength-by-month", "strength-by-month"
            )
        ]  # fmt: skip
        unit = Unit.objects.get().name
        assert unit in rows[1]["parameters"] and str(Deployment.objects.get()) in rows[1]["parameters"]
        assert "UNDOF" in rows[0]["parameters"] and rows[4]["parameters"] == ""


def test_who_took_it_and_how_it_ended_are_told_in_words(noon, exports):
    rows = told("who-exported-what", noon)
    assert [(row["what"], row["by"], row["ended"]) for row in rows] == [
        ("taken out", "report-staff", "whole"),
        ("taken out", "records-officer", "broke off: the reader closed the connection"),
        ("fetched", "records-officer", ""),
        ("taken out", "a command", "not ended"),
        ("taken out", "report-staff", "whole"),
    ]
    assert rows[0]["parameters"] == "From: 1 September 2025; Missions: UNDOF"
    assert rows[1]["parameters"].startswith("Units: Battalion; Deployment: UNDOF contingent")
    assert rows[1]["purpose"] == "For the board."


def test_what_left_the_house_after_the_moment_is_not_told_and_a_run_that_went_on_has_no_end(noon, exports):
    *_others, hours = exports
    assert [row["at"] for row in told("who-exported-what", noon, known_at=hours[2])] == hours[:3]
    ReportRunEnd.objects.create(run=ReportRun.objects.get(at=hours[3]), at=hours[5], rows=3, sha256="0" * 64)
    then, now = (told("who-exported-what", noon, known_at=moment)[3] for moment in (hours[4], hours[5]))
    assert (then["ended"], then["rows"], then["sha256"]) == ("not ended", None, "")
    assert (now["ended"], now["rows"], now["sha256"]) == ("whole", 3, "0" * 64)
    before = hours[0].date() - DAY
    assert told("who-exported-what", noon, end=before) == []


def test_names_in_parameters_are_those_of_the_moment_and_what_is_gone_keeps_its_number(noon, exports):
    makers.record_says(Unit.objects.get(), noon - timedelta(hours=1), name_en="Renamed")
    then, now = (told("who-exported-what", noon, known_at=moment)[1] for moment in (noon - timedelta(hours=2), noon))
    assert "Battalion" in then["parameters"] and "Renamed" in now["parameters"]
    run = taking.opened("nominal-roll", noon, deployment=999_999)
    assert told("who-exported-what", noon)[-1]["run"] == run.pk
    assert told("who-exported-what", noon)[-1]["parameters"] == "Deployment: № 999999"


def test_the_audit_list_leaves_the_house_with_its_permission_only(noon, exports, clerk):
    for by in (clerk, User.objects.get(username="records-officer"), makers.person_of_role("editor")):
        with pytest.raises(runs.CannotTake):
            taking.opened("who-exported-what", noon, by=by)
    taking.opened("who-exported-what", noon, by=User.objects.get(username="report-staff"))


def test_many_runs_with_many_deployments_take_as_many_questions_as_few(noon, exports):
    with CaptureQueriesContext(connection) as few:
        before = len(taking.rows("who-exported-what", noon))
    for number in range(8):
        post = makers.golan_contingent(start=date(2024, 3, 1), rotation=number + 1, strength=100 + number)
        taking.taken("nominal-roll", noon - timedelta(hours=2), deployment=post.pk)
    with CaptureQueriesContext(connection) as many:
        assert len(taking.rows("who-exported-what", noon)) == before + 8
    assert len(many) == len(few) <= 8
