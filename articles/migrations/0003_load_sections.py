from django.db import migrations

# The sections that every newsroom of this kind starts with; editors rename and add to them in the admin.
SECTIONS = [
    ("missions", "Миссиялар", "Миссии", "Missions"),
    ("people", "Адамдар", "Люди", "People"),
    ("history", "Тарих", "История", "History"),
    ("data", "Деректер", "Данные", "Data"),
]


def load_sections(apps, schema_editor):
    Section = apps.get_model("articles", "Section")
    for position, (slug, name_kk, name_ru, name_en) in enumerate(SECTIONS, start=1):
        Section.objects.get_or_create(
            slug=slug, defaults={"name_kk": name_kk, "name_ru": name_ru, "name_en": name_en, "position": position}
        )


class Migration(migrations.Migration):
    dependencies = [("articles", "0002_initial")]
    operations = [migrations.RunPython(load_sections, migrations.RunPython.noop)]
