"""`make bench`: runs the benchmarks, writes docs/benchmarks.md with its charts, and says which goals are missed.

    make bench
    make bench ARGS="--only serving --servers gunicorn --databases SQLite --seconds 2 --rounds 1 --out var/bench"

Ends with 1 where a goal is missed, and with 2 where something could not be measured; then nothing is written.
"""

import argparse
import os
import sys
import tempfile
from datetime import date
from functools import partial
from pathlib import Path

from tests.benchmarks import document, load, machine, others, servers, serving, sites, starting
from tests.benchmarks.results import CannotMeasure, Gathered, Run

PARTS = ("serving", "start", *others.MEASURING)
SECONDS, ROUNDS, ARTICLES, LOAD, GROWN = 2, 3, 1000, 60, 1_000_000
HOUR = 3600
BUSY = 0.5  # processes that ran on average in the minute before


def read(arguments):
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__.partition("\n")[0])
    parser.add_argument(
        "--only", nargs="+", choices=[*PARTS, *others.PRINTING], default=PARTS, help="these parts alone"
    )
    parser.add_argument("--servers", nargs="+", choices=servers.SERVERS, default=list(servers.SERVERS))
    parser.add_argument("--databases", nargs="+", choices=sites.DATABASES, default=sites.DATABASES)
    parser.add_argument("--roads", nargs="+", choices=serving.ROADS, default=list(serving.ROADS))
    parser.add_argument("--seconds", type=int, default=SECONDS, help="how long each round loads a page")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--articles", type=int, default=ARTICLES, help="stories beside the demonstration")
    parser.add_argument("--load", type=int, default=LOAD, help="seconds of load before a worker's memory is read")
    parser.add_argument("--hour", dest="load", action="store_const", const=HOUR, help="load for an hour")
    parser.add_argument("--grown", type=int, default=GROWN, help="editions of the large house of growth")
    parser.add_argument("--out", type=Path, default=servers.ROOT / "docs", help="the folder of benchmarks.md")
    parser.add_argument(
        "--gather", type=Path, help="a folder that keeps what is measured, for a run that takes this one up"
    )
    return parser.parse_args(arguments)


def main(arguments):
    asked = read(arguments)
    try:
        run = measure(asked)
    except CannotMeasure as refusal:
        print(f"make bench: {refusal}", file=sys.stderr)
        return 2
    document.write(run, asked.out)
    missed = document.missed(run.results)
    print(f"{asked.out / 'benchmarks.md'} was written.", *(f"MISSED {line}" for line in missed), sep="\n")
    return int(bool(missed))


def measure(asked):
    """This will return the `Run` of all that was asked for."""
    load_before, described, results = os.getloadavg()[0], machine.describe(), []
    gathered = Gathered(asked.gather)
    if {"serving", "start"} & set(asked.only):
        load.demand_wrk()
        if "PostgreSQL" in asked.databases:
            with sites.server() as address:
                described["PostgreSQL"] = machine.postgresql(address)
        for database in asked.databases:
            with tempfile.TemporaryDirectory() as name:
                results += of_site(database, Path(name), asked, gathered)
    for part in others.MEASURING:
        if part in asked.only:
            results += gathered.take(part, partial(others.MEASURING[part], asked))
    texts = {part: others.text(part) for part in others.PRINTING if part in asked.only}
    results.sort(key=order(results))
    said = remarks(asked, load_before)
    if gathered.had:
        said.append(f"Measured before, in a run that this one takes up: {', '.join(gathered.had)}.")
    return Run(date.today().isoformat(), described, manner(asked), results, said, texts)


def of_site(database, folder, asked, gathered):
    """This will return what is measured of the site on that kind of database."""
    found = []
    with sites.prepared(database, folder, asked.articles) as site:
        if "serving" in asked.only:
            for road in asked.roads:
                for server in asked.servers:
                    measure_pages = partial(serving.measure, site, folder, server, road, asked)
                    found += gathered.take(f"{road} under {server} on {database}", measure_pages)
        if "start" in asked.only:
            found += gathered.take(f"check on {database}", lambda: [starting.check(site, asked)])
            for server in asked.servers:
                measure_start = partial(starting.measure, site, folder, server, asked)
                found += gathered.take(f"start under {server} on {database}", measure_start)
    return found


def order(results):
    """This will return the key that puts the results of a group together, in the order of the first of each."""
    groups = list(dict.fromkeys(result.group for result in results))
    return lambda result: groups.index(result.group)


def remarks(asked, load_before):
    """This will say what keeps the figures from being those of a whole run on a machine that does nothing else."""
    every = {"only": PARTS, "servers": servers.SERVERS, "databases": sites.DATABASES, "roads": serving.ROADS}
    left_out = [one for name, all_of in every.items() for one in all_of if one not in getattr(asked, name)]
    found = [f"Left out of this run: {', '.join(left_out)}."] if left_out else []
    full = {"seconds": SECONDS, "rounds": ROUNDS, "articles": ARTICLES, "load": LOAD, "grown": GROWN}
    if any(getattr(asked, name) < least for name, least in full.items()):
        found.append(
            "This was a trial with short rounds or little data: it shows that the benchmark runs, and no more."
        )
    if load_before > BUSY:
        found.append(
            f"The machine was busy with other work as the run began (load {load_before:.1f}): believe no time."
        )
    return found


def manner(asked):
    return [
        "`make bench` repeats it, on a machine that does nothing else; `make bench ARGS=--help` lists what can be chosen.",
        f"The site holds the demonstration and {asked.articles:,} stories more in three languages, whose pages have about "
        "30,000 bytes.",
        f"Each server runs {servers.WORKERS} workers: gunicorn its own kind, which answers one request at a time and closes "
        f"each connection, and gthread with {servers.THREADS} threads each, which keeps them; granian has {servers.THREADS} on SQLite. What is made is held against the "
        "goals under the first, what is ready under the second.",
        f"`wrk -t1 -c{load.CONNECTIONS}` loads one page at a time, the bare view and the site in turns: {asked.rounds} rounds "
        f"of {asked.seconds} seconds each, longer for a slow page. The median of the rounds' ratios stands in the table, in brackets the lowest and "
        "the highest; *in detail* are requests a second of the site and of the bare view, and the milliseconds that the "
        "middle answer and the slowest of a hundred took.",
        "Pages that are made are asked for without compression, ready ones with `Accept-Encoding: gzip`, as browsers and readers "
        "of feeds do (the large ones plain too, without a goal). The bare view sends the same type, encoding and bytes. An answer "
        "that failed ends the run.",
        "Uncached is `PAGE_CACHE=off`; cached is the default, each page being asked for before it is measured. *By plain "
        "Django* is a view of the same story with Django's usual middlewares, one query and a bare template, *by Django's "
        "cache* the bare view behind Django's own cache middleware with its cache in memory, *a file by nginx* the same bytes "
        "from a file, where nginx is installed.",
        "A worker's memory is that of the largest worker: its own, and its share of the files that both have mapped (Linux "
        f"calls it PSS; *resident* is RSS, which counts such files in each process), after {asked.load:,} seconds in which "
        "the pages of the tables, every address of the sitemaps and a search in each language were asked for in turn.",
    ]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
