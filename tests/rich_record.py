"""A small record with everything that reports must tell apart, and the record read in plain Python, row by row.

What is told at `FIRST` is corrected at `CORRECTED`; `BETWEEN` lies between the two.
"""

from datetime import UTC, date, datetime

from missions.models import Casualty, Contribution, Deployment, ImportRun, Mission, Person, Source, Tour, Unit
from missions.models.kept import attribute
from tests import makers

FIRST, BETWEEN, CORRECTED = (datetime(2025, 10, day, 6, tzinfo=UTC) for day in (1, 10, 20))
JULY, AUGUST, SEPTEMBER, OCTOBER = (date(2025, 7, 31), date(2025, 8, 31), date(2025, 9, 30), date(2025, 10, 31))


def entered(noun, at=FIRST, **values):
    """This will enter a row of a noun with history at a moment."""
    row = noun(**values)
    return kept(row, at)


def kept(row, at, **values):
    """This will save a row so that its history says that it became so at a moment."""
    for name, value in values.items():
        setattr(row, name, value)
    attribute(row, by=None, at=at)
    row.save()
    return row


def missions():
    """Three of the UN and a coalition. The second is renamed later, the third has an English name only."""
    un = {"kind": Mission.Kind.UN_PEACEKEEPING}
    golan = entered(
        Mission, acronym="UNDOF", slug="undof", name_en="Disengagement Observer Force", name_ru="Силы по наблюдению",
        name_kk="Бақылау күші", **un,
    )  # fmt: skip
    lebanon = entered(
        Mission, acronym="UNFIL", slug="unifil", name_en="Force in Lebanon", name_ru="Силы в Ливане", **un
    )
    sahara = entered(Mission, acronym="MINURSO", slug="minurso", name_en="Referendum in Western Sahara", **un)
    coalition = entered(Mission, acronym="ZMNF", slug="zmnf", name_en="Force", kind=Mission.Kind.COALITION)
    kept(lebanon, CORRECTED, acronym="UNIFIL", name_ru="Временные силы в Ливане")
    return golan, lebanon, sahara, coalition


def un_files():
    """The run of a first file and that of a corrected one; the source of the first got another title later."""
    runs = []
    for number, (title, at) in enumerate((("First file", FIRST), ("Second file", CORRECTED)), start=1):
        source = entered(
            Source, at, title=title, publisher="The UN", retrieved=date(2025, 9, 1), url="https://un.example/"
        )
        runs.append(ImportRun.objects.create(
            kind="contributions", file_name=f"{number}.csv", sha256=str(number) * 64, at=at, plan={}, source=source,
        ))  # fmt: skip
    kept(runs[0].source, CORRECTED, title="First file, named anew")
    return runs


def contributions():
    """This will enter the UN's figures: equal totals, women that are not told, a lone contributor, corrections."""
    golan, lebanon, sahara, coalition = missions()
    first, second = un_files()

    def told(iso3, mission, month, kind, men, women, *, total=None, measure="month_end", run=first, until=None):
        Contribution.objects.create(
            run=run, known_from=run.at, known_until=until, contributor=makers.country(iso3), mission=mission,
            month=month, personnel_type=kind, men=men, women=women, total=men + women if total is None else total,
            measure=measure,
        )  # fmt: skip

    for month in (JULY, AUGUST, SEPTEMBER, OCTOBER):
        told("KAZ", golan, month, "troops", 129, 10)
        told("KAZ", golan, month, "staff_officers", 3, 1)
        told("NPL", golan, month, "troops", 400, 40)
        told("FJI", golan, month, "troops", 140, 3)  # as many as the country in all
    told("KAZ", lebanon, AUGUST, "experts_on_mission", 3, 1)
    told("KAZ", lebanon, AUGUST, "staff_officers", None, None, total=5)
    told("IND", lebanon, AUGUST, "troops", 880, 15)
    told("FJI", lebanon, AUGUST, "experts_on_mission", 0, 0)  # it is listed and sent nobody
    told("KAZ", sahara, AUGUST, "experts_on_mission", 4, 2)  # nobody else is in the record
    told("KAZ", sahara, JULY, "individual_police", 0, 0)
    told("NPL", sahara, JULY, "individual_police", 7, 0)
    told("KAZ", coalition, AUGUST, "troops", 20, 0)
    told("NPL", sahara, SEPTEMBER, "troops", 9, 0)  # the country has nobody there
    told("KAZ", golan, date(2024, 12, 31), "all", 130, 8, measure="year_mean")
    told("NPL", golan, date(2024, 12, 31), "all", 410, 39, total=450, measure="year_mean")
    # The second file corrects two figures of the first.
    told("KAZ", lebanon, SEPTEMBER, "experts_on_mission", 2, 0, until=CORRECTED)
    told("KAZ", lebanon, SEPTEMBER, "experts_on_mission", 6, 3, run=second)
    told("IND", lebanon, SEPTEMBER, "experts_on_mission", 9, 0, until=CORRECTED)
    told("IND", lebanon, SEPTEMBER, "experts_on_mission", 8, 1, run=second)
    told("FJI", lebanon, SEPTEMBER, "experts_on_mission", 2, 0, run=second)


