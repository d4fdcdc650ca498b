"""What a benchmark found: one number each, with its place in the document and the goal that it is held against."""

from dataclasses import dataclass


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
