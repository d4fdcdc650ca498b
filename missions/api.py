"""The record for machines: missions, contributions, casualties, figures, milestones. Only what is public."""

from datetime import date
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_noop
from ninja import Path, Query, Router
from ninja.errors import HttpError

from missions import asking, clearance, cursors, figures, released, schemas
from missions.cursors import Key
from missions.models.contribution import Contribution
from missions.models.country import Country
from missions.models.milestone import Milestone
from missions.models.mission import Mission
from missions.models.periods import iso_as_known

router = Router()
REFUSED = {400: schemas.Problem, 404: schemas.Problem}
IN_PATH = Path(pattern=schemas.NAME, description=schemas.MISSION_NAME)
LANGUAGES = ("kk", "ru", "en")


def paged(request, response, rows, name, keys, asked):
    """This will return (the rows of the page, the absolute address of the next one or None), the Link header set."""
    found, cursor = cursors.page(rows, name, keys, cursor=asked.cursor, limit=asked.limit)
    if not cursor:
        return found, None
    query = {**request.GET.dict(), "cursor": cursor}
    address = f"{settings.SITE_URL}{request.path}?{urlencode(query)}"
    response["Link"] = f'<{address}>; rel="next"'
    return found, address


def mission_of(name, missions=None):
    """This will return the one of `missions` with that acronym or address, or refuse aloud."""
    found = (Mission.objects if missions is None else missions).named(name).first()
    if found is None:
        raise Http404(f"The record has no mission {name}.")
    return found


def in_three(row, field):
    return {code: getattr(row, f"{field}_{code}") or None for code in LANGUAGES}


def in_each(tell):
    """This will return what `tell` returns in each language."""
    told = {}
    for code in LANGUAGES:
        with translation.override(code):
            told[code] = tell()
    return told


def source(row):
    """This will return a source as it is told, None where there is none."""
    return {"title": row.title, "publisher": row.publisher, "url": row.url or None} if row else None


def cited(sources):
    """This will return the sources of an answer or a claim, (title, publisher, address) each, as they are told."""
    return [{"title": title, "publisher": publisher, "url": url or None} for title, publisher, url in sources]


# --- Missions ---------------------------------------------------------------------------------------------------


@router.get("/missions", response={200: schemas.Missions, **REFUSED}, summary=gettext_noop("Missions"), tags=["record"])
def missions(request, response: HttpResponse, asked: Query[schemas.MissionsAsked]):
    """Missions abroad by acronym: the UN's, and others that the record holds."""
    served = clearance.missions_served(at=request.at)
    rows = Mission.objects.for_machines()
    if asked.as_of:
        rows = rows.on(asked.as_of).exclude(start__isnull=True)  # of a mission without a start nobody can say
    if asked.kind:
        rows = rows.filter(kind=asked.kind)
    if asked.served is not None:
        rows = rows.filter(pk__in=served) if asked.served else rows.exclude(pk__in=served)
    found, address = paged(request, response, rows, "missions", [Key("acronym", str)], asked)
    return {"items": [_mission(row, served) for row in found], "next": address}


@router.get(
    "/missions/{slug}",
    response={200: schemas.MissionTold, **REFUSED},
    summary=gettext_noop("A mission"),
    tags=["record"],
)
def mission(request, slug: str = IN_PATH):
    """One mission, by its slug or one of its acronyms."""
    return _mission(mission_of(slug, Mission.objects.for_machines()), clearance.missions_served(at=request.at))


def _mission(row, served):
    return {
        "acronym": row.acronym,
        "other_acronyms": sorted(alias.acronym for alias in row.aliases.all()),
        "slug": row.slug,
        "names": in_three(row, "name"),
        "kind": row.kind,
        "is_un": row.is_un,
        "start": row.start_as_known or None,
        "start_precision": row.start_precision if row.start else None,
        "end": row.last_day_as_known or None,
        "end_precision": row.end_precision if row.end else None,
        "host_countries": [
            {"iso3": country.iso3, "names": in_three(country, "name")}
            for country in sorted(row.host_countries.all(), key=lambda country: country.iso3)
        ],
        "headquarters": row.headquarters or None,
        "longitude": row.longitude,
        "latitude": row.latitude,
        "mandate": in_three(row, "mandate"),
        "served": row.pk in served,
        "source": source(row.source),
        "pages": in_each(lambda: settings.SITE_URL + reverse("mission", args=[row.slug])),
    }


