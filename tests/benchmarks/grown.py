"""Times every page, every admin list and form and every figure on a small house and on a large one, in one run.

    DATABASE_URL=postgres://... python -m tests.benchmarks.grown [editions] [rounds] [only names with these letters]
    DATABASE_URL=sqlite:////tmp/grown.sqlite3 python -m tests.benchmarks.grown 100000

The small house has 1,000 editions, 200 people, 400 tours and 1,000 contributions, the large one 1,000,000 of them (or
as many as asked) with the others in proportion. Both are filled by `grown_data` in databases beside that of the
address, `grown_<editions>` and `grown_1000`; one that was filled before is used as it is, until `--drop` takes it away.
Each house is served by a process of its own, through Django's test client with every middleware and DEBUG off, and what
is measured takes turns between them, so that both share what else the machine does. A page's time is the median of the
rounds, in CPU and waiting alike, after one that is not counted. What seems to grow is measured again at the end, and all
of its rounds count. `measure` gives the same as rows to another benchmark.
"""

import contextlib
import json
import os
import re
import statistics
import subprocess
import sys
import time

SMALL, LARGE, ROUNDS = 1_000, 1_000_000, 7
AGAIN = 4  # times as many rounds for what seemed to grow, which of some hundreds chance alone makes a few
MOST_GROWTH, MOST_FIGURE = 1.3, 0.05  # seconds
DEEP = 50
NOWHERE = "/en/articles/no-such-story/"


# --- The child: one house ------------------------------------------------------------------------------------------


