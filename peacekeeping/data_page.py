"""The page for who takes the data along: it speaks of two floors, so it stands above them."""

from django.conf import settings
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from articles.models import Edition
from missions import data_package, open_data, released
from peacekeeping import described

# What the links of the page ask, so that there is something to see.
EXAMPLES = {
    "/api/v1/": "",
    "/api/v1/missions": "?served=true",
    "/api/v1/missions/{slug}": "",
    "/api/v1/missions/{slug}/deployments": "",
    "/api/v1/contributions": "?contributor={contributor}&limit=20",
    "/api/v1/casualties": "?from=2010&limit=20",
    "/api/v1/figures": "",
    "/api/v1/figures/{key}": "?language={language}",
    "/api/v1/milestones": "?limit=20",
    "/api/v1/articles": "?language={language}&limit=5",
    "/api/v1/articles/{id}/{language}": "",
    "/api/v1/corrections": "?language={language}",
}


def data_page(request):
    """The downloads with their columns, and the interface with its parameters, in the reader's language."""
    stamp = released.stamp(at=request.at)
    tables = [
        {
            "name": table.name,
            "title": table.title,
            "description": table.description,
            "columns": table.columns,
            "facts": data_package.facts(table, at=request.at, stamp=stamp),
            "licence": table.licence,
            "address": reverse("data_file", args=[table.name]),
        }
        for table in open_data.TABLES.values()
    ]
    return render(
        request,
        "peacekeeping/data.html",
        {
            "day": timezone.localdate(request.at),
            "tables": tables,
            "operations": _operations(request.at),
            "openapi": f"{described.API}openapi.json",
            "linked_data": _dataset(request, tables),
            "own": open_data.CC_BY,
            "site": settings.SITE_URL,
        },
    )


def _operations(at):
    """What the OpenAPI description says of each operation, in the reader's language, with an address to try."""
    language = get_language()
    newest = Edition.objects.for_cards(language, at).first()
    known = {"slug": "undof", "key": "strength", "language": language, "contributor": settings.CONTRIBUTOR}
    if newest:
        known["id"] = newest.article_id
    operations = []
    for operation in described.operations():
        path = operation["path"]
        parameters = [{**each, "description": _(each["description"])} for each in operation["parameters"]]
        has_example = "{id}" not in path or newest
        example = (path + EXAMPLES[path]).format(**known) if has_example else ""
        operations.append({"path": path, "title": _(operation["title"]), "parameters": parameters, "example": example})
    return operations


def _dataset(request, tables):
    """This will return what the page says of its data to machines: schema.org's Dataset."""
    site = settings.SITE_URL
    return {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": _("Peacekeeping Record: the released record"),
        "description": _(
            "Missions, deployments, contributions and fatalities as this house may tell the public of them."
        ),
        "url": site + request.path,
        "license": open_data.CC_BY[2],
        "isAccessibleForFree": True,
        "creator": {"@type": "Organization", "name": _("Peacekeeping Record"), "url": site},
        "distribution": [
            *(
                {
                    "@type": "DataDownload",
                    "name": str(table["title"]),
                    "encodingFormat": "text/csv",
                    "contentUrl": site + table["address"],
                    "license": table["licence"][2],
                    **({"sha256": table["facts"].sha256} if table["facts"].sha256 else {}),
                }
                for table in tables
            ),
            {
                "@type": "DataDownload",
                "name": _("Data Package"),
                "encodingFormat": "application/json",
                "contentUrl": site + reverse("data_package"),
            },
        ],
    }
