"""Files of the UN that several files of tests take in, and what an import made of them."""

from missions.un_data import apply
from tests.test_un_data import FATALITIES, row

TWICE = FATALITIES.splitlines(keepends=True)[0] + "".join(
    f"{number},2003-05-05,B-1,ALPHA,Fatality,M,{name},Military,Illness,,{code},2023-11-28\n"
    for number, name, code in ((1, "Serbia and Montenegro", "SCG"), (2, "France", "FRA"))
)


def imported(kind, path, at, **options):
    plan = apply.make_plan(kind, path, **options)
    apply.apply(plan, by=None, at=at)
    return plan


def refused(plan):
    return {row.number: row.reason for row in plan.rows() if row.kind == "refused"}


def troops(*cells, code="KAZ"):
    return row("2014-01-31", code, "ALPHA", *(0,) * 9, *cells, *cells)
