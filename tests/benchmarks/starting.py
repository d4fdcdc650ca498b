"""How soon the site serves, and how much memory a worker holds after load on as many addresses as the sitemap names."""

import resource
import statistics
import time

from tests.benchmarks import load, pages, servers, sites
from tests.benchmarks.results import Result

SECONDS, MEMORY = "Start", "Memory of a worker"
CHECK, READY, HELD = 2, 3, 150  # seconds, seconds, megabytes at most
# Readers and robots ask for one page after the other.
SCRIPT = """
local paths, place = {{ {paths} }}, 0
request = function()
  place = place % #paths + 1
  return wrk.format("GET", paths[place])
end
"""


def check(site, asked):
    """This will return how long `manage.py check` takes."""
    taken, before = [], _of_processor()
    for _round in range(asked.rounds):
        started = time.perf_counter()
        sites.run(site, "manage.py", "check")
        taken.append(time.perf_counter() - started)
    busy = (_of_processor() - before) / asked.rounds
    return timed("`manage.py check`", site, taken, CHECK, f"{busy:.2f} s of the processor")


def _of_processor():
    """This will return the processor's seconds that the processes of this one have taken."""
    of = resource.getrusage(resource.RUSAGE_CHILDREN)
    return of.ru_utime + of.ru_stime


def timed(name, site, taken, goal, detail=""):
    spread = (min(taken), max(taken))
    return Result(SECONDS, name, site.name, statistics.median(taken), "s", goal=goal, spread=spread, detail=detail)


def measure(site, folder, server, asked):
    """This will return how soon a worker of that server has answered a page, and what it holds after the load."""
    ready = []
    for _round in range(asked.rounds):
        with servers.serving(server, "peacekeeping.wsgi:application", site.environment, "/en/") as ours:
            ready.append(ours.ready)
    with servers.serving(server, "peacekeeping.wsgi:application", site.environment, "/en/") as ours:
        before, _resident = ours.memory()
        paths = [*pages.find(ours.address).values(), *pages.every(ours.address)]
        script = folder / "walk.lua"
        script.write_text(SCRIPT.format(paths=", ".join(f'"{path}"' for path in paths)))
        of = load.put(ours.address, asked.load, script)
        held, resident = ours.memory()
    detail = (
        f"{resident:.0f} MB resident; {before:.0f} MB before {of.rate * asked.load:,.0f} answers of "
        f"{len(set(paths)):,} addresses"
    )
    return [
        timed(f"first page, under {server}", site, ready, READY),
        Result(MEMORY, f"under {server}", site.name, held, "MB", goal=HELD, detail=detail),
    ]
