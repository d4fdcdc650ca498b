"""Loads the demo once, in one transaction. What people change afterwards is never touched again."""

import hashlib
import json
import re
import secrets
from datetime import date, datetime, time
from pathlib import Path

from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from articles import publishing, renditions
from articles.models import Article, Edition, Photo, Section, Topic
from ledger import audit
from ledger.models import Entry, User
from missions import clearance, dates, models
from missions.models.periods import month_end
from missions.signals import record_changed
from peacekeeping.demo import illustrations

HERE = Path(__file__).resolve().parent
MARK = "load demo"
USERS = {
    "editor": ("editor", "Editor (demo)"),
    "author": ("author", "Author (demo)"),
    "records": ("records officer", "Records officer (demo)"),
    "reports": ("report staff", "Report staff (demo)"),
    "admin": ("administrator", "Administrator (demo)"),
}
TOPICS = {
    "golan": ("Голан", "Голаны", "The Golan"),
    "women": ("Әйелдер", "Женщины", "Women"),
    "observers": ("Байқаушылар", "Наблюдатели", "Observers"),
    "sources": ("Дереккөздер", "Источники", "Sources"),
    "lebanon": ("Ливан", "Ливан", "Lebanon"),
    "sahara": ("Батыс Сахара", "Западная Сахара", "Western Sahara"),
}
OWN_TABLES = (models.Mission, models.Person, models.Deployment, models.Contribution, Article, User)


class NotOurs(Exception):
    """The database holds records that the demo did not make. The message names them."""


def is_loaded():
    return Entry.objects.filter(verb=MARK).exists()


def load(*, at):
    """This will load the demo and return {username: password}, or {} where it was loaded before.

    Raises `NotOurs` on a database that holds anything of somebody else's.
    """
    if is_loaded():
        return {}
    for table in OWN_TABLES:
        if count := table.objects.count():
            raise NotOurs(
                f"The database holds {count} {table._meta.verbose_name_plural} of its own. Nothing was loaded."
            )
    with transaction.atomic():
        passwords = _users()
        author, editor, officer = (User.objects.get(username=name) for name in ("author", "editor", "records"))
        record = json.loads((HERE / "record.json").read_text(encoding="utf-8"))
        files = {path: read_story(path) for path in (HERE / "stories").glob("*.html")}
        first = _morning(min(date.fromisoformat(head["Date"]) for head, _body in files.values()))
        _record(record, officer, at, known_from=min(first, at))
        # Before the stories: their figures are asked of the record.
        record_changed.send(sender=models.Mission, at=at, by=officer)
        _stories(files, author, editor)
        audit.note(MARK, editor, by=None, at=at)
    return passwords


def _users():
    passwords = {}
    for username, (role, name) in USERS.items():
        passwords[username] = secrets.token_urlsafe(12)
        user = User.objects.create_user(username, password=passwords[username], is_staff=True, first_name=name)
        user.groups.add(Group.objects.get(name=role))
    return passwords


def _day(text):
    return date.fromisoformat(text) if text else None


def _morning(day):
    return timezone.make_aware(datetime.combine(day, time(9)))


def _record(record, officer, at, *, known_from):
    retrieved = timezone.localdate(at)
    sources = {
        key: models.Source.objects.create(
            title=row["title"], publisher=row["publisher"], url=row["url"], published=_day(row["published"]),
            retrieved=retrieved,
        )
        for key, row in record["sources"].items()
    }  # fmt: skip
    missions = {row["acronym"]: _mission(row, sources) for row in record["missions"]}
    units = {
        row["slug"]: models.Unit.objects.create(
            **{name: row[name] for name in ("slug", "name_kk", "name_ru", "name_en", "kind", "created_precision")},
            created=_day(row["created"]), source=sources[row["source"]],
        )
        for row in record["units"]
    }  # fmt: skip
    deployments = {}
    for row in record["deployments"]:
        deployment = deployments[row["key"]] = models.Deployment.objects.create(
            mission=missions[row["mission"]], unit=units.get(row["unit"]), kind=row["kind"], rotation=row["rotation"],
            start=_day(row["start"]), start_precision=row["start_precision"], end=_day(row["end"]),
            end_precision=row["end_precision"], strength=row["strength"], women=row["women"],
            source=sources[row["source"]],
        )  # fmt: skip
        # On the deployment's first day, since stories of that time print its figures.
        since = dates.midnight(deployment.start)
        for field in ("kind", "rotation", "period", "unit", "strength", "women"):
            clearance.clear(deployment, field, basis="official_release", by=officer, at=since)
    for row in record["milestones"]:
        models.Milestone.objects.create(
            **{name: value for name, value in row.items() if name not in ("date", "mission", "source")},
            date=_day(row["date"]), mission=missions.get(row["mission"]), source=sources[row["source"]],
        )  # fmt: skip
    for row in record["people"]:
        person = models.Person.objects.create(
            **{name: value for name, value in row.items() if name != "tours"}, note="Invented for the demonstration."
        )
        for deployment, appointment, rank, start, end in row["tours"]:
            models.Tour.objects.create(
                person=person, deployment=deployments[deployment], appointment=appointment, rank=rank,
                start=_day(start), end=_day(end),
            )  # fmt: skip
    _contributions(record["contributions"], missions, sources, at, known_from)
    # As if the house had known it all when its first story came out: staff look at the site as it was then.
    for noun in (models.Source, models.Mission, models.Unit, models.Deployment, models.Milestone, models.Person,
                 models.Tour):  # fmt: skip
        noun.history.update(history_date=known_from)


