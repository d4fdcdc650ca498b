"""Readers report errors in figures: from every card, into the desk's queue, and out of it."""

from datetime import date, timedelta
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from articles import error_reports, publishing
from articles.forms import ErrorReportForm
from articles.models import Bundle, Edition, ErrorReport, Notice
from ledger import site_version
from ledger.models import Entry
from missions import figures
from missions.models import Deployment
from missions.signals import record_changed
from tests import makers
from tests.test_canary import Links, crawl

pytestmark = pytest.mark.django_db
QUEUE = "/admin/articles/errorreport/queue/"
DAY = timedelta(days=1)
ON_THE_GOLAN = {
    "figure": "strength mission=UNDOF", "on": "2025-10-23", "said": "139", "page": "/en/missions/undof/",
}  # fmt: skip
WRONG = "The unit itself says 141."


@pytest.fixture(autouse=True)
def nothing_is_counted_yet():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def story(noon, editor, contingent):
    return makers.approved_story(noon, editor)


def address(language="en", **other):
    return f"/{language}/figures/report/?{urlencode({**ON_THE_GOLAN, **other})}"


def links_to_the_form(html):
    links = Links()
    links.feed(html)
    return [link for link in links.found if "/figures/report/" in link]


def send(client, at=None, **values):
    return client.post(at or address(), {"wrong": WRONG, "source": "", "email": "", "website": "", **values})


def reported(at, claim=None, **values):
    sent = {
        "on": date(2025, 10, 23), "said": "139", "page": "/en/missions/undof/", "wrong": WRONG, "language": "en",
        "place": "192.0.2.1", "at": at, "claim": claim, **values,
    }  # fmt: skip
    return error_reports.report(figures.Question("strength", {"mission": "UNDOF"}), **sent)


@pytest.mark.parametrize("page", ["/en/missions/undof/", "/ru/", "/kk/"])
def test_every_card_of_the_record_leads_to_the_form_in_the_readers_language(client, contingent, page):
    found = links_to_the_form(client.get(page).content.decode())
    assert found and all(link.startswith(f"{page[:4]}figures/report/?") for link in found)
    asked = parse_qs(urlsplit(unescape(found[0])).query)
    assert asked["page"] == [page] and asked["figure"][0].startswith("strength") and asked["said"] == ["139"]
    assert client.get(unescape(found[0])).status_code == 200


def test_a_storys_card_leads_to_the_form_for_its_own_edition_and_figure(client, story):
    (link,) = links_to_the_form(client.get("/en/articles/golan-contingent/").content.decode())
    page = client.get(link)
    assert page.context["asked"].claim == story.claims.get()
    assert page.context["asked"].page == "/en/articles/golan-contingent/1/"
    assert "The Golan contingent" in page.content.decode() and "139" in page.content.decode()


def test_a_story_stored_by_an_earlier_version_gets_the_link_when_all_are_rendered_again(client, story):
    Edition.objects.update(rendered="<p>As it was stored.</p>")
    before = site_version.current()
    call_command("render_again")
    assert len(links_to_the_form(client.get("/en/articles/golan-contingent/").content.decode())) == 1
    assert site_version.current() == before + 1


def test_a_preview_leads_nobody_to_the_form(noon, contingent):
    from articles import previewing

    assert not links_to_the_form(previewing.body(makers.draft_story(noon), at=noon))


def test_a_reader_reports_an_error_without_javascript_and_the_desk_hears_of_it(client, editor, officer, contingent):
    reader = Client(enforce_csrf_checks=True)
    form = reader.get(address())
    assert not form.cookies
    sent = reader.post(
        address(),
        {"wrong": WRONG, "source": "https://paper.example/2", "email": "reader@example.org",
         "website": ""},
    )  # fmt: skip
    assert sent.status_code == 302 and sent["Location"].startswith("/en/figures/report/thanks/?page=")
    assert "Thank you" in reader.get(sent["Location"]).content.decode()
    report = ErrorReport.objects.get()
    assert (report.key, report.parameters, report.as_of) == ("strength", {"mission": "UNDOF"}, date(2025, 10, 23))
    assert (report.said, report.page, report.claim) == ("139", "/en/missions/undof/", None)
    assert (report.wrong, report.source, report.email) == (WRONG, "https://paper.example/2", "reader@example.org")
    assert [(n.user, n.error_report, n.text) for n in Notice.objects.all()] == [(editor, report, WRONG)]
    entry = Entry.objects.get(verb="report an error")
    assert entry.object_id == str(report.pk) and "example.org" not in str(entry.details)
    for who in (editor, officer):
        client.force_login(who)
        assert WRONG in client.get("/admin/", headers={"accept-language": "en"}).content.decode()


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/x-www-form-urlencoded; charset=utf-16", b"wrong=a"), ("multipart/form-data; boundary=", b"wrong=a"),
        ("application/x-www-form-urlencoded", b"&".join([b"wrong=a"] * 2000)),
    ],
)  # fmt: skip
def test_a_form_that_cannot_be_read_is_refused_and_breaks_nothing(contingent, kind, body):
    reader = Client(enforce_csrf_checks=True, raise_request_exception=False)
    reader.get(address())
    response = reader.generic("POST", address(), body, content_type=kind)
    if "utf-16" in kind:  # nor is the address readable then
        assert response.status_code == 404
    else:
        assert response.status_code == 400 and "cannot be read" in response.content.decode()


