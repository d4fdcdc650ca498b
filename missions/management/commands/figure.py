import datetime
import json

from django.core.management.base import BaseCommand, CommandError, no_translations
from django.utils import timezone

from missions import dates, figures
from missions.models import Country


class Command(BaseCommand):
    help = "Answers a figure of the vocabulary: its value, unit, day, sources and the rows behind it."

    def add_arguments(self, parser):
        parser.add_argument("question", help="Such as 'strength mission=UNDOF'.")
        parser.add_argument("--on", help="The day that is asked for (YYYY-MM-DD). Today, without it.")
        parser.add_argument("--known-on", help="What this house knew at the end of that day, or at that moment.")
        parser.add_argument("--contributor", help="The ISO code of another country than the house's own.")
        parser.add_argument("--json", action="store_true", help="Print JSON.")

    @no_translations
    def handle(self, *, question, on, known_on, contributor, **options):
        day = _day(on, "--on") if on else timezone.localdate()
        if contributor and not Country.objects.filter(iso3=contributor).exists():
            raise CommandError(f"--contributor: {contributor} is not the ISO code of a country in the record.")
        try:
            asked = figures.parse(question)
        except figures.UnknownFigure as error:
            raise CommandError(str(error)) from error
        answer = figures.ask(
            asked, on=day, known_at=_moment(known_on) if known_on else None, contributor=contributor, in_detail=True
        )
        if options["json"]:
            self.stdout.write(json.dumps(_as_json(answer), ensure_ascii=False, indent=1))
            return
        value = answer.value if answer.value is not None else answer.reason
        self.stdout.write(f"{answer.label}: {value} {answer.unit_label if answer.value is not None else ''}".rstrip())
        self.stdout.write(f"as of {answer.as_of}")
        for title, publisher, url in answer.sources:
            self.stdout.write(f"source: {publisher}: {title} {url}".rstrip())
        for row in answer.rows:
            self.stdout.write(f"  {row}")


def _day(text, option):
    try:
        return datetime.date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"{option}: {text} is not a date of the form YYYY-MM-DD.") from error


def _moment(text):
    try:
        return dates.moment(text)
    except ValueError as error:
        raise CommandError(f"--known-on: {text} is not a date of the form YYYY-MM-DD.") from error


def _as_json(answer):
    return {
        "figure": str(answer.question), "value": answer.value, "low": answer.low, "high": answer.high,
        "unit": answer.unit, "as_of": answer.as_of.isoformat(), "reason": answer.reason,
        "sources": [
            {"title": title, "publisher": publisher, "address": url} for title, publisher, url in answer.sources
        ],
        "rows": list(answer.rows),
    }  # fmt: skip
