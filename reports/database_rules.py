"""What the database refuses for reports: who took what, and what came of asking again, is evidence."""

from ledger import guards

guards.register(
    *guards.append_only("reports_reportrun", "A report run", yields=True),
    *guards.append_only("reports_reportrunend", "The end of a report run"),
    *guards.append_only("reports_download", "A download of a report"),
    *guards.append_only("reports_verification", "A verification of a report"),
)
