import csv
from pathlib import Path

from django.db import migrations

# Codes of ISO 3166-1 with the UN's M49 numbers; names of the Unicode CLDR. Two former states that the UN's
# older files still name (YUG, SCG) are added. Regions came later: migration 0011.
COUNTRIES = Path(__file__).resolve().parent.parent / "countries.csv"
COLUMNS = ("iso3", "m49", "name_kk", "name_ru", "name_en")


def load_countries(apps, schema_editor):
    Country = apps.get_model("missions", "Country")
    with COUNTRIES.open(encoding="utf-8", newline="") as file:
        rows = [Country(**{name: row[name] for name in COLUMNS}) for row in csv.DictReader(file)]
    Country.objects.bulk_create(rows, ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("missions", "0001_initial")]
    operations = [migrations.RunPython(load_countries, migrations.RunPython.noop)]
