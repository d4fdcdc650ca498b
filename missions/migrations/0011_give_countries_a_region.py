import csv
from pathlib import Path

from django.db import migrations, models
from django.utils import timezone

# The regions are those of the Unicode CLDR, which follows the UN's M49; Antarctica has none there.
COUNTRIES = Path(__file__).resolve().parent.parent / "countries.csv"


def fill_regions(apps, schema_editor):
    """Each country of the list gets its region, and its history says so."""
    Country, Past = (apps.get_model("missions", name) for name in ("Country", "HistoricalCountry"))
    with COUNTRIES.open(encoding="utf-8", newline="") as file:
        regions = {row["iso3"]: row["region"] for row in csv.DictReader(file)}
    changed = []
    for country in Country.objects.filter(region="").order_by("pk"):
        country.region = regions.get(country.iso3, "")
        if country.region:
            changed.append(country)
    Country.objects.bulk_update(changed, ["region"], batch_size=100)
    columns = [field.attname for field in Country._meta.concrete_fields]
    Past.objects.bulk_create(
        Past(
            **{name: getattr(country, name) for name in columns}, history_date=timezone.now(), history_type="~",
            history_change_reason="region after the UN's M49",
        )
        for country in changed
    )


class Migration(migrations.Migration):

    dependencies = [
        ('missions', '0010_let_every_path_keep_history'),
    ]

    operations = [
        migrations.AddField(
            model_name='country',
            name='region',
            field=models.CharField(blank=True, choices=[('africa', 'Africa'), ('americas', 'Americas'), ('asia', 'Asia'), ('europe', 'Europe'), ('oceania', 'Oceania')], help_text="By the UN's standard M49. The list of missions can be narrowed down by it.", max_length=8, verbose_name='region'),
        ),
        migrations.AddField(
            model_name='historicalcountry',
            name='region',
            field=models.CharField(blank=True, choices=[('africa', 'Africa'), ('americas', 'Americas'), ('asia', 'Asia'), ('europe', 'Europe'), ('oceania', 'Oceania')], help_text="By the UN's standard M49. The list of missions can be narrowed down by it.", max_length=8, verbose_name='region'),
        ),
        migrations.RunPython(fill_regions, migrations.RunPython.noop),
    ]