def _mission(row, sources):
    last = _day(row["last"])
    mission = models.Mission.objects.create(
        **{
            name: row[name]
            for name in (
                "acronym", "kind", "name_kk", "name_ru", "name_en", "headquarters", "longitude", "latitude",
                "mandate_kk", "mandate_ru", "mandate_en",
            )
        },
        slug=row["acronym"].lower(), start=_day(row["start"]), source=sources[row["source"]],
        end=date.fromordinal(last.toordinal() + 1) if last else None,
    )  # fmt: skip
    mission.host_countries.set(models.Country.objects.filter(iso3__in=row["hosts"]))
    return mission


def _contributions(row, missions, sources, at, known_from):
    """This will enter the one monthly series that the demo's sources give in full: the expert in Nepal."""
    run = models.ImportRun.objects.create(
        kind=models.ImportRun.Kind.CONTRIBUTIONS, file_name="record.json of the demonstration",
        sha256=hashlib.sha256(json.dumps(row).encode()).hexdigest(), source=sources[row["source"]], at=at, plan={},
    )  # fmt: skip
    year, month = (int(part) for part in row["first"].split("-"))
    while f"{year}-{month:02}" <= row["last"]:
        models.Contribution.objects.create(
            run=run, known_from=known_from, contributor=models.Country.objects.get(iso3="KAZ"),
            mission=missions[row["mission"]], month=month_end(date(year, month, 1)),
            personnel_type=row["personnel_type"],
            total=row["exceptions"].get(f"{year}-{month:02}", row["total"]),
        )  # fmt: skip
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)


def read_story(path):
    """This will return (header, body) of a story file: lines of `Name: value`, an empty line, HTML."""
    head, body = path.read_text(encoding="utf-8").split("\n\n", 1)
    return dict(re.match(r"([A-Z]\w+): ?(.*)", line).groups() for line in head.splitlines()), body.strip()


def _stories(files, author, editor):
    topics = {
        slug: Topic.objects.create(slug=slug, name_kk=kk, name_ru=ru, name_en=en)
        for slug, (kk, ru, en) in TOPICS.items()
    }
    articles = {}
    # In the order of their days, so that the newest story also has the newest row.
    for path, (head, body) in sorted(files.items(), key=lambda item: (item[1][0]["Date"], item[0].name)):
        key, language = path.name.split(".")[:2]
        day = date.fromisoformat(head["Date"])
        written = _morning(day)
        if key not in articles:
            articles[key] = _article(
                head, files[path.with_name(f"{key}.en.html")][0]["Title"], topics, editor, at=written
            )
        edition = Edition.objects.create(
            article=articles[key], language=language, title=head["Title"], slug=head["Slug"], day=day,
            standfirst=head["Standfirst"], byline=head["Byline"], body=body, created_at=written, created_by=author,
        )  # fmt: skip
        publishing.approve(edition, by=editor, at=written)


def _article(head, working_title, topics, editor, *, at):
    key = head["Photo"]
    photo = Photo(credit=illustrations.CREDIT, licence=illustrations.LICENCE, uploaded_by=editor)
    for name, text in illustrations.TEXTS[key].items():
        setattr(photo, name, text)
    photo.original = ContentFile(illustrations.draw(key), name=f"{key}.png")
    photo.save()
    renditions.make(photo, at=at)
    article = Article.objects.create(
        working_title=working_title, section=Section.objects.get(slug=head["Section"]), lead_photo=photo
    )
    article.topics.set(topics[slug.strip()] for slug in head["Topics"].split(","))
    article.missions.set(models.Mission.objects.filter(acronym__in=re.split(r",\s*", head["Missions"])))
    return article
