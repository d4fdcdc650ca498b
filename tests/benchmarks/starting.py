"""How soon the site serves, and how much memory a worker holds after load on as many addresses as the sitemap names."""

import statistics
import subprocess
import sys
import time

from tests.benchmarks import load, pages, servers
from tests.benchmarks.results import CannotMeasure, Result

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
    taken = []
    for _round in range(asked.rounds):
        started = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "manage.py", "check"],
            cwd=servers.ROOT,
            env=site.environment,
            capture_output=True,
            text=True,
        )
        taken.append(time.perf_counter() - started)
        if done.returncode:
            raise CannotMeasure(f"manage.py check failed: {done.stderr.strip()}")
    return timed("`manage.py check`", site, taken, CHECK)


def timed(name, site, taken, goal):
    return Result(
        SECONDS, name, site.name, statistics.median(taken), "s", goal=goal, spread=(min(taken), max(taken))
    )  # fmt: skip


def measure(site, folder, server, asked):
    """This will return how soon a worker of that server has answered a page, and what it holds after the load."""
    ready = []
    for _round in range(asked.rounds):
        with servers.serving(server, "peacekeeping.wsgi:application", site.environment, "/en/") as ours:
            ready.append(ours.ready)
    with servers.serving(server, "peacekeeping.wsgi:application", site.environment, "/en/") as ours:
        before = ours.memory()
        paths = [*pages.find(ours.address).values()]
        for sitemap in pages.sitemaps(ours.address):
            paths += pages.locations(ours.address, sitemap)
        script = folder / "walk.lua"
        script.write_text(SCRIPT.format(paths=", ".join(f'"{path}"' for path in paths)))
        of = load.put(ours.address, asked.load, script)
        held = ours.memory()
    detail = f"{before:.0f} MB before {of.rate * asked.load:,.0f} answers of {len(set(paths)):,} addresses"
    return [
        timed(f"first page, under {server}", site, ready, READY),
        Result(MEMORY, f"under {server}", site.name, held, "MB", goal=HELD, detail=detail),
    ]
