"""How many requests a second the site answers, as a share of what a bare view answers with the same bytes.

Both are served by the same server at the same time, and loaded in turns: bare, ours, bare, ours. The median of the
rounds' ratios counts, so that what else the machine does falls on both.
"""

import base64
import contextlib
import json
import math
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
SEARCH = "search"
STORY = "article"  # the page that a plain Django view, or Django's own cache middleware, serves too
PEERS = {"uncached": "by plain Django", "cached": "by Django's cache"}
LARGE = ("RSS", "sitemap")  # half a megabyte where nobody compresses it: measured so too, without a promise
NOT_COMPRESSED = "not compressed"
FILES = (STORY, *LARGE)  # what nginx serves too, where it is installed, beside granian: the limit
BY_NGINX = "a file by nginx"
WARM = 8  # requests before a page is measured
ENOUGH, LONGEST = 10, 30  # answers on each connection, and the seconds after which a round ends all the same


def goal(page, server, road):
    """This will return the least ratio that was promised, or None.

    Pages that are made are promised of gunicorn's own kind of worker, ready ones of servers that keep connections, as
    browsers and readers of feeds ask for them: compressed. A search is never kept, since anybody may ask for anything.
    """
    if road == "cached":
        return CACHED[server] if page in UNCACHED and page != SEARCH else None
    return UNCACHED[page] if server == "gunicorn" else None


def measure(site, folder, server, road, asked):
    """This will return the results of all pages of a prepared `Site` under that server on that road."""
    group, found = f"Pages {road}, under {server}", []
    keeps = server in servers.KEEP_CONNECTIONS
    environment = {**site.environment, "PAGE_CACHE": ROADS[road]}
    with contextlib.ExitStack() as stack:
        ours = stack.enter_context(servers.serving(server, "peacekeeping.wsgi:application", environment, "/en/"))
        paths = pages.find(ours.address)
        bare = stack.enter_context(bare_view(folder, server, ours.address, paths, site, BARE_CACHE="off"))
        peers = peers_of(stack, road, folder, server, ours.address, paths, site)
        for name, path, gzip in ways(road, paths):
            page = name.removesuffix(f", {NOT_COMPRESSED}")
            beside = {label: peer for label, (peer, names) in peers.items() if page in names}
            all_ = [bare, ours, *beside.values()]
            lasting = [long_enough(asked.seconds, warm(one.address, path, gzip)) for one in all_]
            for one in [ours] if road == "uncached" else all_[1:]:
                demand_the_same(bare.address, one.address, path, gzip)
            note = remark(road, [pages.fetch(ours.address, path, gzip=gzip) for _time in range(4)])
            rounds = [
                [
                    load.put(one.address + path, seconds, gzip=gzip, is_fair=one.is_shared if keeps else lambda: True)
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


def ways(road, paths):
    """This will return (name, path, whether compressed) of all that is measured on that road.

    Of pages that are made no answer is compressed: that would add the same to each. A search is always one of them.
    """
    found = [(name, path, road == "cached" and name != SEARCH) for name, path in paths.items()]
    if road == "cached":
        found += [(f"{name}, {NOT_COMPRESSED}", paths[name], False) for name in LARGE]
    return found


def warm(server, path, gzip):
    """This will ask for the page, so that each worker has had it, and return the seconds that an answer took at best."""
    taken = []
    for _request in range(WARM):
        started = time.perf_counter()
        pages.fetch(server, path, gzip=gzip)
        taken.append(time.perf_counter() - started)
    return min(taken)


def long_enough(seconds, taken):
    """This will return how long to load a page: of a slow one, what is under way at the end must not weigh."""
    return max(seconds, min(LONGEST, math.ceil(taken * ENOUGH * load.CONNECTIONS / servers.WORKERS)))


def peers_of(stack, road, folder, server, ours, paths, site):
    """What else answers pages at `ours`, as {how: (its server, the names of those pages)}; each serves in the stack."""
    if road == "cached":
        usual = bare_view(folder, server, ours, paths, site, BARE_CACHE="on")
    else:
        usual = servers.serving(server, "tests.benchmarks.plain:application", site.environment, paths[STORY])
    peers = {PEERS[road]: (stack.enter_context(usual), (STORY,))}
    if road == "cached" and server == "granian" and shutil.which(servers.NGINX):
        answers = [pages.fetch(ours, paths[name], gzip=gzip) for name in FILES for gzip in (True, False)]
        peers[BY_NGINX] = (stack.enter_context(servers.files_by_nginx(folder, answers)), FILES)
    return peers


@contextlib.contextmanager
def bare_view(folder, server, ours, paths, site, **environment):
    """The bare view of the pages at `ours`, compressed or not, served by the same server with as many threads."""
    answers = [pages.fetch(ours, path, gzip=gzip) for path in paths.values() for gzip in (False, True)]
    rows = [(one.path, one.kind, one.encoding, base64.b64encode(one.body).decode()) for one in answers]
    file = folder / "bare.json"
    file.write_text(json.dumps(rows), encoding="utf-8")
    given = {name: site.environment[name] for name in ("PATH", "DATABASE_URL")}
    environment = {**given, "BARE_PAGES": str(file), **environment}
    # Not the story, which the cache would keep as it was asked for first: plain.
    with servers.serving(server, "tests.benchmarks.bare:application", environment, paths["home"]) as bare:
        yield bare


def demand_the_same(bare, ours, path, gzip):
    """This will refuse two answers that differ in type, encoding or length: their rates would not compare."""
    one, other = pages.fetch(bare, path, gzip=gzip), pages.fetch(ours, path, gzip=gzip)
    if (one.kind, one.encoding, len(one.body)) != (other.kind, other.encoding, len(other.body)) or not one.length:
        raise CannotMeasure(
            f"The bare view does not return what {path} does: {one.kind} {one.encoding} of {len(one.body)} bytes "
            f"against {other.kind} {other.encoding} of {len(other.body)} bytes."
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
