import json

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, no_translations
from django.utils import timezone
from django.utils.translation import override

from articles import claims
from articles.models import Claim, Edition


class Command(BaseCommand):
    help = "Asks the record about every figure that public editions print, and writes nothing. 1: one is wrong."

    def add_arguments(self, parser):
        parser.add_argument("--json", action="store_true", help="Print JSON.")

    @no_translations
    def handle(self, **options):
        at = timezone.now()
        printed = Claim.objects.filter(edition__in=Edition.objects.published(at)).select_related("edition")
        rows = [_row(*one) for one in claims.compare(list(printed.order_by("edition", "place")), at=at)]
        if options["json"]:
            self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=1))
        else:
            for row in rows:
                self.stdout.write(
                    f"{row['edition']} [[{row['figure']}]] printed “{row['printed']}”; as of {row['as_of']}: "
                    f"{_told(row['then'])}; today: {_told(row['today'])}; {row['state']}"
                )
            self.stdout.write(f"{len(rows)} figures printed")
        wrong = sum(row["state"] == Claim.Verdict.WRONG for row in rows)
        if wrong:
            raise CommandError(f"{wrong} of {len(rows)} figures are wrong for their own date.", returncode=1)


def _row(claim, then, today, _is_told):
    return {
        "edition": settings.SITE_URL + _address(claim.edition),
        "place": claim.place,
        "figure": str(claim.question),
        "printed": claim.printed,
        "relation": claim.relation,
        "value": claim.value,
        "as_of": claim.as_of.isoformat(),
        "then": _answer(then),
        "today": _answer(today),
        "state": claims.verdict(claim, then, today).value,
    }


def _answer(answer):
    return {"value": answer.value, "low": answer.low, "high": answer.high, "reason": answer.reason}


def _told(answer):
    return answer["value"] if answer["value"] is not None else answer["reason"]


def _address(edition):
    """The address of this very edition, whatever followed it."""
    with override(edition.language):
        return f"{edition.get_absolute_url()}{edition.number}/"
