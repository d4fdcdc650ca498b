"""The reports of the house, in the order in which their page lists them."""

from reports.catalogue import casualties, contributions, deployments, missions_total, rotations, women

REPORTS = {
    report.slug: report
    for report in [
        *contributions.REPORTS,
        *missions_total.REPORTS,
        *women.REPORTS,
        *deployments.REPORTS,
        *rotations.REPORTS,
        *casualties.REPORTS,
    ]
}
