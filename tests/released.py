"""A small released record for the tests of what programs read: every noun of it, and private rows beside it."""

from datetime import date, timedelta

from articles import publishing
from articles.models import Article, Edition, Section, Topic
from missions.models import (
    Casualty,
    Contribution,
    Deployment,
    ImportRun,
    Milestone,
    Mission,
    MissionAlias,
    Source,
    Unit,
)
from tests import makers


def run(noon, kind="contributions"):
    source = Source.objects.create(
        title=f"The UN's {kind}", publisher="United Nations", url="https://un.example/", retrieved=noon.date()
    )
    return ImportRun.objects.create(kind=kind, file_name="f.csv", sha256="0" * 64, source=source, at=noon, plan={})


def contribution(of, mission, month, total, *, at, contributor="KAZ", **values):
    return Contribution.objects.create(
        **{
            "run": of, "known_from": at, "contributor": makers.country(contributor), "mission": mission, "month": month,
            "personnel_type": "troops", "total": total, **values,
        }
    )  # fmt: skip


def record(noon, editor):
    """This will make the record and return its story in English, approved at `noon`."""
    golan = makers.golan_mission()
    golan.name_kk, golan.name_ru = "БҰҰ күші", "Силы ООН"
    golan.end, golan.end_precision = date(2031, 1, 1), "year"
    golan.longitude, golan.latitude, golan.headquarters = "35.8333", "33.2", "Camp Faouar"
    golan.mandate_en = "=1+1 is no formula,\nbut a mandate."
    golan.save()
    golan.host_countries.add(makers.country("SYR"))
    MissionAlias.objects.create(acronym="FNUOD", mission=golan)
    Mission.objects.create(
        acronym="UNOSOM II", slug="unosom-ii", name_en="United Nations Operation in Somalia II", kind="un_peacekeeping",
        start=date(1993, 3, 1), start_precision="month", end=date(1995, 4, 1), end_precision="month",
    )  # fmt: skip
    Mission.objects.create(acronym="MNF-I", slug="mnf-i", name_en="Multi-National Force", kind="coalition")
    unit = Unit.objects.create(slug="unit", kind="formed_unit", name_kk="Бөлімше", name_ru="Часть", name_en="The Unit")
    makers.golan_contingent(
        rotation=1, unit=unit, start=date(2024, 3, 15), end=date(2025, 4, 10),
        cleared=("kind", "rotation", "period", "unit", "strength", "women"),
    )  # fmt: skip
    Deployment.objects.create(mission=golan, kind="contingent", start=date(2025, 4, 10), strength=777, place="NOWHERE")
    of = run(noon)
    for month in (date(2013, 11, 30), date(2013, 12, 31), date(2014, 1, 31)):
        contribution(of, golan, month, 12, at=noon, men=10, women=2)
        contribution(of, golan, month, 300, at=noon, contributor="IND")
    contribution(of, golan, date(2013, 12, 31), 11, at=noon, measure="year_mean", personnel_type="all")
    deaths = run(noon, "fatalities")
    for number, (day, incident) in enumerate(
        [(date(1993, 6, 5), "malicious_act"), (date(1993, 7, 1), "malicious_act"), (date(1994, 1, 1), "illness")]
    ):
        Casualty.objects.create(
            run=deaths, known_from=noon, casualty_id=f"CASUALTY-{number}", date=day, personnel_type="Military",
            mission=Mission.objects.get(acronym="UNOSOM II"), nationality=makers.country("PAK"), incident_type=incident,
        )  # fmt: skip
    Milestone.objects.create(
        date=date(2000, 1, 1), precision="month", title_en="A battalion", title_ru="Батальон", text_en="It is created.",
        source=of.source,
    )  # fmt: skip
    Milestone.objects.create(date=date(2024, 3, 15), title_en="A contingent", mission=golan, source=of.source)
    return stories(noon, editor)


def stories(noon, editor):
    article = Article.objects.create(working_title="Golan", section=Section.objects.get(slug="missions"))
    article.topics.add(Topic.objects.create(slug="golan", name_en="The Golan"))
    body = "<p>In 2013 [[strength mission=UNDOF on=2013-12-31]] served.</p>"
    first = makers.approved_story(noon, editor, article=article, body=body)
    makers.approved_story(noon, editor, article=article, language="ru", slug="golany", title="Голаны", body=body)
    following = publishing.open_next(first, by=makers.author(), at=noon + timedelta(hours=1))
    Edition.objects.filter(pk=following.pk).update(correction="We wrote 13. It was 12.", title="The Golan, corrected")
    return publishing.approve(following, by=editor, at=noon + timedelta(hours=2))
