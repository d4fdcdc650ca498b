"""The reports of the house, in the order in which their page lists them."""

from reports.catalogue import contributions

REPORTS = {report.slug: report for report in [*contributions.REPORTS]}