def test_the_form_is_in_no_cache_and_no_index_and_sets_no_cookie_either(client, story):
    page = client.get(address())
    assert "no-store" in page["Cache-Control"] and page["X-Robots-Tag"] == "noindex"
    assert '<meta name="robots" content="noindex">' in page.content.decode()
    assert not page.cookies
    for other in ("/en/", "/en/articles/golan-contingent/", "/en/missions/undof/"):
        answer = Client().get(other)
        assert not answer.cookies and "Cookie" not in answer.get("Vary", "")


@pytest.mark.parametrize(
    "nonsense",
    [{"figure": ""}, {"figure": "luck"}, {"figure": "strength mission=NOWHERE"}, {"figure": "strength\x00"},
     {"on": ""}, {"on": "yesterday"}, {"on": "20251023"}, {"on": "2025-02-30"}, {"on": "9999-12-31"}, {"on": "0001-01-01"},
     {"page": "https://elsewhere.example/"}, {"page": "//elsewhere.example/"}, {"page": "/\\elsewhere"},
     {"page": "/a\nb"}, {"page": "/" + "x" * 400}, {"page": "javascript:alert(1)"}],
)  # fmt: skip
def test_an_unknown_figure_day_or_page_is_not_found(client, contingent, nonsense):
    assert client.get(address(**nonsense)).status_code == 404
    assert send(client, address(**nonsense)).status_code == 404
    assert not ErrorReport.objects.exists()


def test_a_link_that_names_no_page_leads_back_to_the_front_page(client, contingent):
    assert client.get(address(page="")).context["asked"].page == "/en/"
    assert 'href="/ru/"' in client.get("/ru/figures/report/thanks/").content.decode()


@pytest.mark.parametrize(
    "page", ["/en/articles/none/99999999999999999999999/", "/xx/", "/", "/en/articles/none/", "/robots"]
)
def test_a_page_without_a_story_that_prints_the_figure_is_taken_as_it_is(client, contingent, page):
    assert client.get(address(page=page)).context["asked"].claim is None


def test_nobody_puts_words_on_our_page_by_a_link(client, story):
    for said in ("Call 555 now", "139 <b>", "9" * 40, "١٣٩"):
        page = client.get(address(said=said))
        assert page.context["asked"].said == "" and "Call 555" not in page.content.decode()
    assert client.get(address(said="1 390")).context["asked"].said == "1,390"


def test_a_report_that_says_too_much_or_nothing_is_refused_beside_its_field(client, contingent):
    for values in ({"wrong": "  "}, {"wrong": "x" * 2001}, {"source": "x" * 501}, {"email": "a@b.example\nBcc: c@d.example"},
                   {"email": "no address"}):  # fmt: skip
        page = send(client, **values)
        assert page.status_code == 200 and 'aria-invalid="true"' in page.content.decode()
    assert not ErrorReport.objects.exists()


def test_a_machine_that_fills_in_every_field_is_thanked_and_forgotten(client, contingent):
    assert send(client, website="https://casino.example").status_code == 302
    assert not ErrorReport.objects.exists()


def test_the_same_report_sent_twice_waits_once_and_comes_again_after_it_was_settled(noon, editor, contingent):
    first = reported(noon)
    assert reported(noon + DAY) == first and reported(noon, wrong="Something else.") != first
    error_reports.settle(first, by=editor, at=noon + DAY, outcome="right")
    assert reported(noon + 2 * DAY) != first


