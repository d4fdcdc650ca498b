"""The house in which bad input is sent: something of every noun, so that each page of the desk has a row to open."""

from datetime import date, timedelta

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from django.utils.http import urlsafe_base64_encode

from articles import error_reports, front_page, publishing
from articles.models import Author, Claim, Edition, ErrorReport, Notice, Redirect, Topic
from ledger import erasures, sealing
from ledger.models import User
from missions import figures
from missions.models import Acceptance, Milestone, MissionAlias, Source, Unit
from reports.models import Recall, Schedule
from tests import makers, newsroom


class Scene:
    """What was made, by the names under which `doors` asks for it; `chief` may do everything."""

    def __init__(self):
        at = timezone.now()
        self.at, self.today = at, timezone.localdate(at)
        self.chief = User.objects.create_superuser("reports", "chief@desk.example", "a long pass phrase", language="ru")
        self.chief.groups.add(Group.objects.get(name="report staff"))
        self.key = Authenticator.objects.create(
            user=makers.person_of_role("author", "author"), type="webauthn", data={"name": "Of steel", "credential": {}}
        ).pk
        editor = makers.person_of_role("editor", "editor")
        self._record(at, editor)
        body = "<p>[[strength mission=UNDOF]], [[strength]].</p>"
        story = makers.draft_story(
            at - timedelta(days=3), language="ru", slug="sto-tridtsat-devyat", title="139", body=body
        )
        story.article.missions.add(self.mission)
        self.topic = Topic.objects.create(slug="topic", name_en="Topic", name_ru="Тема", name_kk="Тақырып")
        story.article.topics.add(self.topic)
        publishing.approve(story, by=editor, at=at - timedelta(days=2))
        vars(self).update(newsroom.make(at=at - timedelta(hours=1)))
        self._newsroom(at, editor)

    def _record(self, at, editor):
        self.unit = Unit.objects.create(slug="unit", kind="formed_unit", name_en="A unit")
        self.deployment = makers.golan_contingent(
            place="Camp", unit=self.unit, cleared=("kind", "period", "strength", "women", "unit")
        )
        self.mission = self.deployment.mission
        MissionAlias.objects.create(acronym="ALIAS", mission=self.mission)
        self.person = makers.person("Сағынтаев", "Ойдан", service_number="123")
        makers.tour(self.person, self.deployment, date(2024, 3, 1), date(2025, 3, 1))
        source = Source.objects.order_by("pk").first()
        Milestone.objects.create(date=date(2024, 3, 1), title_en="Sent", source=source, mission=self.mission)
        makers.un_month(at, "KAZ", 139, date(2024, 3, 31))
        makers.un_casualty(at, date(2010, 1, 1))
        Acceptance.objects.create(
            check_name="swapped_coordinates", subject="x", fingerprint="0" * 64, reason="So.", by=editor, at=at
        )

    def _newsroom(self, at, editor):
        self.story = Edition.objects.get(language="ru", slug="sto-tridtsat-devyat", number=1)
        Author.objects.create(slug="author", name_en="Author")
        Redirect.objects.create(article=self.story.article, language="ru", slug="old-address")
        front_page.lay_out("ru", [self.story.article_id], since=at, by=editor, at=at)
        question = figures.parse("strength mission=UNDOF")
        error_reports.report(
            question, on=self.today, said="139", page="/ru/", claim=None, language="ru", place="192.0.2.1", at=at,
            wrong="Число другое.", source="", email="reader@example.org",
        )  # fmt: skip
        self.error_report = ErrorReport.objects.order_by("pk").first().pk
        self.claim = Claim.objects.order_by("pk").first().pk
        self.attachment = Edition.objects.get(pk=self.draft).attachments.first().pk
        self.recall, self.schedule = Recall.objects.get().pk, Schedule.objects.get().pk
        self.notice = Notice.objects.order_by("pk").first()
        sealing.seal(at=at)
        erasures.ask(
            makers.person("Кеткен", "Ойдан"), kind="anonymise", ground="own_request", reference="7", by=editor, at=at
        )
        self.uid = urlsafe_base64_encode(str(self.chief.pk).encode())
        self.content_type = ContentType.objects.get_for_model(Edition).pk