@router.get(
    "/missions/{slug}/deployments", response={200: schemas.Deployments, **REFUSED},
    summary=gettext_noop("Deployments to a mission"), tags=["record"],
)  # fmt: skip
def deployments(request, slug: str = IN_PATH):
    """The country's deployments to a mission, as far as each field is cleared: what is not, is null."""
    found = clearance.deployments(mission_of(slug), at=request.at)
    return {"items": [_deployment(row) for row in found]}


def _deployment(row):
    return {
        "mission": row.mission.acronym,
        "kind": row.kind_code,
        "rotation": row.rotation,
        "start": row.start or None,
        "end": row.end or None,
        "unit": dict(zip(LANGUAGES, (name or None for name in row.unit_names), strict=True)) if row.unit else None,
        "strength": row.strength,
        "is_small_group": row.is_small,
        "women": row.women,
        "authorised_strength": row.authorised_strength,
        "place": row.place or None,
        "source": source(row.source),
    }


# --- What the UN publishes --------------------------------------------------------------------------------------


@router.get(
    "/contributions",
    response={200: schemas.Contributions, **REFUSED},
    summary=gettext_noop("Contributions by month"),
    tags=["record"],
)
def contributions(request, response: HttpResponse, asked: Query[schemas.ContributionsAsked]):
    """The UN's figures by contributor, mission, month and personnel type, in persons, of one measure at a time."""
    rows = Contribution.objects.known(_known_at(request, asked)).filter(measure=asked.measure)
    if asked.contributor:
        country = Country.objects.filter(iso3=asked.contributor).first()
        if country is None:
            raise Http404(f"The record has no country {asked.contributor}.")
        rows = rows.filter(contributor=country)
    if asked.mission:
        rows = rows.filter(mission=mission_of(asked.mission))
    if asked.from_:
        rows = rows.filter(month__gte=asked.from_)
    if asked.to:
        rows = rows.filter(month__lte=asked.to)
    if asked.personnel_type:
        rows = rows.filter(personnel_type=asked.personnel_type)
    rows = rows.select_related("contributor", "mission", "run__source").defer("run__plan")
    found, address = paged(request, response, rows, "contributions", [Key("pk", int)], asked)
    return {"items": [_contribution(row) for row in found], "next": address}


def _known_at(request, asked):
    """What this house knew at a moment, and never what it will know: None stands for now."""
    return asked.as_of if asked.as_of and asked.as_of < request.at else None


def _contribution(row):
    return {
        "contributor": row.contributor.iso3,
        "mission": row.mission.acronym,
        "month": row.month,
        "measure": row.measure,
        "personnel_type": row.personnel_type,
        "men": row.men,
        "women": row.women,
        "total": row.total,
        "known_from": row.known_from,
        "source": source(row.run.source),
    }


@router.get(
    "/casualties",
    response={200: schemas.Casualties, **REFUSED},
    summary=gettext_noop("Fatalities by year"),
    tags=["record"],
)
def casualties(request, response: HttpResponse, asked: Query[schemas.CasualtiesAsked]):
    """Fatalities of all nations that the UN reports, counted by mission, year and type of incident."""
    rows = released.casualties_by_year(_known_at(request, asked))
    if asked.mission:
        rows = rows.filter(mission=mission_of(asked.mission))
    if asked.from_:
        rows = rows.filter(year__gte=asked.from_)
    if asked.to:
        rows = rows.filter(year__lte=asked.to)
    if asked.incident_type:
        rows = rows.filter(incident_type=asked.incident_type)
    keys = [Key("mission__acronym", str), Key("year", int), Key("incident_type", str)]
    found, address = paged(request, response, rows, "casualties", keys, asked)
    return {"items": [{**row, "mission": row["mission__acronym"]} for row in found], "next": address}


