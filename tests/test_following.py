"""Which translations wait since their source moved on is kept with every change, and asked of no archive."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles import following, publishing, receivers, translating
from articles.models import Edition, Following, Revision
from tests import makers

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english_desk")]

BODY = "<p>On the Golan they serve.</p>"


@pytest.fixture
def source(editor, noon):
    return makers.approved_story(noon, editor, body=BODY)


def begin(source, language="ru", hours=1):
    return translating.begin(source, language, by=makers.author(), at=source.approved_at + timedelta(hours=hours))


def corrected(source, editor, *, hours=2, **texts):
    at = source.approved_at + timedelta(hours=hours)
    draft = publishing.open_next(source, by=makers.author(), at=at)
    Edition.objects.filter(pk=draft.pk).update(**texts)
    return publishing.approve(draft, by=editor, at=at)


def waiting():
    """The translations that wait; what is kept of each is what its texts say."""
    assert following.wrong() == []
    return list(Edition.objects.stale_translations().values_list("pk", flat=True))


def test_what_is_kept_is_what_the_texts_say_after_each_step_of_a_story(source, editor, noon):
    russian, kazakh = begin(source), begin(source, "kk")
    assert waiting() == []
    second = corrected(source, editor, title="Another title")
    assert waiting() == [kazakh.pk, russian.pk]
    translating.mark_current(russian, by=editor, at=second.approved_at)
    assert waiting() == [kazakh.pk]
    draft = publishing.open_next(second, by=makers.author(), at=second.approved_at + timedelta(hours=1))
    Edition.objects.filter(pk=draft.pk).update(standfirst="Not approved.")
    assert waiting() == [kazakh.pk]
    publishing.approve(draft, by=editor, at=second.approved_at + timedelta(hours=2))
    assert waiting() == [kazakh.pk, russian.pk]
    Edition.objects.filter(pk=draft.pk).update(suppressed_at=second.approved_at + timedelta(hours=3))
    assert waiting() == [kazakh.pk]  # the second edition is the source again, which the Russian one follows
    kazakh.delete()
    assert waiting() == [] and Following.objects.count() == 1


def test_a_draft_that_is_translated_while_it_is_written_is_followed(noon):
    draft = makers.draft_story(noon)
    russian = translating.begin(draft, "ru", by=makers.author(), at=noon)
    assert waiting() == []
    Edition.objects.filter(pk=draft.pk).update(byline="Somebody else, invented")
    assert waiting() == [russian.pk]
    Edition.objects.filter(pk=draft.pk).update(byline=draft.byline)
    assert waiting() == []


def test_of_a_story_with_several_editions_only_the_newest_translation_waits(source, editor):
    russian = begin(source)
    Edition.objects.filter(pk=russian.pk).update(title="Голан", standfirst="Кто там служит.")
    approved = publishing.approve(russian, by=editor, at=source.approved_at + timedelta(hours=2))
    corrected(source, editor, hours=3, title="Another title")
    assert waiting() == [approved.pk]
    again = publishing.open_next(approved, by=makers.author(), at=source.approved_at + timedelta(hours=4))
    assert waiting() == [again.pk]
    again.delete()
    assert waiting() == [approved.pk]


def test_a_revision_that_loses_a_name_loses_it_for_the_comparison_too(source, editor):
    russian = begin(source)
    Revision.objects.filter(pk=russian.translated_from_id).update(body="<p>Changed.</p>")
    assert waiting() == [russian.pk]
    Revision.objects.filter(pk=russian.translated_from_id).delete()
    assert not Edition.objects.stale_translations()


def test_what_lost_its_revision_is_among_no_translations_of_the_list(source, client, editor):
    client.force_login(editor)
    russian = begin(source)

    def listed():
        page = client.get("/admin/articles/edition/?translation=current")
        return [edition.pk for edition in page.context["cl"].result_list]

    assert listed() == [russian.pk]
    Revision.objects.filter(pk=russian.translated_from_id).delete()
    assert listed() == []


def test_the_desk_asks_for_those_that_wait_and_compares_no_texts(source, editor, client):
    begin(source)
    corrected(source, editor, title="Another title")
    with CaptureQueriesContext(connection) as asked:
        (found,) = Edition.objects.stale_translations()[:10]
    assert found.language == "ru"
    assert "articles_revision" not in asked[0]["sql"]


def test_what_was_kept_wrong_is_named_and_put_right(source, editor, capsys):
    russian = begin(source)
    Following.objects.update(is_stale=True, waits=True)
    with pytest.raises(CommandError, match="1 totals are wrong"):
        call_command("count_stories", check=True)
    assert f"translation {russian.pk} is stale: kept True, true False" in capsys.readouterr().out
    call_command("count_stories")
    call_command("count_stories", check=True)
    Following.objects.update(waits=True)
    with pytest.raises(CommandError):
        call_command("count_stories", check=True)
    assert f"translation {russian.pk} waits: kept True, true False" in capsys.readouterr().out
    call_command("count_stories")
    assert waiting() == []


def test_the_migrate_that_brings_the_table_looks_at_every_translation(source, editor):
    russian = begin(source)
    corrected(source, editor, title="Another title")
    Following.objects.all().delete()
    receivers.follow_sources(sender=apps.get_app_config("articles"), using="default")
    assert waiting() == [russian.pk]
