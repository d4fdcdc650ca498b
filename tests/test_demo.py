import pytest

from articles.models import Edition
from ledger.models import User
from peacekeeping.demo import load
from tests import makers

pytestmark = pytest.mark.django_db


def test_the_demo_loads_once_and_refuses_a_database_of_somebody_else(tmp_path, settings, noon):
    settings.MEDIA_ROOT = tmp_path
    passwords = load.load(at=noon.replace(year=2026))
    assert set(passwords) == {"editor", "author", "records", "reports", "admin"}
    for language in ("kk", "ru", "en"):
        assert Edition.objects.filter(language=language).in_force(noon.replace(year=2026)).count() == 9
    assert load.load(at=noon.replace(year=2026)) == {}


def test_the_demo_refuses_records_that_are_not_its_own(noon):
    makers.golan_mission()
    with pytest.raises(load.NotOurs, match="mission"):
        load.load(at=noon)
    assert not User.objects.exists()
