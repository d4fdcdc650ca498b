"""Measures what a report's PDF costs: `DEBUG=on python -m tests.benchmarks.report_pdf`.

Rows of eight columns, and the most cells that a PDF holds in seventeen. Each file is written in a process of its own:
printed are seconds from the question to the last byte, the processor's seconds, the file's megabytes, and the most memory
that the house's process and typst's took. The figures stand in docs/decisions/0020-reports.md.
"""

import os
import resource
import subprocess
import sys
import time
from datetime import date, timedelta

COLUMNS = ["Month", "Mission", "Category", "Men", "Women", "Total", "Share", "Source"]
SIZES = [(1_000, 8), (10_000, 8), (20_000, 8), (11_000, 17)]


def measure(count, width):
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peacekeeping.settings")
    django.setup()

    from reports.declared import Kind
    from tests import papers

    kinds = [Kind.DATE, Kind.TEXT, Kind.TEXT, Kind.INTEGER, Kind.INTEGER, Kind.INTEGER, Kind.TEXT, Kind.TEXT]
    heads = {f"{COLUMNS[place % 8]}{place // 8 or ''}": kinds[place % 8] for place in range(width)}

    def row(number):
        values = (
            date(2014, 1, 31) + timedelta(days=number), "UNDOF", "Әскери контингент", number % 1500, number % 90,
            number % 1600, f"{number % 100} %", f"Contributions by country, file {number}",
        )  # fmt: skip
        return tuple(values[place % 8] for place in range(width))

    started = time.perf_counter()
    size = len(papers.content(papers.of(heads, map(row, range(count)), language="kk")))
    taken = time.perf_counter() - started
    own, typst = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(
        f"{count:>7,} rows {width:>3} columns {taken:6.1f} s, processor {own.ru_utime + own.ru_stime:4.1f} "
        f"+ {typst.ru_utime + typst.ru_stime:5.1f} s, {size / 1e6:5.1f} MB, "
        f"memory {own.ru_maxrss / 1024:4.0f} + {typst.ru_maxrss / 1024:5.0f} MB"
    )


if __name__ == "__main__":
    if len(sys.argv) == 3:
        measure(int(sys.argv[1]), int(sys.argv[2]))
    else:
        for size in SIZES:
            subprocess.run([sys.executable, "-m", "tests.benchmarks.report_pdf", *map(str, size)], check=True)
