"""SQLite is told once a day how large its tables are."""

from datetime import timedelta

import pytest
from django.db import connection

from articles.models import Section
from ledger import statistics
from reports.management.commands import work

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


def known():
    """This will return of how many rows the statistics say that the table of sections has them, None for nothing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT stat FROM sqlite_stat1 WHERE tbl = %s", [Section._meta.db_table])
        found = cursor.fetchone()
    return found and int(found[0].split()[0])


def test_the_worker_renews_the_statistics_once_a_day(noon):
    assert statistics.renew_once_a_day in work.DUTIES
    statistics.renew_once_a_day(at=noon)
    number = Section.objects.count()
    assert number and known() == number
    Section.objects.create(slug="another", name_kk="Басқа", name_ru="Другое", name_en="Another", position=90)
    statistics.renew_once_a_day(at=noon + timedelta(hours=1))
    assert known() == number
    statistics.renew_once_a_day(at=noon + timedelta(days=1))
    assert known() == number + 1
