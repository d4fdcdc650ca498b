"""The reports of the house, in the order in which their page lists them."""

from reports.catalogue import (
    casualties,
    contributions,
    deployments,
    house,
    missions_total,
    newsroom,
    people,
    rotations,
    women,
)  # fmt: skip

REPORTS = {
    report.slug: report
    for module in (
        contributions, missions_total, women, deployments, rotations, casualties, people, newsroom, house,
    )
    for report in module.REPORTS
}  # fmt: skip


def title_of(slug):
    """This will return the title of a report, or its name where the house has it no longer."""
    return REPORTS[slug].title if slug in REPORTS else slug
