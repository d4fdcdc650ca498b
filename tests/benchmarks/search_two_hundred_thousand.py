"""Times searches of 200,000 editions on the database of DATABASE_URL, which must be one that may be filled.

    DATABASE_URL=postgres://.../empty python -m tests.benchmarks.search_two_hundred_thousand [editions]
    DATABASE_URL=sqlite:////tmp/search.sqlite3 python -m tests.benchmarks.search_two_hundred_thousand

A third of the editions is in each language; of these nearly all hold the common word, one in nine the middle one, and
one in a hundred and twenty the rare one, among a hundred and fifty words that are drawn as words of a language are. It
prints the 50th and the 95th percentile for the search alone (from the typed words to the ordered ids, what is in force
by now), and for the whole page. A database that was filled before is used as it is.
"""

import os
import random
import sys
import time
from datetime import UTC, datetime, timedelta
from itertools import accumulate

LANGUAGES = {
    "kk": ("бітімгерлердің", "контингентіне", "сапердің", "бітімгер", "контингент", "сапер"),
    "ru": ("миротворцев", "контингента", "сапёров", "миротворец", "контингент", "сапёр"),
    "en": ("peacekeepers", "contingents", "sappers", "peacekeeper", "contingent", "sapper"),
}
CHANCES = (0.95, 1 / 9, 1 / 120)
VOCABULARY, WORDS, TITLE = 20_000, 150, 6
LETTERS = {"kk": "абдеклмнорстуықің", "ru": "абвгдеиклмнопрсту", "en": "abcdefghiklmnoprst"}
NOW = datetime(2025, 10, 23, 7, tzinfo=UTC)
ROUNDS = 40
DIFFERENT = 3_000  # texts of a language


def vocabulary(language, chance):
    letters = LETTERS[language]
    return list({"".join(chance.choices(letters, k=chance.randint(5, 11))) for _word in range(VOCABULARY)})


def texts(chance):
    """This will return {language: rows of (title, text, the words that the index holds)}, from which editions are drawn."""
    from articles.search import words
    from articles.search.engines import LEAD, word
    from articles.search.engines import TITLE as IN_TITLE

    drawn = {}
    for language, marked in LANGUAGES.items():
        own = vocabulary(language, chance)
        weights = list(accumulate(1 / (rank + 20) for rank in range(len(own))))
        # What is drawn at random is no word of any language, and so its own key.
        known = {one: {word(key) for key in words.indexed(words.fold(one), language)} for one in marked[:3]}
        drawn[language] = []
        for _text in range(DIFFERENT):
            text = chance.choices(own, cum_weights=weights, k=WORDS)
            for one, share in zip(marked, CHANCES, strict=False):
                if chance.random() < share:
                    text[chance.randrange(WORDS)] = one
            title, found = (
                set().union(*(known.get(one) or {one} for one in some)) for some in (text[:TITLE], text)
            )  # fmt: skip
            held = [*found, *(IN_TITLE + one for one in title), *(LEAD + one for one in title)]
            drawn[language].append((" ".join(text[:TITLE]), " ".join(text), " ".join(sorted(held))))
    return drawn


