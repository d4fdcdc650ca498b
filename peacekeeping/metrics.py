"""What the house measures of itself, for Prometheus, at /metrics: for whoever has the token. Loaded where one is set.

A balancer hands each question to any process of the node. So each process writes its numbers into files of METRICS_DIR,
and whichever is asked adds all of them up (decision 25). What the database knows of the whole house it is asked then.
"""

import hmac
import os
import platform
import sys
import time

import django
from django.conf import settings
from django.contrib.auth.signals import user_login_failed
from django.core.signals import got_request_exception
from django.db import Error
from django.dispatch import receiver
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ledger import site_version
from reports import background

os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(settings.METRICS_DIR)  # the library looks once, as it is loaded
# isort: split
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

METHODS = {"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"}
BUCKETS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)  # seconds


def _writers():
    """This will return {id of a process that wrote numbers here: its files}."""
    found = {}
    for file in settings.METRICS_DIR.glob("*.db"):
        number = file.stem.rpartition("_")[2]
        if number.isdecimal():
            found.setdefault(int(number), []).append(file)
    return found


def _lives(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def begin_anew():
    """This will remove the numbers of before where every process that wrote them has ended: the node starts.

    While one of them lives, those of a worker that was replaced stay, or the sum of all would fall.
    """
    settings.METRICS_DIR.mkdir(parents=True, exist_ok=True)
    written = _writers()
    if not any(map(_lives, written)):
        for file in (file for files in written.values() for file in files):
            file.unlink(missing_ok=True)


begin_anew()
REQUESTS = Histogram(
    "peacekeeping_request_seconds", "Seconds until Django had an answer, of a stream its head.",
    ["method", "route", "status"], buckets=BUCKETS,
)  # fmt: skip
PAGES = Counter("peacekeeping_page_cache_answers", "Answers of the layer of ready pages.", ["result"])
PAGE_BYTES = Gauge("peacekeeping_page_cache_bytes", "Bytes of ready pages.", multiprocess_mode="livesum")
PAGE_COUNT = Gauge("peacekeeping_page_cache_pages", "Ready pages.", multiprocess_mode="livesum")
SERVED = Gauge(
    "peacekeeping_site_version_served", "The oldest version of the site of which a process serves ready pages.",
    multiprocess_mode="livemin",
)  # fmt: skip
SEEN = Gauge(
    "peacekeeping_site_version_seen_timestamp_seconds", "When the process that looked last of all saw its version.",
    multiprocess_mode="livemin",
)  # fmt: skip
for least in (SERVED, SEEN):  # a process that was asked for no page yet serves no version, and not one before all
    least.set(float("inf"))
ERRORS = Counter("peacekeeping_database_errors", "Requests that an error of the database ended.", ["kind"])
REFUSED = Counter("peacekeeping_sign_in_failures", "Passwords that were wrong.")
_requests, _told = {}, {"hit": 0, "miss": 0, "stale": 0}


class MeasuringMiddleware:
    """The outermost: measures each request that Django answers, by the name of its route."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        began = time.perf_counter()
        response = self.get_response(request)
        found = request.resolver_match
        key = request.method, found.view_name if found else "none", response.status_code
        measured = _requests.get(key) or _measured(*key)
        measured.observe(time.perf_counter() - began)
        return response


def _measured(method, route, status):
    """Who sends made-up methods to made-up addresses makes no row of their own."""
    known = method if method in METHODS else "other"
    made = REQUESTS.labels(known, route, status)
    if known == method:
        _requests[method, route, status] = made
    return made


def tell_of(front):
    """This will tell what the layer of ready pages has counted: its watch says when, and not each answer."""
    for result, count in (("hit", front.hits), ("miss", front.misses), ("stale", front.stale)):
        if count > _told[result]:
            PAGES.labels(result).inc(count - _told[result])
            _told[result] = count
    PAGE_BYTES.set(front.pages.size)
    PAGE_COUNT.set(len(front.pages))
    if (last := front.watch.last) is not None:
        SERVED.set(last.version)
        SEEN.set(time.time() - (time.monotonic() - front.watch.seen_at))


@receiver(got_request_exception, dispatch_uid="peacekeeping.count_errors_of_the_database")
def count_errors_of_the_database(sender, **kwargs):
    if isinstance(error := sys.exc_info()[1], Error):
        ERRORS.labels(type(error).__name__).inc()


@receiver(user_login_failed, dispatch_uid="peacekeeping.count_wrong_passwords")
def count_wrong_passwords(sender, **kwargs):
    REFUSED.inc()


class OfTheHouse:
    """What the database knows, the same from whichever node is asked."""

    def collect(self):
        build = GaugeMetricFamily("peacekeeping_build_info", "What runs here.", labels=["version", "python", "django"])
        build.add_metric([settings.CODE_VERSION, platform.python_version(), django.__version__], 1)
        yield build
        try:
            number, work = site_version.current(), background.backlog(timezone.now())
        except Error:
            yield GaugeMetricFamily("peacekeeping_database_up", "Whether the database answered.", 0)
            return
        yield GaugeMetricFamily("peacekeeping_database_up", "Whether the database answered.", 1)
        yield GaugeMetricFamily("peacekeeping_site_version", "The site's version in the database.", number)
        states = GaugeMetricFamily("peacekeeping_report_files", "Files of reports, by state.", labels=["state"])
        for state, count in work.files.items():
            states.add_metric([state], count)
        yield states
        tasks = GaugeMetricFamily("peacekeeping_tasks", "Tasks of the worker of two weeks.", labels=["status"])
        for status, count in work.tasks.items():
            tasks.add_metric([status], count)
        yield tasks
        yield GaugeMetricFamily(
            "peacekeeping_oldest_task_waits_seconds", "How long the oldest task waits for a worker.", work.waits
        )


@require_safe
@never_cache
def page(request):
    given = request.headers.get("Authorization", "")
    if not hmac.compare_digest(given.encode(), f"Bearer {settings.METRICS_TOKEN}".encode()):
        return HttpResponse(status=401, headers={"WWW-Authenticate": 'Bearer realm="metrics"'})
    for process in _writers():
        if not _lives(process):
            mark_process_dead(process)
    registry = CollectorRegistry()
    MultiProcessCollector(registry)
    registry.register(OfTheHouse())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
