"""What the database refuses for the record, whatever path a change takes."""

from ledger import guards, marks

# PostgreSQL holds this rule as the exclusion constraint of the model; SQLite has none, so it holds the twin.
_overlaps = (
    "EXISTS (SELECT 1 FROM missions_tour t WHERE t.person_id = NEW.person_id AND t.id IS NOT NEW.id "
    'AND (NEW."end" IS NULL OR t.start < NEW."end") AND (t."end" IS NULL OR t."end" > NEW.start))'
)


def _outside(inner, outer, vendor):
    """This will return the SQL that says whether no reading of one period's dates lets it lie within the other.

    The twin of `Period.certainly_outside`: a coarse date may mean any of its days, an unknown edge any day.
    """

    def moved(edge, sign):
        lengths = f"CASE {inner}.{edge}_precision WHEN 'year' THEN %s WHEN 'month' THEN %s ELSE %s END"
        column = f'{inner}."{edge}"'
        if vendor == "sqlite":
            return f"date({column}, {lengths % tuple(repr(f'{sign}1 {unit}') for unit in ('year', 'month', 'day'))})"
        return f"({column} {sign} {lengths % tuple(f'interval {unit!r}' for unit in ('1 year', '1 month', '1 day'))})"

    return (
        f'(COALESCE({moved("start", "+")} <= {outer}.start, FALSE) OR COALESCE({inner}.start >= {outer}."end", FALSE) '
        f'OR COALESCE({inner}."end" <= {outer}.start, FALSE) '
        f'OR COALESCE({moved("end", "-")} >= {outer}."end", FALSE))'
    )


def _rule(name, table, sentence, condition, lock):
    """This will return the rule for rows that are added and rows that are changed; `condition` is by vendor."""
    return [
        guards.Guard(
            f"{name}_{event.lower()}", table, event, sentence,
            when=condition("postgresql"), when_sqlite=condition("sqlite"), lock=lock,
        )
        for event in ("INSERT", "UPDATE")
    ]  # fmt: skip


def _tour_outside(vendor):
    return (
        f"EXISTS (SELECT 1 FROM missions_deployment d WHERE d.id = NEW.deployment_id "
        f"AND {_outside('NEW', 'd', vendor)})"
    )


def _deployment_outside(vendor):
    return (
        f"NEW.source_id IS NULL AND EXISTS (SELECT 1 FROM missions_mission m WHERE m.id = NEW.mission_id "
        f"AND {_outside('NEW', 'm', vendor)})"
    )


def _leaves_tours_outside(vendor):
    return f"EXISTS (SELECT 1 FROM missions_tour t WHERE t.deployment_id = NEW.id AND {_outside('t', 'NEW', vendor)})"


def _leaves_deployments_outside(vendor):
    return (
        "EXISTS (SELECT 1 FROM missions_deployment d WHERE d.mission_id = NEW.id AND d.source_id IS NULL "
        f"AND {_outside('d', 'NEW', vendor)})"
    )


def _keeps_what_is_cleared(noun, *columns):
    """This will return the rule that a row does not carry its clearances over to whatever it moves to."""
    moves = " OR ".join(f"NEW.{column} <> OLD.{column}" for column in columns)
    return guards.Guard(
        f"{noun}_keeps_what_is_cleared", f"missions_{noun}", "UPDATE",
        "What is cleared stays with its person and mission: revoke the clearances first.",
        when=f"({moves}) AND EXISTS (SELECT 1 FROM missions_clearance c WHERE c.{noun}_id = NEW.id "
        "AND c.revoked_at IS NULL)",
    )  # fmt: skip


_overlap = "One person is never on two tours on one day."

