"""Schemathesis reads the description and asks every question that it allows, and many that it does not."""

import json
import re

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from peacekeeping.api import api
from peacekeeping.wsgi import application
from tests import released

pytestmark = pytest.mark.django_db
# As the site serves it, with statuses as text; read here, since no database is to be asked while tests are collected.
DESCRIPTION = json.loads(json.dumps(api.get_openapi_schema()))
interface = schemathesis.openapi.from_dict(DESCRIPTION)
interface.app = application


@pytest.fixture
def record(noon, editor):
    """A small record, whose transaction outlives each request: as in Django's own client, no request closes it."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield released.record(noon, editor)
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def answers_of(path):
    """This will return the test of one address: whatever is asked, its answer is as the description says."""

    @interface.include(path=path).parametrize()
    @settings(
        max_examples=12, deadline=None, database=None, derandomize=True,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much],
    )  # fmt: skip
    @pytest.mark.usefixtures("record")
    def test(case):
        # A well-formed question may be refused: of a mission that the record does not hold, or with a garbled cursor.
        # Nobody between the test and the site unpacks what it would compress.
        case.call_and_validate(headers={"Accept-Encoding": "identity"}, excluded_checks=[positive_data_acceptance])

    return test


# One test for each, by a name of its own: so they can be spread over the processors.
for _path in DESCRIPTION["paths"]:
    globals()["test_answers_of_" + re.sub(r"\W+", "_", _path).strip("_")] = answers_of(_path)
