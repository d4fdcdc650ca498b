"""Makes named rows for tests, with everything that the rules demand and nothing else."""

import io
from datetime import UTC, date, datetime, timedelta

from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image

from articles import publishing, renditions, seen
from articles.models import Article, Edition, Photo, Section
from ledger.models import User
from missions import clearance
from missions.models import Casualty, Contribution, Country, Deployment, ImportRun, Mission, Person, Source, Tour


def person_of_role(role, username=None):
    user = User.objects.create_user(username or role.replace(" ", "-"), password="a long pass phrase", is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    return user


def prove_enough(client, user):
    """This will give the client's session everything that the house demands of who signs in."""
    session, now = client.session, timezone.now().timestamp()
    proofs = [{"method": method, "at": now, "reauthenticated": True} for method in ("password", "mfa")]
    session["account_authentication_methods"] = proofs
    session["account_authentication_methods_user"] = str(user.pk)
    session["since"] = session["seen"] = now
    session.save()


def author():
    return User.objects.filter(username="author").first() or person_of_role("author")


def golan_mission():
    mission, _made = Mission.objects.get_or_create(
        acronym="UNDOF",
        defaults={
            "slug": "undof", "name_en": "United Nations Disengagement Observer Force", "start": date(1974, 5, 31),
            "kind": Mission.Kind.UN_PEACEKEEPING,
        },
    )  # fmt: skip
    return mission


def golan_contingent(strength=139, women=7, *, cleared=("kind", "period", "strength", "women"), **values):
    """This will make a contingent on the Golan of which the fields `cleared` are public since 2014."""
    source = Source.objects.create(
        title=f"Contingent of {strength}",
        publisher="The Paper",
        url="https://paper.example/1",
        retrieved=date(2025, 5, 1),
    )
    contingent = Deployment.objects.create(
        **{
            "mission": golan_mission(), "kind": Deployment.Kind.CONTINGENT, "start": date(2024, 3, 1),
            "strength": strength, "women": women, "source": source, **values,
        }
    )  # fmt: skip
    clear(contingent, *cleared)
    return contingent


def clear(deployment, *fields):
    """This will clear fields of a deployment since 2014, on the word of a records officer."""
    officer = User.objects.filter(username="clearing-officer").first()
    officer = officer or person_of_role("records officer", "clearing-officer")
    long_ago = datetime(2014, 1, 1, tzinfo=UTC)
    for field in fields:
        clearance.clear(deployment, field, basis="official_release", by=officer, at=long_ago)


def picture(size=(1200, 800), file_format="JPEG", **options):
    """This will return the bytes of a small picture of one colour; `options` go to Pillow's save."""
    file = io.BytesIO()
    Image.new("RGB", size, "#00afca").save(file, file_format, **options)
    return file.getvalue()


def photo(at, content=None, name="chart.jpg", **values):
    """This will make a photo of the library that is ready for readers."""
    values = {"credit": "Drawn", "licence": "CC0", "alt_en": "A chart", "alt_ru": "Схема", "alt_kk": "Сызба", **values}
    made = Photo(**values)
    made.original = ContentFile(content or picture(), name=name)
    made.save()
    renditions.make(made, at=at)
    return made


def draft_story(
    at, language="en", article=None, body="<p>On the Golan [[strength mission=UNDOF]] serve.</p>", **values
):
    article = article or Article.objects.create(working_title="Golan", section=Section.objects.get(slug="missions"))
    return Edition.objects.create(
        **{
            "article": article, "language": language, "title": "The Golan contingent", "slug": "golan-contingent",
            "standfirst": "Who serves there.", "byline": "The desk", "day": at.date(), "body": body, "created_at": at,
            **values,
        }
    )  # fmt: skip


def approved_story(at, editor, **values):
    draft = draft_story(at - timedelta(hours=1), **values)
    return publishing.approve(draft, by=editor, at=at)


def public_stories(numbers, at, editor, *, section="missions", language="en", topic=None):
    """This will make plain public stories, the day of story n being n days before that of `at`; they come in order."""
    of_section = Section.objects.get(slug=section)
    articles = Article.objects.bulk_create(Article(working_title=str(n), section=of_section) for n in numbers)
    if topic:
        through = Article.topics.through
        through.objects.bulk_create(through(article=article, topic=topic) for article in articles)
    return Edition.objects.bulk_create(
        Edition(
            article=article, language=language, title=f"Story {n}", slug=f"story-{n}", day=at.date() - timedelta(days=n),
            state="approved", standfirst="Of it.", body="<p>b</p>", rendered="<p>b</p>", created_at=at,
            approved_at=at - timedelta(days=1), approved_by=editor, public_from=at - timedelta(days=1),
        )
        for n, article in zip(numbers, articles, strict=True)
    )  # fmt: skip


def country(iso3="KAZ"):
    return Country.objects.get(iso3=iso3)


NO_INLINES = {
    f"{inline}-{count}_FORMS": 0 for inline in ("photo_uses", "attachments") for count in ("TOTAL", "INITIAL")
}


def written(draft, **values):
    """This will return what the writing screen posts for a draft, as its page shows it now."""
    fields = ("title", "slug", "standfirst", "byline", "day", "body", "change_note", "correction")
    text = {name: getattr(draft, name) for name in fields}
    return {**text, "typed_upon": draft.version, "seen_parts": seen.parts(draft), **NO_INLINES, **values}


def un_month(at, iso3, total, month, women=0, *, mission=None, kind="troops", measure="month_end"):
    """This will enter a figure of the UN, known since ten days before `at`, from a file with a source of its own."""
    source, _made = Source.objects.get_or_create(
        title="Contributors by month", defaults={"publisher": "The UN", "retrieved": date(2025, 5, 1)}
    )
    known_from = at - timedelta(days=10)
    run, _made = ImportRun.objects.get_or_create(
        kind="contributions",
        file_name="months.csv",
        at=known_from,
        defaults={"sha256": "", "plan": {}, "source": source},
    )
    return Contribution.objects.create(
        run=run, known_from=known_from, contributor=country(iso3), mission=mission or golan_mission(),
        month=month, personnel_type=kind, women=women, men=None if women is None else total - women, total=total,
        measure=measure,
    )  # fmt: skip


def un_casualty(at, day, incident="accident", iso3="NPL", *, casualty_id=None, occurrence=1, mission=None):
    """This will enter a fatality of the UN's list, known since ten days before `at`."""
    source, _made = Source.objects.get_or_create(
        title="Fatalities", defaults={"publisher": "The UN", "retrieved": date(2025, 5, 1)}
    )
    known_from = at - timedelta(days=10)
    run, _made = ImportRun.objects.get_or_create(
        kind="fatalities", file_name="fatalities.csv", at=known_from,
        defaults={"sha256": "", "plan": {}, "source": source},
    )  # fmt: skip
    return Casualty.objects.create(
        run=run, known_from=known_from, casualty_id=casualty_id or f"F{Casualty.objects.count()}",
        occurrence=occurrence, date=day, mission=mission or golan_mission(), nationality=country(iso3), sex="m",
        personnel_type="Military", incident_type=incident,
    )  # fmt: skip


def person(family_name="Observer", given_name="Invented", **values):
    return Person.objects.create(family_name=family_name, given_name=given_name, **values)


def tour(of, deployment, start, end=None, **values):
    """This will make a tour of a person in a deployment; `end` is the first day after it."""
    return Tour.objects.create(person=of, deployment=deployment, start=start, end=end, **values)


def known_since(at, *nouns):
    """This will let the record have held what it holds of these nouns since the moment `at`."""
    for noun in nouns:
        noun.history.update(history_date=at)


def record_says(row, at, **values):
    """This will change a row of the record at the moment `at`, with its history."""
    noun = type(row)
    noun.objects.filter(pk=row.pk).update(**values)
    newest = noun.history.filter(id=row.pk).order_by("-history_id").values("pk")[:1]
    noun.history.filter(pk__in=list(newest.values_list("pk", flat=True))).update(history_date=at)
