"""Fills an empty database with an invented house of any size, set by set: minutes for a million editions.

Every name is invented and says so. What grows with the house's years are stories, people, their tours and the UN's
figures of other countries; the missions, the deployments, the sections and topics, the country's own figures and the
months that charts show are the same in a small house and in a large one, so that their pages show as much in both.
Rows are made by the database from numbers, past rules and triggers; what the house keeps beside them is made after it.
"""

import random
from datetime import date, timedelta

from tests.benchmarks.filling import DAYS, MONTHS, NOW, TODAY, Filling, by_sets

SECTIONS_BESIDE, TOPICS, MISSIONS, DEPLOYMENTS = 4, 12, 20, 240
LANGUAGES = ("kk", "ru", "en")
COMMON = {"kk": "бітімгер", "ru": "миротворец", "en": "peacekeeper"}
TEXTS = 500  # of each language, which the editions share
CONTRIBUTORS = 100
OWN_MISSIONS = 2
CORRECTIONS = 4  # of each story that was corrected, so that a small house fills more than a page of them
NAMED = (60, 100)  # people whose names are cleared: so many at least, else one in so many


def sizes(editions):
    """This will return how many (people, tours, contributions) belong to a house of so many editions."""
    return max(editions // 5, 200), max(editions * 2 // 5, 400), editions


def fill(editions):
    """This will fill the migrated, empty database of the settings with a house of so many editions."""
    from django.db import connection

    people, tours, contributions = sizes(editions)
    filling = Filling(connection)
    with by_sets(connection):
        filling.numbers(max(editions, contributions, tours) + 1)
        _house(filling)
        _record(filling, people, tours, contributions)
        filling.say(f"the record: {people} people, {tours} tours, {contributions} contributions")
        _newsroom(filling, editions)
        filling.say(f"the newsroom: {editions} editions")
        _trail(filling, editions)
        _search(filling)
        filling.say("search entries")
        for table in ("n", "d", "m", "t"):
            filling.run(f"DROP TABLE {table}")
    _put_in_order(connection)
    filling.say("indexes, totals, statistics")


def _house(f):
    """This will make what every house has few of."""
    from articles.models import Author, Section, Topic
    from ledger.models import User
    from missions.models import Deployment, ImportRun, Milestone, Mission, Source, Unit

    User.objects.create_superuser("benchmark", "benchmark@house.example", "a long pass phrase of the benchmark")
    source = Source.objects.create(
        title="Invented source", publisher="Invented publisher", retrieved=TODAY, url="https://source.example/"
    )
    for kind in ("contributions", "fatalities"):
        ImportRun.objects.create(kind=kind, file_name=f"{kind}.csv", plan={}, sha256="0" * 64, source=source, at=NOW)
    for number in range(SECTIONS_BESIDE):
        Section.objects.create(name_en=f"Invented section {number}", slug=f"invented-{number}", position=90 + number)
    for number in range(TOPICS):
        Topic.objects.create(name_en=f"Invented topic {number}", slug=f"invented-topic-{number}")
    Author.objects.create(name_en="Invented author", slug="invented-author")
    missions = [
        Mission.objects.create(acronym=f"MINV{n:02}", slug=f"minv{n:02}", kind="un_peacekeeping", start=date(1990, 1, 1),
                               name_en=f"Invented mission {n}", source=source)
        for n in range(MISSIONS)
    ]  # fmt: skip
    for n in range(30):
        Milestone.objects.create(date=date(1992 + n, 5, 1), title_en=f"Invented milestone {n}", source=source,
                                 mission=missions[n % 4])  # fmt: skip
    unit = Unit.objects.create(name_en="Invented unit", slug="invented-unit", kind="formed_unit", source=source)
    first = TODAY - timedelta(days=DEPLOYMENTS * 45)
    Deployment.objects.bulk_create(
        Deployment(
            mission=missions[n % 4], unit=unit, kind="contingent" if n % 3 else "staff_officers", strength=200, women=20,
            authorised_strength=250, place="Invented place", source=source, start=first + timedelta(days=n * 45),
            end=first + timedelta(days=n * 45 + 180) if n < DEPLOYMENTS - 4 else None,
        )
        for n in range(DEPLOYMENTS)
    )  # fmt: skip


def _record(f, people, tours, contributions):
    from ledger.models import User
    from missions.models import Casualty, Clearance, Contribution, Country, Deployment, ImportRun, Mission, Person, Tour

    user = User.objects.get(username="benchmark").pk
    first = Deployment.objects.order_by("pk").first().pk
    f.insert(
        Person, f"n WHERE i <= {people}", id="i", given_name="'Invented ' || i", name_latin="'Invented Person ' || i",
        family_name="'Family ' || (i * 7919 % 99991)", sex="CASE WHEN i % 9 = 0 THEN 'f' ELSE 'm' END",
        service_number="'INV-' || i",
    )  # fmt: skip
    # A person's second tour is in the fifth deployment after the first one's, which begins when that is over.
    half = tours // 2
    place = f"(({{i}} - 1) * {DEPLOYMENTS - 6} / {half})"
    for turn in (0, 1):
        f.insert(
            Tour, f"n JOIN missions_deployment d ON d.id = {first} + {place.format(i='n.i')} + {turn * 5} "
            f"WHERE n.i <= {half}",
            id=f"n.i + {turn * half}", person_id="n.i", deployment_id="d.id", start=f.day_after("d.start", "n.i % 9"),
            end='d."end"', rank="'Captain'", appointment="'Observer'", source_id="d.source_id",
        )  # fmt: skip
    given = {
        "basis": "CASE WHEN t.field = 'name' THEN 'consent' ELSE 'official_release' END", "coarseness": "'exact'",
        "since": f.literal(NOW - timedelta(days=3650)), "by_id": user,
    }  # fmt: skip

    def clear(noun, fields, rows):
        listed = " UNION ALL ".join(f"SELECT '{field}' AS field" for field in fields)
        f.insert(Clearance, f"({listed}) t CROSS JOIN ({rows}) r", field="t.field", **{f"{noun}_id": "r.id"}, **given)

    clear(
        "deployment", ("kind", "period", "strength", "women", "unit", "authorised_strength", "tours"),
        "SELECT id FROM missions_deployment",
    )  # fmt: skip
    # Spread over all, since who was sent first has been home longest.
    step = people // max(min(NAMED[0], people), people // NAMED[1])
    clear("person", ("name",), f"SELECT id FROM missions_person WHERE id % {step} = 0")
    clear(
        "tour", ("mission", "appointment", "rank", "period"),
        f"SELECT id FROM missions_tour WHERE person_id % {step} = 0",
    )  # fmt: skip
    runs = dict(ImportRun.objects.values_list("kind", "pk"))
    known = {"known_from": f.literal(NOW - timedelta(days=30))}
    own = Country.objects.get(iso3="KAZ").pk
    missions = list(Mission.objects.order_by("pk").values_list("pk", flat=True))
    shown = {
        "measure": "'month_end'", "men": "90", "women": "10", "total": "100", "run_id": runs["contributions"], **known
    }  # fmt: skip
    f.insert(
        Contribution, f"m CROSS JOIN n WHERE n.i <= {OWN_MISSIONS}", contributor_id=own, month="m.day",
        mission_id=f"{missions[0]} + n.i - 1", personnel_type="'troops'", **shown,
    )  # fmt: skip
    others = Country.objects.exclude(iso3="KAZ").order_by("iso3").values_list("pk", flat=True)[:CONTRIBUTORS]
    # Of one mission's every month another contributor is known too, so that its charts show as much in a small house.
    f.insert(
        Contribution, "m", contributor_id=others[0], month="m.day", mission_id=f"{missions[1]}",
        personnel_type="'formed_police_unit'", **shown,
    )  # fmt: skip
    rest = contributions - OWN_MISSIONS * MONTHS - MONTHS
    per_month = max(rest // MONTHS, min(rest, 2 * CONTRIBUTORS))
    spread = {
        "contributor_id": f"(SELECT c.id FROM k c WHERE c.i = (n.i - 1) % {CONTRIBUTORS})", "month": "m.day",
        "mission_id": f"{missions[0]} + (n.i - 1) / {CONTRIBUTORS} % {MISSIONS}",
        "personnel_type": f"CASE (n.i - 1) / {CONTRIBUTORS * MISSIONS} WHEN 0 THEN 'troops' WHEN 1 THEN "
        "'staff_officers' ELSE 'individual_police' END", **shown,
    }  # fmt: skip
    f.run("CREATE TEMPORARY TABLE k (i integer PRIMARY KEY, id bigint)")
    f.many("INSERT INTO k VALUES (%s, %s)", list(enumerate(others)))
    f.insert(Contribution, f"m CROSS JOIN n WHERE m.i < {rest // per_month} AND n.i <= {per_month}", **spread)
    f.run("DROP TABLE k")
    f.insert(
        Casualty, "n WHERE i <= 400", casualty_id="'INV' || i", date="(SELECT day FROM m WHERE m.i = n.i % 240)",
        mission_id=f"{missions[0]} + n.i % {MISSIONS}", nationality_id=own, personnel_type="'Military'",
        incident_type="'accident'", run_id=runs["fatalities"], **known,
    )  # fmt: skip


def _newsroom(f, editions):
    from articles.models import Article, Claim, Correction, Edition, Section, Topic
    from ledger.models import User
    from missions.models import Mission

    user = User.objects.get(username="benchmark").pk
    sections, topics, missions = (
        list(noun.objects.order_by("pk").values_list("pk", flat=True)) for noun in (Section, Topic, Mission)
    )
    first = editions - editions // 10  # a tenth are second editions
    stories = (first + 2) // 3
    f.insert(
        Article, f"n WHERE i <= {stories}", id="i", working_title="'Invented story ' || i",
        section_id=f"{sections[0]} + i % {len(sections)}", imported_from="''",
    )  # fmt: skip
    for through, column, values, share in (
        (Article.topics.through, "topic_id", topics, 2), (Article.missions.through, "mission_id", missions, 3),
    ):  # fmt: skip
        # The second one is common enough to fill a page of a small house; of the others the first ones are commoner.
        one, two = f"i * 31 % {len(values)}", f"i * 17 % 13 % {len(values)}"
        which = f"CASE WHEN i % {share * 2} = 0 THEN 1 WHEN {one} < {two} THEN {one} ELSE {two} END"
        f.insert(
            through, f"n WHERE i <= {stories} AND i % {share} = 0", article_id="i",
            **{column: f"{values[0]} + {which}"},
        )  # fmt: skip
    day = f"(SELECT d.day FROM d WHERE d.i = {{i}} * {DAYS - 4} / {first})".replace("{i}", "CAST(b.i AS bigint)")
    bodies = "'<p>Invented text of story ' || b.i || '. ' || 'On the Golan peacekeepers kept watch that month.</p>'"
    state = "CASE WHEN b.i % 211 = 0 THEN 'draft' WHEN b.i % 223 = 0 THEN 'in_review' WHEN b.i % 101 = 0 THEN 'withdrawn' ELSE 'approved' END"
    decided = "b.i % 211 <> 0 AND b.i % 223 <> 0"
    common = {
        "article_id": "(b.i - 1) / 3 + 1", "language": "CASE b.i % 3 WHEN 1 THEN 'kk' WHEN 2 THEN 'ru' ELSE 'en' END",
        "title": "'Invented story ' || b.i", "slug": "'invented-' || b.i", "standfirst": "'Nothing of it happened.'",
        "byline": "'Invented author'", "day": "b.day", "body": bodies, "rendered": bodies, "created_by_id": user,
        # A Kazakh edition's revision bears its number; two of three editions are translated from one.
        "translated_from_id": "CASE WHEN b.i % 3 = 1 THEN NULL ELSE b.i - (b.i - 1) % 3 END",
    }  # fmt: skip

    def decide(hours, condition, **more):
        moment = f.plus("b.day", hours)
        when = dict.fromkeys(("approved_at", "public_from"), f"CASE WHEN {condition} THEN {moment} END")
        return {"created_at": moment, **when, "approved_by_id": f"CASE WHEN {condition} THEN {user} END", **more}

    rows = f"(SELECT n.i AS i, {day.replace('b.i', 'n.i')} AS day FROM n WHERE n.i <= {first}) b"
    f.insert(
        Edition, rows, id="b.i", number="1", state=state, **common,
        **decide(
            "9", decided,
            withdrawn_at=f"CASE WHEN b.i % 101 = 0 AND {decided} THEN {f.plus('b.day', '30')} END",
            withdrawal_reason="CASE WHEN b.i % 101 = 0 THEN 'It was invented.' ELSE '' END",
            public_until=f"CASE WHEN b.i % 97 = 0 AND {decided} THEN {f.plus('b.day', '99')} END",
            suppressed_at=f"CASE WHEN b.i % 503 = 0 AND {decided} THEN {f.plus('b.day', '50')} END",
        ),
    )  # fmt: skip
    second = f"(SELECT e.id AS i, n.i AS j, e.day AS day FROM n JOIN articles_edition e ON e.id = n.i * 9 - n.i % 3 WHERE n.i <= {editions - first} AND e.state = 'approved') b"
    f.insert(
        Edition, second, id=f"{first} + b.j", number="2", state="'approved'", **common,
        correction="'The month was another one.'", **decide("80", "b.day IS NOT NULL"),
    )  # fmt: skip
    f.insert(
        Claim, "articles_edition e WHERE e.approved_at IS NOT NULL", edition_id="e.id", place="1",
        key="'missions_joined'", value="4", printed="'4'", unit="'missions'", as_of="e.day",
        verdict="CASE WHEN e.id < 200 AND e.id % 20 = 0 THEN 'moved_on' ELSE 'agrees' END", asked_at=f.literal(NOW),
        parameters="'{}'", sources="'[]'", rests_on="'[]'",
    )  # fmt: skip
    f.insert(
        Correction, "articles_edition e JOIN articles_edition b ON b.article_id = e.article_id AND "
        f"b.language = e.language AND b.number = 1 JOIN n ON n.i <= {CORRECTIONS} WHERE e.number = 2",
        edition_id="b.id", set_right_by_id="e.id", text="'The month was another one: ' || n.i", at="e.approved_at",
        by_id=user,
    )  # fmt: skip
    # Some that are news (the days end before theirs), and some that wait for their hour: as many in a house of any size,
    # filled at whatever hour.
    f.run(
        f"UPDATE articles_edition SET public_from = {f.literal(NOW - timedelta(days=1))} "
        f"WHERE id > {first - 540} AND id <= {first} AND state = 'approved' AND public_until IS NULL "
        "AND suppressed_at IS NULL AND id % 9 = 2"
    )
    f.run(
        "UPDATE articles_edition SET public_from = "
        f"{f.literal(NOW + timedelta(days=2))} WHERE id > {first - 40} AND id <= {first} AND state = 'approved' "
        "AND public_until IS NULL AND suppressed_at IS NULL AND id % 9 = 1"
    )


def _trail(f, editions):
    """This will make what verbs leave behind, and let the day's first reader have come."""
    from articles.claim_queue import ASKED
    from articles.models import Claim, Revision, Transition
    from ledger.models import Entry, User

    user = User.objects.get(username="benchmark").pk
    f.insert(
        Transition, "articles_edition e WHERE e.approved_at IS NOT NULL", edition_id="e.id", to_state="'approved'",
        at="e.approved_at", by_id=user, reason="''",
    )  # fmt: skip
    f.insert(
        Revision, "articles_edition e", id="e.id", edition_id="e.id", name="'Handed in'",
        title="CASE WHEN e.id < 60 THEN 'Before it was changed' ELSE e.title END",  # a few translations wait
        standfirst="e.standfirst", byline="e.byline", body="e.body", at="e.created_at", by_id=user,
    )  # fmt: skip
    details = {"details": "'{}'"} if any(field.name == "details" for field in Entry._meta.fields) else {}
    f.insert(
        Entry, "articles_edition e WHERE e.id % 2 = 0", verb="'approve'", noun="'articles.edition'",
        object_id="CAST(e.id AS varchar(20))", by_id=user, at="e.created_at", **details,
    )  # fmt: skip
    f.insert(
        Entry, "n WHERE i = 1", verb=f"'{ASKED}'", noun=f"'{Claim._meta.label_lower}'", object_id="''",
        at=f.literal(NOW), **details,
    )  # fmt: skip


def _search(f):
    """This will put what is approved into the index: one of some hundred texts each, whose words are known once."""
    from articles.models import SearchEntry
    from articles.search import words
    from articles.search.engines import Index, word

    chance, index, keys, rows = random.Random(2026), Index(), set(), []
    for language in LANGUAGES:
        letters = "abcdefghiklmnoprst" if language == "en" else "абвгдеиклмнопрсту"
        own = ["".join(chance.choices(letters, k=chance.randint(5, 10))) for _word in range(4_000)]
        common = {word(key) for key in words.indexed(words.fold(COMMON[language]), language)}
        for number in range(TEXTS):
            drawn = set(chance.choices(own, k=40))
            keys |= drawn | common
            text = " ".join([COMMON[language], *sorted(drawn)])
            rows.append((language, number, " ".join(sorted(drawn | common)), text))
    index.learn(keys)
    f.run("CREATE TEMPORARY TABLE t (language varchar(2), i integer, words text, text text, PRIMARY KEY (language, i))")
    f.many("INSERT INTO t VALUES (%s, %s, %s, %s)", rows)
    # Days since the first of January of year 1, as Python counts them.
    ordinal = "(e.day - DATE '0001-01-01' + 1)" if f.postgres else "CAST(julianday(e.day) - 1721424.5 AS integer)"
    f.insert(
        SearchEntry, f"articles_edition e JOIN articles_article a ON a.id = e.article_id JOIN t ON t.language = "
        f"e.language AND t.i = e.id % {TEXTS} WHERE e.state = 'approved' AND e.suppressed_at IS NULL",
        place=f"CAST({ordinal} AS bigint) * {SearchEntry.DAY} + e.id", edition_id="e.id", words="t.words",
        tags="'in_' || e.language || ' section_' || a.section_id", text="t.text",
    )  # fmt: skip


def _put_in_order(connection):
    """This will make what the rules of the house keep beside its rows, the numbers of new rows, and statistics."""
    from django.apps import apps
    from django.core.management.color import no_style

    from articles import following, totals
    from articles.search.engines import Index
    from missions import month_totals, service_totals

    Index().install()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # what follows asks as the house does
    service_totals.count_again()
    month_totals.count_again()
    totals.count_again(at=NOW)
    following.follow_again()
    with connection.cursor() as cursor:
        models = [model for name in ("missions", "articles") for model in apps.get_app_config(name).get_models()]
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