guards.register(
    guards.Guard("tour_overlap_insert", "missions_tour", "INSERT", _overlap, when=_overlaps, vendors=("sqlite",)),
    guards.Guard("tour_overlap_update", "missions_tour", "UPDATE", _overlap, when=_overlaps, vendors=("sqlite",)),
    *_rule(
        "tour_within_deployment", "missions_tour", "A tour lies within its deployment.", _tour_outside,
        lock="missions_deployment WHERE id = NEW.deployment_id",
    ),
    *_rule(
        "deployment_within_mission", "missions_deployment",
        "A deployment lies within its mission's life, unless a source says otherwise.", _deployment_outside,
        lock="missions_mission WHERE id = NEW.mission_id",
    ),
    _keeps_what_is_cleared("tour", "person_id", "deployment_id"),
    _keeps_what_is_cleared("deployment", "mission_id"),
    guards.Guard(
        "clearance_stays_revoked", "missions_clearance", "UPDATE", "A revoked clearance stays revoked.",
        when="OLD.revoked_at IS NOT NULL AND (NEW.revoked_at IS NULL OR NEW.revoked_at <> OLD.revoked_at)",
    ),
    guards.Guard(
        "tour_casualty_is_told_anew", "missions_tour", "UPDATE",
        "Another casualty is told to the next of kin anew: give the moment.",
        when="OLD.casualty <> '' AND NEW.casualty <> '' AND NEW.casualty <> OLD.casualty "
        "AND NEW.next_of_kin_told_at = OLD.next_of_kin_told_at",
    ),
    guards.Guard(
        "deployment_keeps_its_tours", "missions_deployment", "UPDATE", "A tour lies within its deployment.",
        when=_leaves_tours_outside("postgresql"), when_sqlite=_leaves_tours_outside("sqlite"),
    ),
    guards.Guard(
        "mission_keeps_its_deployments", "missions_mission", "UPDATE",
        "A deployment lies within its mission's life, unless a source says otherwise.",
        when=_leaves_deployments_outside("postgresql"), when_sqlite=_leaves_deployments_outside("sqlite"),
    ),
)  # fmt: skip


def _marks(name, noun, columns, people, *, deployments="", events=("UPDATE",)):
    """This will return the marks of the people and the deployments whose totals a change touches."""
    rows = f"SELECT DISTINCT 'person' AS noun, {people}" + (
        f" UNION SELECT 'deployment', {deployments}" if deployments else ""
    )
    return marks.on_every_change(
        name, f"missions_{noun}", columns,
        f"INSERT INTO missions_unsettled (noun, which) SELECT m.noun, m.which FROM ({rows} ORDER BY 1, 2) m "
        "WHERE {true} ON CONFLICT (noun, which) DO UPDATE SET which = excluded.which",
        events,
    )  # fmt: skip


_tours = "JOIN missions_tour t ON t.deployment_id = "
guards.register(
    *_marks(
        "service_totals", "tour", ("person_id", "deployment_id", "start", "start_precision"),
        "r.person_id AS which FROM {rows} r", deployments="r.deployment_id FROM {rows} r",
        events=("INSERT", "UPDATE", "DELETE"),
    ),
    *_marks(
        "service_totals_of_deployment", "deployment", ("id", "mission_id", "kind"),
        f"t.person_id AS which FROM {{rows}} r {_tours}r.id",
    ),
    *_marks(
        "service_totals_of_mission", "mission", ("id", "kind"),
        f"t.person_id AS which FROM {{rows}} r JOIN missions_deployment d ON d.mission_id = r.id {_tours}d.id",
    ),
)  # fmt: skip

_months = (
    "INSERT INTO missions_unsettledmonth (mission_id, month, measure) SELECT m.mission_id, m.month, m.measure FROM ("
    "SELECT DISTINCT %s ORDER BY 1, 2, 3) m WHERE {true} "
    "ON CONFLICT (mission_id, month, measure) DO UPDATE SET measure = excluded.measure"
)
guards.register(
    *marks.on_every_change(
        "month_totals", "missions_contribution",
        ("contributor_id", "mission_id", "month", "measure", "women", "total", "run_id", "known_until"),
        _months % "r.mission_id, r.month, r.measure FROM {rows} r",
    ),
    *marks.on_every_change(
        "month_totals_of_mission", "missions_mission", ("id", "kind"),
        _months % "c.mission_id, c.month, c.measure FROM {rows} r JOIN missions_contribution c ON c.mission_id = r.id",
        ("UPDATE",),
    ),
)  # fmt: skip
