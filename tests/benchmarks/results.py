"""What a benchmark found: one number each, with its place in the document and the goal that it is held against."""

import json
from dataclasses import asdict, dataclass


class CannotMeasure(Exception):
    """A figure would be wrong or is not to be had. The message says what to do."""


@dataclass(frozen=True)
class Result:
    """One number. It stands in the table of its `group`, in the row `name` and the column `column`.

    `spread` is the lowest and the highest of the rounds, whose median is the value. `goal` None: it is only shown.
    """

    group: str
    name: str
    column: str
    value: float
    unit: str = ""
    goal: float | None = None
    more_is_better: bool = False
    spread: tuple = ()
    detail: str = ""
    note: str = ""

    @property
    def is_missed(self):
        if self.goal is None:
            return False
        return self.value < self.goal if self.more_is_better else self.value > self.goal


@dataclass(frozen=True)
class Run:
    """All that one run of `make bench` found.

    `machine` is {what: how it is called}, `manner` sentences on how the figures were taken, `remarks` sentences on what
    a reader must know before believing them, `texts` {benchmark: what it printed}.
    """

    day: str
    machine: dict
    manner: list
    results: list
    remarks: list
    texts: dict


class Gathered:
    """What was measured so far, a file for each part in a folder, so that a run that was broken off can be taken up."""

    def __init__(self, folder):
        self._folder, self.had = folder, []

    def take(self, part, measure):
        """This will return the results of a part from the folder, or those of `measure`, which are kept there."""
        if self._folder is None:
            return measure()
        file = self._folder / f"{part.replace(' ', '-')}.json"
        if file.exists():
            self.had.append(part)
            rows = json.loads(file.read_text(encoding="utf-8"))
            return [Result(**{**row, "spread": tuple(row["spread"])}) for row in rows]
        found = measure()
        self._folder.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps([asdict(result) for result in found]), encoding="utf-8")
        return found
