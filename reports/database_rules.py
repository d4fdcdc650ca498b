"""What the database refuses for reports: a run and its end are evidence."""

from ledger import guards

guards.register(
    *guards.append_only("reports_reportrun", "A report run"),
    *guards.append_only("reports_reportrunend", "The end of a report run"),
)
