"""The lists of the desk: as quick for a million rows as for a thousand, since none counts further than it shows."""

import re
from datetime import datetime, time, timedelta

from django.contrib.admin import SimpleListFilter
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import PAGE_VAR, ChangeList
from django.core.paginator import Paginator
from django.db import connection
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from ledger import sealing
from ledger.models import Entry, User
from ledger.typed import number_of

BEYOND = re.compile(r"\d{19}")
MOST_COUNTED = 1_000
DAYS_OFFERED = 7
MOST_PAGES = 1_000_000  # a number beyond is no page, and no database could count so far


class Pages(Paginator):
    """The pages of a list, whose rows are counted up to `MOST_COUNTED` or a page beyond the one that is looked at.

    Of a page's rows the keys are found first, so that those before them are not read. Where one page holds all, they
    are looked for once, and not counted: of a search that finds little that is what takes long.
    """

    def __init__(self, rows, per_page, *, page, **options):
        super().__init__(rows, per_page, **options)
        self.most, self._asked = max(MOST_COUNTED, (page + 1) * per_page), page

    def keys(self, number):
        """This will return the keys of the rows on a page."""
        if number == self._asked == 1:
            return self._first[: self.per_page]
        return list(self._keys[(number - 1) * self.per_page : number * self.per_page])

    def page(self, number):
        page = super().page(number)
        page.object_list = self.object_list.filter(pk__in=self.keys(page.number))
        return page

    @property
    def _keys(self):
        return self.object_list.values_list("pk", flat=True)

    @cached_property
    def _first(self):
        return list(self._keys[: self.per_page + 1])

    @cached_property
    def _counted(self):
        if self._asked == 1 and len(self._first) <= self.per_page:
            return len(self._first)
        return self.object_list.order_by().values("pk")[: self.most + 1].count()

    @cached_property
    def count(self):
        """The number of rows, or of those that it is enough to know of."""
        return min(self._counted, self.most)

    @property
    def is_long(self):
        """Whether there are more rows than were counted."""
        return self._counted > self.most


class HouseList(ChangeList):
    """A list of the desk, see `Pages`, with what leads on to the next and the earlier rows."""

    def get_filters(self, request):
        """A number beyond what a database counts is no key of a row, and no database can be asked for it."""
        if any(BEYOND.search(value) for values in self.filter_params.values() for value in values):
            raise IncorrectLookupParameters
        return super().get_filters(request)

    def get_results(self, request):
        super().get_results(request)
        self.is_long = self.paginator.is_long
        self.later = self.earlier = ""
        if self.page_num == 1 and not self.multi_page:
            self.result_list = self.paginator.page(1).object_list
        if not self.multi_page or (self.show_all and self.can_show_all):
            return
        if self.page_num > 1:
            self.earlier = self.get_query_string({PAGE_VAR: self.page_num - 1})
        if self.page_num < self.paginator.num_pages:
            self.later = self.get_query_string({PAGE_VAR: self.page_num + 1})


def page_asked(request):
    """This will return the number of the page that a request asks a list for."""
    return min(number_of(request.GET.get(PAGE_VAR, "")) or 1, MOST_PAGES)


def values_in_use(model, column):
    """This will return the values that a column holds, in their order, by one look into its index for each.

    SELECT DISTINCT would read the whole table; the column is the first one of an index.
    """
    table, name = (connection.ops.quote_name(part) for part in (model._meta.db_table, column))
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH RECURSIVE used(value) AS (SELECT min({name}) FROM {table} UNION ALL "
            f"SELECT (SELECT min({name}) FROM {table} WHERE {name} > used.value) FROM used "
            "WHERE used.value IS NOT NULL) SELECT value FROM used WHERE value IS NOT NULL"
        )
        return [value for (value,) in cursor.fetchall()]


def by_value_of(column, heading):
    """This will return a list's filter by the values that a column of text holds, see `values_in_use`."""

    class ByValue(SimpleListFilter):
        title, parameter_name = heading, column

        def lookups(self, request, model_admin):
            return [(value, value) for value in values_in_use(model_admin.model, column)]

        def queryset(self, request, queryset):
            return queryset.filter(**{column: self.value()}) if self.value() else queryset

    return ByValue


class EntryList(HouseList):
    """The ledger's list. Which seal each entry of a page is under is asked for all of them at once."""

    def get_results(self, request):
        super().get_results(request)
        self.result_list = list(self.result_list)
        numbers = sealing.seals_of([entry.pk for entry in self.result_list])
        for entry in self.result_list:
            entry.seal_number = numbers.get(entry.pk)


class EntriesByPerson(SimpleListFilter):
    """The people who did something, by one look into the index of entries for each."""

    title, parameter_name = _("person"), "by"

    def lookups(self, request, model_admin):
        people = User.objects.filter(pk__in=values_in_use(Entry, "by_id"))
        return sorted(((str(person.pk), str(person)) for person in people), key=lambda pair: pair[1])

    def queryset(self, request, queryset):
        person = number_of(self.value() or "")
        return queryset if person is None else queryset.filter(by=person)


class EntriesByDay(SimpleListFilter):
    """One day of the ledger: one of the last, or any other that is typed."""

    title, parameter_name = _("day"), "day"
    template = "admin/ledger/entry/by_day.html"

    def lookups(self, request, model_admin):
        today = timezone.localdate()
        days = (today - timedelta(days=ago) for ago in range(DAYS_OFFERED))
        return [(day.isoformat(), date_format(day)) for day in days]

    def day(self):
        """This will return the day that is asked for, or None where it is none that clocks could be asked about."""
        try:
            day = parse_date(self.value() or "")
        except ValueError:
            return None
        return day if day and 1900 <= day.year < 9000 else None

    def choices(self, changelist):
        """This will also leave what the form of any other day carries along of the list's address."""
        others = changelist.filter_params
        self.carried = [(name, value) for name, values in others.items() if name != "day" for value in values]
        return super().choices(changelist)

    def queryset(self, request, queryset):
        day = self.day()
        if day is None:
            return queryset
        begins, ends = (timezone.make_aware(datetime.combine(one, time())) for one in (day, day + timedelta(days=1)))
        return queryset.filter(at__gte=begins, at__lt=ends)