def test_two_reports_of_one_text_cannot_both_wait(noon, contingent):
    first = reported(noon)
    first.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        first.save()


def test_one_network_address_sends_ten_reports_an_hour_and_another_is_not_shut_out(client, contingent):
    for number in range(10):
        assert send(client, wrong=f"Wrong, number {number}.").status_code == 302
    refused = send(client, wrong="Once more.")
    assert refused.status_code == 429 and "Please wait an hour" in refused.content.decode()
    assert "Once more." in refused.content.decode()
    assert client.post(address(), {"wrong": "From elsewhere."}, REMOTE_ADDR="192.0.2.9").status_code == 302
    assert ErrorReport.objects.count() == 11


def test_no_network_address_is_kept(noon, contingent):
    reported(noon, place="192.0.2.77")
    assert not [f for f in ErrorReport._meta.fields if "192.0.2.77" in str(getattr(ErrorReport.objects.get(), f.name))]
    assert "192.0.2.77" not in str(Entry.objects.values_list("details", flat=True))


def test_the_queue_shows_what_the_record_says_now_and_every_story_that_prints_the_figure(client, noon, editor, story):
    makers.approved_story(noon, editor, language="ru", slug="golany", article=story.article, title="Голаны")
    reported(noon, claim=story.claims.get(), page="/en/articles/golan-contingent/1/", email="reader@example.org")
    Deployment.objects.update(strength=141)
    record_changed.send(sender=Deployment, at=noon, by=None)
    client.force_login(editor)
    page = client.get(QUEUE, headers={"accept-language": "en"})
    (row,) = page.context["rows"]
    assert row.record == "141 persons" and {claim.edition.language for claim, _draft in row.printed_in} == {"en", "ru"}
    text = page.content.decode()
    assert WRONG in text and "mailto:reader@example.org" in text and "Голаны" in text
    claims = client.get("/admin/articles/claim/queue/", headers={"accept-language": "en"}).content.decode()
    assert "(1 reader reports an error)" in claims


def test_from_the_queue_the_corrections_of_all_languages_are_opened(client, noon, editor, story):
    reported(noon, claim=story.claims.get())
    Deployment.objects.update(strength=141)
    record_changed.send(sender=Deployment, at=noon, by=None)
    client.force_login(editor)
    opened = client.post(f"/admin/articles/claim/{story.claims.get().pk}/correct-all/", {"back": QUEUE})
    assert opened["Location"] == QUEUE and Bundle.objects.get().editions.get().language == "en"
    assert "The next edition is being written" in client.get(QUEUE, headers={"accept-language": "en"}).content.decode()


def test_a_report_is_settled_with_an_outcome_and_then_waits_for_nobody(client, noon, editor, contingent):
    report = reported(timezone.now())
    client.force_login(editor)
    settle = f"/admin/articles/errorreport/{report.pk}/settle/"
    for nonsense in ("", "good"):
        client.post(settle, {"outcome": nonsense, "note": ""})
        assert ErrorReport.objects.waiting().get() == report
    client.post(settle, {"outcome": "corrected", "note": "Edition 2."})
    report.refresh_from_db()
    assert (report.settled_by, report.outcome, report.note) == (editor, "corrected", "Edition 2.")
    assert not Notice.objects.filter(read_at=None).exists() and not ErrorReport.objects.waiting().exists()
    assert Entry.objects.filter(verb="settle an error report", by=editor, details={"outcome": "corrected"}).exists()
    with pytest.raises(error_reports.CannotSettle):
        error_reports.settle(report, by=editor, at=timezone.now(), outcome="right")


def test_who_settles_sees_what_the_reader_said_in_the_inbox(client, noon, editor, contingent):
    reported(noon)
    client.force_login(editor)
    page = client.get("/admin/inbox/", headers={"accept-language": "en"}).content.decode()
    assert "strength, UNDOF" in page and "was called wrong by a reader" in page and WRONG in page


def test_an_e_mail_address_is_deleted_two_weeks_after_settling_and_half_a_year_after_all(noon, editor, contingent):
    settled = reported(noon, email="one@example.org")
    reported(noon, email="two@example.org", wrong="Never settled.")
    error_reports.settle(settled, by=editor, at=noon + DAY, outcome="right")
    for days, left in ((14, 2), (15, 1), (179, 1), (180, 0)):
        error_reports.forget(at=noon + days * DAY)
        assert ErrorReport.objects.exclude(email="").count() == left, days


