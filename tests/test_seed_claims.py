"""The documented example: what the record answers to the numbers of the feature that the project began from."""

import re
from datetime import date
from pathlib import Path

import pytest

from missions import figures
from missions.models import Clearance, Tour
from peacekeeping.demo import load

pytestmark = pytest.mark.django_db
PAGE = Path(__file__).parent.parent / "docs" / "seed-claims.md"
ROW = re.compile(
    r"^\| (?P<what>[^|]+) \| (?P<printed>\d+) \| `(?P<figure>[^`]+)` \| (?P<on>[\d-]+) \| (?P<answer>[^|]+) \| (?P<verdict>[^|]+) \|$",
    re.M,
)


def in_words(answer):
    if answer.value is not None:
        return str(answer.value)
    return re.sub(r".*it is (.*)\.$", r"\1", answer.reason)


def test_the_documented_answers_are_what_the_record_says(tmp_path, settings, noon):
    settings.MEDIA_ROOT = tmp_path
    load.load(at=noon.replace(year=2026))
    Clearance.objects.filter(tour__isnull=False).delete()
    Tour.objects.all().delete()
    rows = [match.groupdict() for match in ROW.finditer(PAGE.read_text(encoding="utf-8"))]
    assert len(rows) == 9
    asked = [(figures.parse(row["figure"]), date.fromisoformat(row["on"])) for row in rows]
    for row, answer in zip(rows, figures.ask_many(asked), strict=True):
        printed = int(row["printed"])
        assert in_words(answer) == row["answer"], row["what"]
        fits = (
            printed == answer.value if answer.value is not None
            else answer.low <= printed and (answer.high is None or printed <= answer.high)
        )  # fmt: skip
        assert fits or row["verdict"] != "agrees", row["what"]
        assert not fits or row["verdict"] in ("agrees", "depends on the definition"), row["what"]