def serve():
    """This will answer each line of the input, the name of something to measure, with its seconds."""
    from django.conf import settings
    from django.test.utils import override_settings

    plain = {**settings.STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    with override_settings(STORAGES=plain):  # no files were collected
        things = dict(everything())
        print(json.dumps(list(things)), flush=True)
        for line in sys.stdin:
            take = things[line.strip()]
            take()
            started = time.perf_counter()
            told = take()
            print(json.dumps({"seconds": time.perf_counter() - started, "told": told}), flush=True)


def everything():
    """This will yield (name, function that does it once) of all that is measured."""
    from django.contrib.auth import get_user_model
    from django.test import Client

    from tests.makers import prove_enough

    reader, desk = Client(HTTP_HOST="localhost"), Client(HTTP_HOST="localhost")
    user = get_user_model().objects.get(username="benchmark")
    desk.force_login(user)
    prove_enough(desk, user)

    def page(client, address):
        def take():
            response = client.get(address)
            content = b"".join(response) if response.streaming else response.content
            # A door that leads on to another takes no time, however large the house.
            if response.status_code != (404 if address == NOWHERE else 200):
                raise RuntimeError(f"{address} answers {response.status_code}: there is nothing to measure.")
            return [response.status_code, len(content)]

        return take

    for name, address in public_pages(reader):
        yield f"page {name}", page(reader, address)
    for name, address in desk_pages(desk):
        yield f"desk {name}", page(desk, address)
    yield from figure_questions()


def public_pages(client):
    """This will yield (URL name, address) of the public pages, in English where there is a choice."""
    from django.urls import reverse
    from django.utils.translation import override

    from articles.models import Correction, Edition, SearchEntry
    from missions.figures import VOCABULARY
    from tests.benchmarks.grown_data import COMMON, NOW

    stories = Edition.objects.in_force(NOW).filter(language="en").order_by()
    newest = Edition.objects.on_shelf("en", NOW)[0]
    middle = SearchEntry.objects.filter(edition__in=stories).order_by("edition_id").first().edition
    # A correction of the last days may wait for its hour: the house is filled relative to today.
    told = Correction.objects.filter(set_right_by__language="en", set_right_by__public_from__lte=NOW)
    corrected = told.order_by("-pk").first().set_right_by
    day = newest.day
    of = {
        "article": [newest.slug], "edition": [corrected.slug, corrected.number], "archive_year": [day.year],
        "changes": [corrected.slug, corrected.number], "archive_month": [day.year, day.month], "section": ["invented-1"],
        "topic": ["invented-topic-1"], "mission": ["minv01"], "strength_csv": ["minv01"], "casualties_csv": ["minv01"],
        "unit": ["invented-unit"],
    }  # fmt: skip
    plain = [
        "home", "articles", "topics", "archive", "corrections", "feed_list", "missions", "units", "people", "timeline",
        "service_csv", "figures", "about", "about_data", "contact", "privacy", "accessibility", "downloads",
    ]  # fmt: skip
    with override("en"):
        for name in [*plain, *of]:
            yield name, reverse(name, args=of.get(name))
        yield "article, the oldest", reverse("article", args=[middle.slug])
        for name in ("articles", "section", "topic", "corrections", "archive_month", "people"):
            yield f"{name}, page {DEEP}", deep(client, reverse(name, args=of.get(name)))
        for kind in ("rss.xml", "atom.xml", "feed.json"):
            yield f"feed {kind}", reverse("feed", args=[kind])
            yield f"correction_feed {kind}", reverse("correction_feed", args=[kind])
        yield "section_feed", reverse("section_feed", args=["invented-1", "atom.xml"])
        yield "topic_feed", reverse("topic_feed", args=["invented-topic-1", "atom.xml"])
        yield "mission_feed", reverse("mission_feed", args=["minv01", "atom.xml"])
        for key, figure in VOCABULARY.items():
            query = "?mission=MINV01" if figure.mission == "required" else ""
            yield f"figure {key}", reverse("figure", args=[key]) + query
        yield "values_csv", reverse("values_csv", args=["strength"])
        yield "search, nothing asked", reverse("search")
        yield "search, a common word", f"{reverse('search')}?q={COMMON['en']}"
        yield "search, a common word of a section", f"{reverse('search')}?q={COMMON['en']}&section=invented-1"
        yield "search, no story's word", f"{reverse('search')}?q=zyxwvut"
        yield "no such page", NOWHERE
    for name in ("robots", "sitemap", "sitemap_pages", "sitemap_missions", "news_sitemap", "data_package", "csvw"):
        yield name, reverse(name)
    parts = re.findall(r"/(sitemap-stories[^<]*)<", client.get(reverse("sitemap")).content.decode())
    yield "sitemap_stories, first", f"/{parts[0]}"
    yield "sitemap_stories, middle", f"/{parts[len(parts) // 2]}"
    yield "api", "/api/v1/openapi.json"
    for name in ("articles", "corrections", "missions", "missions/minv01/deployments", "contributions", "figures"):
        yield f"api {name}", f"/api/v1/{name}"


def deep(client, address):
    """This will return the address of page `DEEP` of a list, or of its last full one, by the list's own next links."""
    before = address
    for _step in range(DEEP - 1):
        found = re.search(r'rel="next"[^>]* href="([^"]*)"', client.get(address).content.decode())
        if not found:
            return before  # the last page holds what is left
        following = found[1].replace("&amp;", "&")
        before = address
        address = address.partition("?")[0] + following if following.startswith("?") else following
    return address


def own_page(client, address):
    """This will return where an address of the desk leads: a noun may have a page of its own in Django's place."""
    return client.get(address).headers.get("Location", address)


def desk_pages(client):
    """This will yield (what it is, address) of the desk's pages: each admin's list and forms, and pages of its own."""
    from django.contrib import admin
    from django.test import RequestFactory
    from django.urls import NoReverseMatch, reverse

    from articles.models import Edition

    request = RequestFactory().get("/")
    request.user = Edition._meta.get_field("approved_by").related_model.objects.get(username="benchmark")
    yield "index", "/admin/"
    for model, own in sorted(admin.site._registry.items(), key=lambda item: item[0]._meta.label):
        base = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        label = model._meta.label
        try:
            address = reverse(f"{base}_changelist")
        except NoReverseMatch:
            continue
        yield f"list {label}", address
        yield f"list {label}, page {DEEP}", deep(client, address)
        if own.get_search_fields(request):
            yield f"list {label}, searched", f"{address}?q=invented"
            yield f"list {label}, searched in vain", f"{address}?q=zyxwvut"
        if own.has_add_permission(request):
            yield f"add {label}", own_page(client, reverse(f"{base}_add"))
        middle = (
            model._default_manager.order_by("-pk").values_list("pk", flat=True)[40:41]
            or (model._default_manager.order_by("pk").values_list("pk", flat=True)[:1])
        )
        for pk in middle:
            yield f"change {label}", reverse(f"{base}_change", args=[pk])
            if getattr(own, "has_history", False):
                yield f"history {label}", own_page(client, reverse(f"{base}_history", args=[pk]))
        if hasattr(own, "deleted"):
            yield f"deleted {label}", reverse(f"{base}_deleted")
    for query in ("app_label=missions&model_name=tour&field_name=person", "app_label=articles&model_name=edition&field_name=article"):  # fmt: skip
        yield f"autocomplete {query.rpartition('=')[2]}", f"/admin/autocomplete/?{query}&term=invented"
        yield f"autocomplete {query.rpartition('=')[2]}, in vain", f"/admin/autocomplete/?{query}&term=zyxwvut"
    for name in ("missions_service", "missions_quality", "articles_edition_calendar", "inbox", "reports"):
        with contextlib.suppress(NoReverseMatch):
            yield name, reverse(f"admin:{name}" if "_" in name else name)


def figure_questions():
    """This will yield (name, function that asks) of the whole vocabulary, over the whole record and in one mission."""
    from missions import figures
    from tests.benchmarks.grown_data import TODAY

    for key, figure in figures.VOCABULARY.items():
        texts = [key] if figure.mission != "required" else []
        texts += [f"{key} mission=MINV01"] if figure.mission != "none" else []
        texts += [f"{key} kind=contingent"] if figure.by_kind else []
        for text in texts:
            question = figures.parse(text)

            def take(question=question):
                answer = figures.ask(question, on=TODAY)
                return [answer.value, answer.low]

            yield f"figure {text}", take


# --- The parent: both houses ---------------------------------------------------------------------------------------


class House:
    """A process that serves one house, and answers for what it is asked to do."""

    def __init__(self, address):
        self.process = subprocess.Popen(
            command("serve"), env=environment(address), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.names = self._read()

    def take(self, name):
        self.process.stdin.write(f"{name}\n")
        self.process.stdin.flush()
        return self._read()

    def _read(self):
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("The process that serves a house has ended.")
        return json.loads(line)

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def command(*arguments):
    return [sys.executable, "-m", "tests.benchmarks.grown", "--child", *map(str, arguments)]


def environment(address):
    return {
        **os.environ, "DATABASE_URL": address, "DEBUG": "off", "DJANGO_SETTINGS_MODULE": "peacekeeping.settings",
        "SECRET_KEY": "a key for the benchmark alone, long enough to be taken", "LOG_LEVEL": "CRITICAL",
        "PERSONAL_DATA_MINUTES": "1440",  # nobody is there to prove again who they are
    }  # fmt: skip


def beside(address, editions):
    """This will return the address of the house of so many editions, beside the database of that address."""
    return f"{address.rpartition('/')[0]}/grown_{editions}{'.sqlite3' if address.startswith('sqlite') else ''}"


def make(address, editions):
    """This will return the address of a house of so many editions, filled if there is none."""
    own = beside(address, editions)
    if own.startswith("postgres"):
        _on_server(address, f"CREATE DATABASE grown_{editions}", unless=f"grown_{editions}")
    subprocess.run(command("fill", editions), env=environment(own), check=True)
    return own


def drop(address, editions):
    """This will take the house of so many editions away."""
    if address.startswith("postgres"):
        _on_server(address, f"DROP DATABASE IF EXISTS grown_{editions} WITH (FORCE)")
        return
    for ending in ("", "-wal", "-shm"):
        with contextlib.suppress(FileNotFoundError):
            os.remove(beside(address, editions).removeprefix("sqlite:///") + ending)


def _on_server(address, statement, unless=""):
    import psycopg2

    from tests.benchmarks.reports_a_million import server

    with contextlib.closing(psycopg2.connect(**server(address))) as admin:
        admin.autocommit = True
        cursor = admin.cursor()
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [unless])
        if not unless or not cursor.fetchone():
            cursor.execute(statement)


def measure(address, editions=LARGE, rounds=ROUNDS, only="", tell=lambda row: None):
    """This will return a row for each thing measured, as {name, small, large, ratio, is_over, told}: in seconds.

    `told` is what the two answered. A row `is_over` that grows by 1.3 or more, or as a figure takes 50 ms or more.
    """
    houses = [House(make(address, size)) for size in (SMALL, editions)]
    names = [name for name in houses[0].names if name in houses[1].names and only in name]
    takes = {name: ([], []) for name in names}
    rows = {}

    def look(name, rounds):
        for _round in range(rounds):
            for house, taken in zip(houses, takes[name], strict=True):
                taken.append(house.take(name))
        rows[name] = compared(name, *takes[name])
        tell(rows[name])

    try:
        for name in names:
            look(name, rounds)
        for name in [name for name in names if rows[name]["is_over"]]:
            look(name, AGAIN * rounds)
    finally:
        for house in houses:
            house.close()
    return list(rows.values())


def compared(name, *takes):
    """This will return the row of what the small house took and the large one."""
    small, large = (statistics.median(one["seconds"] for one in taken) for taken in takes)
    is_slow = name.startswith("figure ") and large >= MOST_FIGURE
    return {
        "name": name, "small": small, "large": large, "ratio": large / small,
        "is_over": large / small >= MOST_GROWTH or is_slow, "told": [taken[-1]["told"] for taken in takes],
    }  # fmt: skip


def told(row):
    """This will return a row as a line of the table."""
    mark = "OVER" if row["is_over"] else ""
    small, large = row["small"] * 1000, row["large"] * 1000
    return f"{row['name'][:56]:56} {small:8.2f} {large:8.2f} {row['ratio']:6.2f} {mark:4}  {row['told']}"


def main(address, editions, rounds, only):
    print(f"{'ms of':56} {SMALL:8} {editions:8}  ratio", flush=True)
    rows = measure(address, editions, rounds, only, tell=lambda row: print(told(row), flush=True))
    over = [row for row in rows if row["is_over"]]
    print(f"\n{len(rows)} measured, {len(over)} over, the worst first:")
    for row in sorted(over, key=lambda row: -row["ratio"]):
        print(told(row))


def fill(editions):
    from django.core.management import call_command

    from missions.models import Person
    from tests.benchmarks import grown_data

    call_command("migrate", verbosity=0)
    if not Person.objects.exists():
        grown_data.fill(editions)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        import django

        django.setup()
        part, *rest = sys.argv[2:]
        {"fill": lambda editions: fill(int(editions)), "serve": serve}[part](*rest)
        sys.exit()
    given = os.environ.get("DATABASE_URL", "")
    if not given:
        sys.exit("Set DATABASE_URL to a server or a folder where databases may be made.")
    if sys.argv[1:2] == ["--drop"]:
        for size in sys.argv[2:]:
            drop(given, int(size))
        sys.exit()
    arguments = sys.argv[1:]
    main(
        given, int((arguments[:1] or [LARGE])[0]), int((arguments[1:2] or [ROUNDS])[0]), (arguments[2:3] or [""])[0]
    )  # fmt: skip
