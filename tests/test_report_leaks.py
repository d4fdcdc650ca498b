"""What is private stands in the reports that may hold it, for those who may take them, and in no other file."""

import re
from datetime import date

import pytest
from django.utils import timezone

from ledger import roles
from ledger.models import User
from missions.models import Deployment, Person
from reports import run as runs
from reports.catalogue import REPORTS
from reports.models import ReportRun
from tests import canaries, makers, report_files, taking

pytestmark = pytest.mark.django_db

PEOPLE = {text for noun in ("person", "tour") for text in canaries.CANARIES[noun].values()}
# What a report with personal data may tell, by its slug; all others tell nothing of it.
MAY_TELL = {
    "nominal-roll": PEOPLE - {"CANARYNOTE"},
    "service-record": PEOPLE - {"CANARYNOTE", "CANARYNUMBER"},
    "tours-and-days": PEOPLE - {"CANARYNOTE", "CANARYNUMBER", "CANARYAPPOINTMENT", "CANARYRANK"},
    "deployment-roster": {"CANARYPLACE"},
}
LETTERS = ("csv", "json", "xlsx")  # a PDF's words are looked for in test_report_formats


@pytest.fixture
def house(noon, editor):
    """A house with canaries, and the moment at which its reports are asked."""
    canaries.plant(noon, editor)
    makers.un_month(noon, "KAZ", 139, noon.date().replace(month=8, day=31))
    return timezone.now()


def needed(slug):
    """This will return the parameters without which the report cannot be asked."""
    own = {"person": Person.objects.get().pk, "deployment": Deployment.objects.first().pk}
    return {name: own[name] for name in REPORTS[slug].needs}


def canaries_in(content, format):
    return set(re.findall(r"CANARY[A-Z]+", str(report_files.cells(content, format)), re.I)) - {"CANARYUNIT"}


@pytest.mark.parametrize("role", roles.ROLES)
def test_no_file_of_any_report_holds_what_its_taker_may_not_have(role, house, noon):
    taker = User.objects.filter(groups__name=role).first() or makers.person_of_role(role)
    told = set()
    for slug, report in REPORTS.items():
        if not taker.has_perm(report.permission):
            with pytest.raises(runs.CannotTake):
                taking.opened(slug, house, by=taker, **needed(slug))
            continue
        for on in (noon.date(), date(1985, 6, 1)):
            for format in LETTERS:
                _run, content = taking.taken(slug, house, by=taker, format=format, on=on, **needed(slug))
                found = canaries_in(content, format)
                assert found <= MAY_TELL.get(slug, set()), (slug, format)
                told |= found
    may_have_people = taker.has_perm("reports.take_personal_data")
    assert bool(told & PEOPLE) == may_have_people  # else the test would look for nothing
    assert ReportRun.objects.exclude(by=taker).count() == 0
