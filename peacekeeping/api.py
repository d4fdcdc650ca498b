"""The interface for machines, version 1: the floors' routers under one roof, with one way to refuse.

Its documentation stands on the page of the downloads: the one that the library brings loads from another host.
"""

import inspect
from functools import wraps

from django.conf import settings
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext_noop
from ninja import NinjaAPI, Schema
from ninja.errors import HttpError, ValidationError
from ninja.renderers import JSONRenderer
from pydantic import Field

from articles.api import router as newsroom
from ledger import site_version
from missions.api import router as record
from missions.cursors import Garbled
from missions.schemas import Problem
from peacekeeping.described import API
from peacekeeping.problems import PROBLEM, problem

DESCRIPTION = (
    "The released record and the stories of this house, read-only. Everything here is public: what is not cleared is "
    "null or absent. Lists are read page by page: follow `next`. Every answer has an ETag; send it back as "
    "If-None-Match and an answer that did not change costs nothing (304). Days are those of Almaty. Refusals are "
    "application/problem+json (RFC 9457), in English."
)


class Readable(JSONRenderer):
    """JSON in which Kazakh and Russian can be read."""

    json_dumps_params = {"ensure_ascii": False}


class Api(NinjaAPI):
    """Ninja's, with problems under their own media type, and optional parameters that are left out rather than null."""

    described = None

    def get_openapi_schema(self, **kwargs):
        """This will return the OpenAPI description, made once: it does not change while the site runs."""
        if self.described is None:
            schema = super().get_openapi_schema(**kwargs)
            for path in schema["paths"].values():
                for operation in path.values():
                    _describe(operation)
            self.described = schema
        return self.described


def _describe(operation):
    for parameter in operation["parameters"]:
        parameter["schema"] = _never_null(parameter["schema"])
    for status, response in operation["responses"].items():
        if int(status) >= 400:
            response["content"] = {PROBLEM: response["content"]["application/json"]}
    operation["responses"][304] = {"description": "Nothing changed since the ETag of If-None-Match."}


def _never_null(schema):
    """This will return a parameter's schema without the null that stands for "not given" in the code."""
    kinds = [kind for kind in schema.get("anyOf", ()) if kind != {"type": "null"}]
    rest = {name: value for name, value in schema.items() if name not in ("anyOf", "default")}
    if not kinds:
        return schema
    return {**rest, **kinds[0]} if len(kinds) == 1 else {**rest, "anyOf": kinds}


api = Api(
    title="Peacekeeping Record",
    version="1.0.0",
    description=DESCRIPTION,
    docs_url=None,
    renderer=Readable(),
    urls_namespace="api-1",
    servers=[{"url": settings.SITE_URL, "description": "This site."}],
    openapi_extra={
        "info": {"license": {"name": "CC BY 4.0", "identifier": "CC-BY-4.0"}},
        "tags": [
            {"name": "record", "description": "What the record holds and the public may know."},
            {"name": "newsroom", "description": "Stories and corrections."},
        ],
    },
)


def only_known_parameters(operation):
    """Refuses a parameter that the operation does not take: a slip of the pen must not widen what is answered."""
    taken = set()
    for parameter in inspect.signature(operation).parameters.values():
        model = getattr(parameter.annotation, "__origin__", parameter.annotation)
        if isinstance(model, type) and issubclass(model, Schema):
            taken |= {field.alias or name for name, field in model.model_fields.items()}

    @wraps(operation)
    def answer(request, *args, **kwargs):
        if unknown := sorted(request.GET.keys() - taken):
            known = ", ".join(sorted(taken)) or "none"
            raise HttpError(400, f"There is no parameter “{unknown[0]}” here; there are: {known}.")
        return operation(request, *args, **kwargs)

    return answer


@api.exception_handler(Garbled)
def garbled(request, error):
    return problem(400, error)


@api.exception_handler(HttpError)
def refused(request, error):
    return problem(error.status_code, error)


@api.exception_handler(Http404)
def not_found(request, error):
    return problem(404, str(error) or "There is nothing at this address.")


@api.exception_handler(ValidationError)
def invalid(request, error):
    """Each wrong parameter with what is wrong about it, in one sentence each."""
    said = [f"{wrong['loc'][-1]}: {wrong['msg'].removeprefix('Value error, ')}" for wrong in error.errors]
    return problem(400, "; ".join(said))


class Welcome(Schema):
    title: str = Field(description="What this is.")
    version: int = Field(
        description="Number of the site's version; it rises with every change that the public can see."
    )
    documentation: str = Field(description="Address of the page that describes the interface and the downloads.")
    openapi: str = Field(description="Address of the OpenAPI description.")
    data_package: str = Field(description="Address of the Frictionless Data Package.")
    csvw: str = Field(description="Address of the metadata for CSV on the Web.")


@api.get("/", response={200: Welcome, 400: Problem}, summary=gettext_noop("Where to begin"), tags=["record"])
def welcome(request):
    """Where everything stands."""
    names = {
        "documentation": "downloads",
        "openapi": "api-1:openapi-json",
        "data_package": "data_package",
        "csvw": "csvw",
    }
    addresses = {field: settings.SITE_URL + reverse(name) for field, name in names.items()}
    return {"title": api.title, "version": site_version.current(), **addresses}


for router in (record, newsroom):
    api.add_router("", router)
api.add_decorator(only_known_parameters, mode="operation")


def operations():
    """This will return [{path, title, parameters: [{name, description, choices}]}] of all that can be asked."""
    return [
        {
            "path": path,
            "title": methods["get"]["summary"],
            "parameters": [
                {key: parameter[key] for key in ("name", "description")}
                | {"choices": parameter["schema"].get("enum", [])}
                for parameter in methods["get"]["parameters"]
            ],
        }
        for path, methods in api.get_openapi_schema(path_prefix=API)["paths"].items()
    ]