def test_the_form_and_the_docs_say_how_long_an_address_is_kept():
    days, most = error_reports.KEPT_AFTER.days, error_reports.KEPT_AT_MOST.days
    assert f"deleted {days} days after your report is settled, at the latest after {most} days" in str(
        ErrorReportForm.base_fields["email"].help_text
    )
    docs = " ".join((Path(__file__).resolve().parent.parent / "docs/editors.md").read_text().split())
    assert f"the e-mail address is deleted {days} days after that, and {most} days after the report" in docs
    assert error_reports.MOST_FROM_PLACE == 10 and "ten an hour are taken from one network address" in docs


def test_what_a_reader_wrote_reaches_no_public_page(client, noon, editor, story):
    reported(noon, claim=story.claims.get(), email="reader@example.org", source="CANARYSOURCE")
    client.force_login(editor)
    pages = 0
    for page, content in crawl(client, ["/en/", story.get_absolute_url()], limit=60):
        if not page.startswith("/admin/"):
            pages += 1
            assert b"reader@example.org" not in content and b"CANARYSOURCE" not in content, page
            assert WRONG.encode() not in content, page
    assert pages > 15


def test_each_new_report_forgets_the_addresses_whose_time_has_passed(noon, editor, contingent):
    settled = reported(noon, email="one@example.org")
    error_reports.settle(settled, by=editor, at=noon, outcome="unclear")
    reported(noon + 15 * DAY, wrong="Another.")
    settled.refresh_from_db()
    assert settled.email == ""
    call_command("forget_reporters")


def test_who_may_not_see_the_record_sees_no_number_of_it_that_is_not_cleared(noon, contingent):
    makers.clearance.revoke(contingent.clearances.get(field="strength"), by=makers.author(), at=noon)
    report = reported(noon)
    rows = [error_reports.rows([report], noon, sees_the_record=sees)[0].record for sees in (True, False)]
    assert rows[0] == "139 persons" and "139" not in rows[1] and "public part of the record" in rows[1]


def test_the_form_tells_no_number_that_is_not_cleared(client, noon):
    makers.golan_contingent(cleared=("kind",))
    page = client.get(address(said=""))
    assert page.status_code == 200 and "139" not in page.content.decode()


def test_the_form_tells_no_day_of_a_deployment_whose_period_is_kept_back(client, noon):
    makers.golan_contingent(start=date(2019, 3, 17), end=date(2020, 3, 12), cleared=("kind", "strength"))
    asked = [client.get(address(said="", on=day)).content.decode() for day in ("2019-03-16", "2019-03-17")]
    for page in asked:
        assert "139" not in page and "The public part of the record does not say it for that day." in page


def test_the_queue_asks_as_few_questions_for_twenty_reports_as_for_one(
    client, noon, editor, story, django_assert_max_num_queries
):
    reported(noon, claim=story.claims.get())
    client.force_login(editor)
    client.get(QUEUE)
    with django_assert_max_num_queries(16) as few:
        client.get(QUEUE)
    for number in range(20):
        makers.approved_story(noon, editor, slug=f"story-{number}")
        reported(noon, wrong=f"Number {number}.", place=str(number))
    with django_assert_max_num_queries(len(few.captured_queries)):
        assert len(client.get(QUEUE).context["rows"]) == 21


def test_the_form_asks_few_questions(client, story, django_assert_max_num_queries):
    (link,) = links_to_the_form(story.rendered)
    with django_assert_max_num_queries(10):
        assert client.get(link).context["asked"].claim == story.claims.get()


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_form_stands_in_every_language_and_its_links_to_the_others_ask_the_same(client, contingent, language):
    page = client.get(address(language)).content.decode()
    assert f'<html lang="{language}">' in page
    links = Links()
    links.feed(page)
    for other in {"kk", "ru", "en"} - {language}:
        (link,) = [one for one in links.found if one.startswith(f"/{other}/figures/report/?")]
        assert client.get(link).status_code == 200
    with override(language):
        assert client.get(f"/{language}/figures/report/thanks/?page=/{language}/").status_code == 200


def test_a_withdrawn_storys_figure_is_no_claim_of_a_page_any_more(client, noon, editor, story):
    (link,) = links_to_the_form(story.rendered)
    publishing.withdraw(story, reason="False.", by=editor, at=noon)
    assert client.get(link).context["asked"].claim is None
