"""Asks Lighthouse about a running site: accessibility, best practices, SEO and performance, as on a phone.

    make demo                                   # in another terminal
    python -m tests.benchmarks.lighthouse [http://127.0.0.1:8000]

Needs Node and Debian's chromium; Lighthouse is fetched from the npm registry at the version below. Prints one line a
page and ends with 1 if a page misses what we promise: 100 for all but performance, and 98 for that, the middle one of
three runs. Accessibility, best practices and SEO must be whole in every run.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

LIGHTHOUSE = "lighthouse@12.2.3"
PAGES = ("/kk/", "/en/articles/a-hundred-and-thirty-nine/", "/en/missions/undof/", "/en/figures/")
PROMISED = {"accessibility": 100, "best-practices": 100, "seo": 100, "performance": 98}


def scores(address, folder):
    """This will return ({category: score of 100}, bytes transferred without pictures) of one run."""
    report = Path(folder) / "report.json"
    subprocess.run(
        ["npx", "--yes", LIGHTHOUSE, address, "--quiet", "--output=json", f"--output-path={report}",
         "--chrome-flags=--headless=new --no-sandbox"],
        env={"CHROME_PATH": "/usr/bin/chromium", "PUPPETEER_SKIP_DOWNLOAD": "1", **os.environ}, check=True,
    )  # fmt: skip
    told = json.loads(report.read_text())
    requests = told["audits"]["network-requests"]["details"]["items"]
    weight = sum(item["transferSize"] for item in requests if item.get("resourceType") != "Image")
    return {name: round(part["score"] * 100) for name, part in told["categories"].items()}, weight, _missed(told)


def _missed(told):
    """This will return the ids of the audits that cost points outside performance."""
    weighed = {
        ref["id"] for name, category in told["categories"].items() if name != "performance"
        for ref in category["auditRefs"] if ref["weight"]
    }  # fmt: skip
    # An audit that does not apply to the page has no score.
    return [audit for audit in weighed if (score := told["audits"][audit]["score"]) is not None and score < 1]


def main(site):
    fell_short = False
    with tempfile.TemporaryDirectory() as folder:
        for page in PAGES:
            runs = [scores(site + page, folder) for _run in range(3)]
            reached = {name: min(run[0][name] for run in runs) for name in PROMISED}
            reached["performance"] = round(statistics.median(run[0]["performance"] for run in runs))
            fell_short |= any(reached[name] < least for name, least in PROMISED.items())
            missed = ", ".join(sorted({audit for run in runs for audit in run[2]}))
            print(f"{page:32} {reached} {runs[0][1] / 1000:.1f} KB without pictures {missed}", flush=True)
    return int(fell_short)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1].rstrip("/") if len(sys.argv) > 1 else "http://127.0.0.1:8000"))
