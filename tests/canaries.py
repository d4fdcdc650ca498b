"""A house whose every private field of a person, a tour and a deployment holds a word that nobody may read."""

from datetime import date

from missions.models import Deployment, Person, Tour, Unit
from tests import makers

CANARIES = {
    "person": {
        "family_name": "CANARYFAMILY", "given_name": "CANARYGIVEN", "patronymic": "CANARYPATRONYMIC",
        "name_latin": "CANARYLATIN", "service_number": "CANARYNUMBER", "note": "CANARYNOTE",
    },
    "tour": {"appointment": "CANARYAPPOINTMENT", "rank": "CANARYRANK"},
    "deployment": {"place": "CANARYPLACE"},
    "unit": {"name_kk": "CANARYUNIT", "name_ru": "CANARYUNIT", "name_en": "CANARYUNIT"},
}  # fmt: skip
NUMBER_CANARIES = {"strength": 871, "women": 863, "authorised_strength": 877, "rotation": 859}


def plant(noon, editor):
    """This will make that house, with a public story, and return the story. No private field may be forgotten."""
    unit = Unit.objects.create(slug="unit", kind="formed_unit", **CANARIES["unit"])
    post = makers.golan_contingent(
        place="CANARYPLACE", start=date(1981, 3, 1), end=date(1989, 3, 2), unit=unit, cleared=(), **NUMBER_CANARIES
    )
    person = Person.objects.create(**CANARIES["person"], sex="f", born=date(1977, 7, 7))
    tour = Tour.objects.create(
        person=person, deployment=post, start=date(1982, 3, 1), end=date(1987, 1, 2), **CANARIES["tour"],
        casualty="injury", next_of_kin_told_at=noon.replace(year=1986),
    )  # fmt: skip
    story = makers.approved_story(noon, editor, body="<p>Text.</p>")
    for fields in CANARIES.values():
        for name, text in fields.items():
            assert any(getattr(row, name, None) == text for row in (person, tour, post, unit))
    numbers = {f.name for f in Deployment._meta.fields if f.get_internal_type().startswith("PositiveI")}
    assert numbers <= set(NUMBER_CANARIES)
    assert {f.name for f in Person._meta.fields if f.get_internal_type() in ("CharField", "TextField")} - {
        "sex", "born_precision"
    } == set(CANARIES["person"])  # fmt: skip
    assert {"appointment", "rank"} == {
        f.name for f in Tour._meta.fields if f.get_internal_type() in ("CharField", "TextField")
    } - {"start_precision", "end_precision", "casualty"}
    return story
