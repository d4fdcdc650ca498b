"""What somebody asks of a report: everything that its rows may depend on, and nothing else."""

from dataclasses import dataclass, field
from datetime import date, datetime

from reports import parameters


@dataclass(frozen=True)
class Asked:
    """A question to a report: as of the day `on`, as this house knew it at the moment `known_at`.

    `parameters` are values by the names of `reports.parameters`, those not given left out. `grants` are the permissions
    that widen the answer. `only` are the keys of the columns that are told, all that the grants allow if it is empty:
    a run keeps them, so that a column which the report got later changes nothing of it.
    """

    on: date
    known_at: datetime
    language: str
    parameters: dict = field(default_factory=dict)
    grants: frozenset = frozenset()
    only: tuple = ()

    def get(self, name, default=None):
        return self.parameters.get(name, default)

    @classmethod
    def by(cls, run):
        """This will return what a run asked."""
        return cls(
            run.on, run.known_on, run.language, parameters.read(run.parameters), frozenset(run.grants),
            tuple(run.columns),
        )  # fmt: skip
