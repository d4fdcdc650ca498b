"""The reports of the house, in the order in which their page lists them."""

from reports.catalogue import contributions, house, newsroom, people

REPORTS = {
    report.slug: report for report in [*contributions.REPORTS, *people.REPORTS, *newsroom.REPORTS, *house.REPORTS]
}
