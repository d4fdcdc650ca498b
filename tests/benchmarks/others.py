"""The benchmarks that stand on their own, and how `make bench` takes them in. A new one is listed here.

`measured` are modules with `measure()`, whose answer is turned into results here; `PRINTING` are programs whose words
are printed as they come. These take long and run only where they are asked for.
"""

import importlib
import importlib.util
import os
import subprocess
import sys

from tests.benchmarks import sites
from tests.benchmarks.results import CannotMeasure, Result
from tests.benchmarks.servers import ROOT


def of_images(told):
    """This will return the results of `renditions.measure()`."""
    group = "Sizes of a photo of 24 megapixels"
    one, limit = told["ours"], told["shared"]
    return [
        Result(group, "time, against one shared decode", "", told["ratio"], goal=told["goals"]["ratio"],
               detail=f"{one['seconds']:.2f} s of the processor against {limit['seconds']:.2f} s"),
        Result(f"{group}: memory", "most memory", "", one["megabytes"], "MB", goal=told["goals"]["megabytes"]),
    ]  # fmt: skip


# {part: (module, from what its measure() returns to results)}
MEASURING = {"images": ("tests.benchmarks.renditions", of_images), "growth": ("tests.benchmarks.grown", list)}
# {part: module}
PRINTING = {
    name: f"tests.benchmarks.{name}"
    for name in (
        "reports_a_million", "exports_beside_readers", "import_a_million", "report_pdf", "search_two_hundred_thousand",
    )
}  # fmt: skip


def measure(part):
    """This will return the results of a part, or refuse where it is not there."""
    module, into_results = MEASURING[part]
    if importlib.util.find_spec(module) is None:
        raise CannotMeasure(f"The part {part} cannot be measured: {module} is not there.")
    return into_results(importlib.import_module(module).measure())


def text(part):
    """This will return what a program printed, which is given a PostgreSQL of its own choosing."""
    with sites.server() as address:
        environment = {**os.environ, "DEBUG": "on", "DATABASE_URL": address}
        done = subprocess.run(
            [sys.executable, "-m", PRINTING[part]],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        raise CannotMeasure(f"{part} failed: {done.stderr.strip()[-1500:]}")
    return done.stdout