# --- Figures ----------------------------------------------------------------------------------------------------


@router.get(
    "/figures",
    response={200: schemas.Figures, 400: schemas.Problem},
    summary=gettext_noop("The figures"),
    tags=["record"],
)
def figure_list(request):
    """Every figure that can be asked, with its unit and its parameters."""
    return {"items": [_kind_of_figure(figure) for figure in figures.VOCABULARY.values()]}


def _kind_of_figure(figure):
    parameters = []
    if figure.mission != "none":
        parameters.append({"name": "mission", "required": figure.mission == "required", "values": None})
    if figure.by_kind:
        parameters.append({"name": "kind", "required": False, "values": list(figures.KINDS)})
    return {
        "key": figure.key,
        "label": in_each(lambda: str(figure.label)),
        "unit": figure.unit,
        "unit_label": in_each(lambda: figures.unit_label(figure.unit, 5)),
        "parameters": parameters,
        "address": f"{settings.SITE_URL}{reverse('api-1:figure', args=[figure.key])}",
    }


@router.get(
    "/figures/{key}",
    response={200: schemas.FigureTold, **REFUSED},
    summary=gettext_noop("A figure"),
    tags=["record"],
    url_name="figure",
)
def figure(
    request, asked: Query[schemas.FigureAsked], key: str = Path(pattern=schemas.KEY, description=schemas.FIGURE_KEY)
):
    """What the record answers for a day, as the public may know it: a value, its bounds, or why there is none."""
    if key not in figures.VOCABULARY:
        raise Http404(f"There is no figure “{key}”.")
    today = timezone.localdate(request.at)
    day = asked.as_of or today
    if day > today:
        raise HttpError(400, "The record answers for days up to today.")
    mission = mission_of(asked.mission).acronym if asked.mission else ""
    parts = [key, mission and f"mission={mission.replace(' ', '_')}", asked.kind and f"kind={asked.kind}"]
    with translation.override(asked.language):
        try:
            question = figures.parse(" ".join(part for part in parts if part))
        except figures.UnknownFigure as error:
            raise HttpError(400, str(error)) from error
        (answer,) = asking.ask([(question, day)], at=request.at)
        return _answer(answer, day)


def _answer(answer, day):
    return {
        "key": answer.question.key,
        "parameters": answer.question.parameters,
        "label": str(answer.label),
        "asked_for": day,
        "as_of": answer.as_of,
        "value": answer.value,
        "low": answer.low,
        "high": answer.high,
        "unit": answer.unit,
        "unit_label": answer.unit_label,
        "reason": answer.reason or None,
        "sources": cited(answer.sources),
    }


# --- Milestones -------------------------------------------------------------------------------------------------


@router.get(
    "/milestones", response={200: schemas.Milestones, **REFUSED}, summary=gettext_noop("Milestones"), tags=["record"]
)
def milestones(request, response: HttpResponse, asked: Query[schemas.MilestonesAsked]):
    """Dated events of the country's peacekeeping, the earliest first."""
    rows = Milestone.objects.told(at=request.at).select_related("mission", "source")
    if asked.mission:
        rows = rows.filter(mission=mission_of(asked.mission))
    if asked.from_:
        rows = rows.filter(date__gte=asked.from_)
    for last in filter(None, (asked.to, asked.as_of)):
        rows = rows.filter(date__lte=last)
    found, address = paged(request, response, rows, "milestones", [Key("date", date), Key("pk", int)], asked)
    return {"items": [_milestone(row) for row in found], "next": address}


def _milestone(row):
    return {
        "id": row.pk,
        "date": iso_as_known(row.date, row.precision),
        "precision": row.precision,
        "titles": in_three(row, "title"),
        "texts": in_three(row, "text"),
        "mission": row.mission.acronym if row.mission else None,
        "source": source(row.source),
    }
