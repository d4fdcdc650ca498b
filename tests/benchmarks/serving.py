"""How many requests a second the site answers, as a share of what a bare view answers with the same bytes.

Both are served by the same server at the same time, and loaded in turns: bare, ours, bare, ours. The median of the
rounds' ratios counts, so that what else the machine does falls on both.
"""

import contextlib
import json
import math
import os
import shutil
import statistics
import sys
import time

from tests.benchmarks import load, pages, servers
from tests.benchmarks.results import CannotMeasure, Result

ROADS = {"uncached": "off", "cached": "on"}  # and what PAGE_CACHE is then
UNCACHED = {
    "article": 0.15, "home": 0.10, "list, page 1": 0.10, "list, page 50": 0.095, "mission": 0.08, "RSS": 0.065,
    "search": 0.05, "sitemap": 0.02,
}  # fmt: skip
# gunicorn's own kind of worker closes each connection, and to open one takes longer than to answer with a ready page.
CACHED = {"gunicorn": None, "gunicorn with threads": 1.5, "granian": 2.5}
STORY = "article"  # the page that a plain Django view, or Django's own cache middleware, serves too
PEERS = {"uncached": "by plain Django", "cached": "by Django's cache"}
FILES = (STORY, "RSS", "sitemap")  # what nginx serves too, where it is installed, beside granian: the limit
BY_NGINX = "a file by nginx"
WARM = 8  # requests before a page is measured
ENOUGH, LONGEST = 10, 30  # answers on each connection, and the seconds after which a round ends all the same


def goal(page, server, road):
    """This will return the least ratio that was promised, or None.

    Pages that are made are promised of gunicorn's own kind of worker, ready ones of servers that keep connections. A
    search is never kept, since anybody may ask for anything.
    """
    if road == "cached":
        return CACHED[server] if page != "search" else None
    return UNCACHED[page] if server == "gunicorn" else None


def measure(site, folder, server, road, asked):
    """This will return the results of all pages of a prepared `Site` under that server on that road."""
    group, found = f"Pages {road}, under {server}", []
    keeps = server in servers.KEEP_CONNECTIONS
    environment = {**site.environment, "PAGE_CACHE": ROADS[road]}
    with contextlib.ExitStack() as stack:
        ours = stack.enter_context(servers.serving(server, "peacekeeping.wsgi:application", environment, "/en/"))
        paths = pages.find(ours.address)
        bare = stack.enter_context(bare_view(folder, server, ours.address, paths, BARE_CACHE="off"))
        peers = peers_of(stack, road, folder, server, ours.address, paths, site)
        for name, path in paths.items():
            beside = {label: peer for label, (peer, names) in peers.items() if name in names}
            all_ = [bare, ours, *beside.values()]
            lasting = [long_enough(asked.seconds, warm(one.address, path)) for one in all_]
            demand_the_same(bare.address, ours.address, path)
            note = remark(road, [pages.fetch(ours.address, path) for _time in range(4)])
            rounds = [
                [
                    load.put(one.address + path, seconds, is_fair=one.is_shared if keeps else lambda: True)
                    for one, seconds in zip(all_, lasting, strict=True)
                ]
                for _round in range(asked.rounds)
            ]
            of_bare, of_ours, *of_peer = zip(*rounds, strict=True)
            found.append(compare(of_bare, of_ours, group=group, name=name, column=site.name, more_is_better=True,
                                 goal=goal(name, server, road), note=note))  # fmt: skip
            for label, loads in zip(beside, of_peer, strict=True):
                found.append(compare(of_bare, loads, group=group, name=f"{name}, {label}",
                                     column=site.name, more_is_better=True))  # fmt: skip
            for result in found[1 - len(all_) :]:
                said = f"{site.name}, {group}, {result.name}: {result.value:.3f} ({result.detail})"
                print(said, file=sys.stderr, flush=True)
    return found


def warm(server, path):
    """This will ask for the page, so that each worker has had it, and return the seconds that an answer took at best."""
    taken = []
    for _request in range(WARM):
        started = time.perf_counter()
        pages.fetch(server, path)
        taken.append(time.perf_counter() - started)
    return min(taken)


def long_enough(seconds, taken):
    """This will return how long to load a page: of a slow one, what is under way at the end must not weigh."""
    return max(seconds, min(LONGEST, math.ceil(taken * ENOUGH * load.CONNECTIONS / servers.WORKERS)))


def peers_of(stack, road, folder, server, ours, paths, site):
    """What else answers pages at `ours`, as {how: (its server, the names of those pages)}; each serves in the stack."""
    if road == "cached":
        usual = bare_view(folder, server, ours, paths, BARE_CACHE="on")
    else:
        usual = servers.serving(server, "tests.benchmarks.plain:application", site.environment, paths[STORY])
    peers = {PEERS[road]: (stack.enter_context(usual), (STORY,))}
    if road == "cached" and server == "granian" and shutil.which(servers.NGINX):
        answers = [pages.fetch(ours, paths[name]) for name in FILES]
        peers[BY_NGINX] = (stack.enter_context(servers.files_by_nginx(folder, answers)), FILES)
    return peers


@contextlib.contextmanager
def bare_view(folder, server, ours, paths, **environment):
    """The bare view of the pages at `ours`, served by the same server."""
    answers = [pages.fetch(ours, path) for path in paths.values()]
    file = folder / "bare.json"
    file.write_text(json.dumps({one.path: (one.kind, one.body.decode()) for one in answers}), encoding="utf-8")
    environment = {"PATH": os.environ["PATH"], "BARE_PAGES": str(file), **environment}
    with servers.serving(server, "tests.benchmarks.bare:application", environment, next(iter(paths.values()))) as bare:
        yield bare


def demand_the_same(bare, ours, path):
    """This will refuse two answers that differ in type or length: their rates would not compare."""
    one, other = pages.fetch(bare, path), pages.fetch(ours, path)
    if (one.kind, len(one.body)) != (other.kind, len(other.body)) or not one.length:
        raise CannotMeasure(
            f"The bare view does not return what {path} does: {one.kind} of {len(one.body)} bytes against "
            f"{other.kind} of {len(other.body)} bytes."
        )


def remark(road, answers):
    """This will say in a sentence if the page cache did not do what the road needs, else return ""."""
    kept = sum(answer.was_kept for answer in answers)
    if road == "cached" and not kept:
        return "No answer bore `Cache-Status` with `hit`: the page cache was not at work."
    if road == "uncached" and kept:
        return "Answers bore `Cache-Status` with `hit` although PAGE_CACHE is off: these figures are of the cache."
    return ""


def compare(bare, loads, **place):
    """This will return the result of loads against those of the bare view, round by round."""
    ratios = [one.rate / limit.rate for one, limit in zip(loads, bare, strict=True)]
    rates = [statistics.median(one.rate for one in some) for some in (loads, bare)]
    p50, p99 = statistics.median(one.p50 for one in loads), statistics.median(one.p99 for one in loads)
    return Result(
        value=statistics.median(ratios), spread=(min(ratios), max(ratios)),
        detail=f"{rates[0]:,.0f} of {rates[1]:,.0f}; {p50:,.1f} / {p99:,.1f} ms", **place,
    )  # fmt: skip