def fill(count):
    """This will make the editions and their rows of the index, past the rules and without the index till the end."""
    from django.db import connection, transaction

    from articles.models import Article, Edition, SearchEntry, Section
    from articles.search.engines import Index, Row
    from ledger import guards
    from ledger.models import User

    chance, started = random.Random(2025), time.perf_counter()
    editor = User.objects.create_user("benchmark", password=None)
    section = Section.objects.order_by("pk").first()
    drawn, index = texts(chance), Index()
    index.learn(
        {one for rows in drawn.values() for _title, _text, held in rows for one in held.split() if "_" not in one}
    )
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("DROP INDEX articles_search_blocks")
        else:
            cursor.execute("PRAGMA synchronous=OFF")
    with guards.lifted(connection):
        for start in range(0, count, 4_000):
            numbers = range(start, min(start + 4_000, count))
            with transaction.atomic():
                articles = Article.objects.bulk_create(Article(working_title="x", section=section) for _one in numbers)
                made = [(tuple(LANGUAGES)[number % 3], chance.randrange(DIFFERENT)) for number in numbers]
                editions = Edition.objects.bulk_create(
                    Edition(
                        article=article, language=language, title=drawn[language][which][0], slug=f"story-{number}",
                        standfirst=".", day=NOW.date() - timedelta(days=(count - number) // 20), body="<p>x</p>",
                        state="approved", created_at=NOW, approved_at=NOW - timedelta(days=1), approved_by=editor,
                        public_from=NOW - timedelta(days=1),
                    )
                    for number, article, (language, which) in zip(numbers, articles, made, strict=True)
                )  # fmt: skip
                rows = []
                for edition, (language, which) in zip(editions, made, strict=True):
                    _title, text, held = drawn[language][which]
                    place = SearchEntry.place_of(edition.day, edition.pk)
                    rows.append(Row(place, edition.pk, held, f"in_{language} section_{section.pk}", text))
                index.write(rows)
    index.install()
    print(f"{count} editions were made in {time.perf_counter() - started:.0f} s", flush=True)


def questions(language, chance):
    """This will yield (what is measured, a way to draw a query)."""
    common, middle, rare = LANGUAGES[language][3:]
    others = vocabulary(language, random.Random(7))
    yield "common", lambda: common
    yield "middle", lambda: middle
    yield "rare", lambda: rare
    yield "common + middle", lambda: f"{common} {middle}"
    yield "common + rare", lambda: f"{common} {rare}"
    yield "rare + no story's", lambda: f"{rare} {chance.choice(others)}"
    yield "misspelt", lambda: common[:3] + common[4:]


def percentiles(times):
    times = sorted(times)
    return times[len(times) // 2] * 1000, times[int(len(times) * 0.95)] * 1000


def main(count):
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client
    from django.test.utils import override_settings

    from articles.models import Edition

    call_command("migrate", verbosity=0)
    if not Edition.objects.exists():
        fill(count)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    chance, client = random.Random(1), Client(HTTP_HOST="localhost")
    print(f"{Edition.objects.count()} editions, {connection.vendor}; ms at the 50th / 95th percentile")
    print(f"{'':30} {'search':>15} {'page':>15}", flush=True)
    plain = "django.contrib.staticfiles.storage.StaticFilesStorage"  # no files were collected
    with override_settings(STORAGES={**settings.STORAGES, "staticfiles": {"BACKEND": plain}}):
        measure(client, chance)


def measure(client, chance):
    """This will print a line for each kind of question in each language."""
    from articles.search import asking, readable

    for language in LANGUAGES:
        for name, draw in questions(language, chance):
            alone, whole = [], []
            client.get(f"/{language}/search/", {"q": draw()})  # the first of a process opens the dictionary
            for _round in range(ROUNDS):
                query = draw()
                started = time.perf_counter()
                asking.search(asking.Question(query, (language,)), readable=readable.in_force(NOW), today=NOW.date())
                alone.append(time.perf_counter() - started)
            for _round in range(ROUNDS):
                query = draw()
                started = time.perf_counter()
                response = client.get(f"/{language}/search/", {"q": query})
                whole.append(time.perf_counter() - started)
                assert response.status_code == 200
            print("{:30} {:6.1f} / {:6.1f} {:6.1f} / {:6.1f}".format(
                f"{language} {name}", *percentiles(alone), *percentiles(whole)
            ))  # fmt: skip


if __name__ == "__main__":
    os.environ["DEBUG"] = "off"
    os.environ.setdefault("SECRET_KEY", "a key for the benchmark alone, long enough to be taken")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peacekeeping.settings")
    if "DATABASE_URL" not in os.environ:
        sys.exit("Set DATABASE_URL to a database that may be filled.")
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200_000)