def fatalities():
    """This will enter fatalities of three nations: two ids come twice, one row is corrected later."""
    golan, lebanon, *_others = missions()
    first, second = un_files()

    def told(casualty, day, mission, kind, iso3, *, occurrence=1, run=first, until=None):
        Casualty.objects.create(
            run=run, known_from=run.at, known_until=until, casualty_id=casualty, occurrence=occurrence, date=day,
            mission=mission, nationality=iso3 and makers.country(iso3), incident_type=kind, personnel_type="Military",
        )  # fmt: skip

    told("A-1", date(2019, 3, 1), golan, "accident", "NPL")
    told("A-2", date(2019, 4, 1), golan, "accident", "KAZ")
    told("A-3", date(2021, 5, 1), golan, "illness", None)
    told("A-3", date(2021, 5, 2), golan, "accident", "KAZ", occurrence=2)
    told("A-4", date(2021, 6, 1), lebanon, "malicious_act", "KAZ")
    told("A-4", date(2021, 6, 1), lebanon, "malicious_act", "FJI", occurrence=2)
    told("A-5", date(2023, 1, 1), lebanon, "to_be_determined", "FJI", until=CORRECTED)
    told("A-5", date(2023, 1, 1), lebanon, "malicious_act", "FJI", run=second)
    told("A-6", date(2025, 10, 30), lebanon, "unknown", "FJI")  # after the day that the tests ask of


def deployments():
    """This will enter deployments with their tours: exact and coarse dates, open ends, one that is corrected later."""
    golan, lebanon, sahara, coalition = missions()
    document = entered(Source, title="Decree", publisher="The Gazette", retrieved=date(2025, 9, 1))
    unit = entered(Unit, slug="first", kind="formed_unit", name_en="First unit", name_ru="Первая часть")
    nobodys = {"authorised_strength": None, "strength": None, "women": None}
    contingent = entered(
        Deployment, mission=golan, kind="contingent", unit=unit, rotation=2, start=date(2024, 11, 1),
        end=date(2025, 12, 1), authorised_strength=140, strength=139, women=10, place="Camp North", source=document,
    )  # fmt: skip
    following = entered(
        Deployment, mission=golan, kind="contingent", unit=unit, rotation=3, start=date(2025, 12, 1),
        start_precision="month", end=date(2027, 1, 1), end_precision="year", **{**nobodys, "strength": 150},
    )  # fmt: skip
    officers = entered(Deployment, mission=golan, kind="staff_officers", start=date(2024, 3, 1), **nobodys)
    observers = entered(
        Deployment, mission=lebanon, kind="experts_on_mission", start=date(2025, 1, 1), start_precision="year",
        **{**nobodys, "strength": 4},
    )  # fmt: skip
    entered(Deployment, mission=sahara, kind="experts_on_mission", end=date(2026, 7, 1), end_precision="month")
    entered(
        Deployment, mission=coalition, kind="contingent", start=date(2003, 8, 1), end=date(2008, 11, 1), strength=27
    )
    entered(Deployment, CORRECTED, mission=sahara, kind="individual_police", start=date(2025, 2, 1), strength=1)
    kept(observers, CORRECTED, strength=5, end=date(2026, 2, 1))
    _tours(contingent, following, officers, observers)


def _tours(contingent, following, officers, observers):
    def tour(number, deployment, start, end, at=FIRST, **values):
        person = Person.objects.create(family_name=f"Person {number}", given_name="Invented")
        return entered(Tour, at, person=person, deployment=deployment, start=start, end=end, **values)

    tour(1, contingent, date(2024, 11, 1), date(2025, 12, 1))
    tour(2, contingent, date(2024, 11, 1), date(2025, 12, 1))
    tour(3, contingent, date(2024, 11, 1), date(2025, 6, 1))
    tour(4, officers, date(2025, 1, 1), date(2026, 1, 16))
    tour(5, officers, date(2025, 1, 1), None)
    tour(6, officers, date(2025, 2, 1), date(2026, 3, 1), end_precision="month")
    tour(7, officers, date(2025, 2, 1), date(2026, 3, 1), end_precision="month")
    moved = tour(8, observers, date(2025, 3, 1), date(2025, 10, 1))
    kept(moved, CORRECTED, end=date(2026, 1, 1))
    tour(9, following, date(2026, 1, 1), date(2027, 1, 1), end_precision="year")


def vintages(noun, known_at):
    """This will return the rows of a UN file as known then, in plain Python over the whole table."""
    of = "nationality" if noun is Casualty else "contributor"
    return [
        row for row in noun.objects.prefetch_related(of, "run")
        if row.known_from <= known_at and (row.known_until is None or row.known_until > known_at)
    ]  # fmt: skip


def then(noun, known_at):
    """This will return {id: past} of a noun, each the last of its history up to a moment, deleted ones left out."""
    pasts = {}
    for past in sorted(noun.history.all(), key=lambda past: (past.history_date, past.history_id)):
        if past.history_date <= known_at:
            pasts[past.id] = past
    return {pk: past for pk, past in pasts.items() if past.history_type != "-"}


def named(row, language):
    """This will return the name of a row in a language, or in the first of en, ru, kk that it has."""
    return next(text for one in (language, "en", "ru", "kk") if (text := getattr(row, f"name_{one}")))
