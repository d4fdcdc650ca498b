"""The files of the released record, and what describes them. Their addresses have no language: the files have all."""

from django.conf import settings
from django.http import Http404, JsonResponse, StreamingHttpResponse
from django.urls import reverse

from missions import data_package, open_data, released


def csv_file(request, name):
    """One table as CSV, streamed: a million rows never lie in memory together."""
    table = open_data.TABLES.get(name)
    if table is None:
        raise Http404
    chunks = data_package.chunks(table, at=request.at, stamp=released.stamp(at=request.at))
    response = StreamingHttpResponse(chunks, content_type="text/csv; charset=utf-8; header=present")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response["Link"] = f'<{settings.SITE_URL}{reverse("csvw")}>; rel="describedby"; type="application/csvm+json"'
    return response


def data_package_json(request):
    """The Frictionless Data Package of all tables."""
    return _json(data_package.frictionless(at=request.at), "application/json")


def csvw_json(request):
    """The metadata of all tables for CSV on the Web."""
    return _json(data_package.csvw(), "application/csvm+json")


def _json(values, content_type):
    return JsonResponse(values, content_type=content_type, json_dumps_params={"ensure_ascii": False, "indent": 1})
