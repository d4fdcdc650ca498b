from django.db import migrations, models

from articles import naming


def bind(apps, schema_editor):
    """This will bind approved editions to the places that they print, where a clearance let them."""
    Edition, Clearance = apps.get_model("articles", "Edition"), apps.get_model("missions", "Clearance")
    cleared = set(Clearance.objects.filter(field="place").values_list("deployment", flat=True))
    if not cleared:
        return
    for edition in Edition.objects.filter(approved_at__isnull=False).defer("rendered").order_by("pk").iterator():
        uses = edition.photo_uses.filter(photo__isnull=False).select_related("photo").order_by("place")
        found = set().union(*(ids for ids, _words, _field in naming.places(naming.texts_of(edition, uses))))
        edition.named_places.set(found & cleared)


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0006_keep_photos_as_they_were_printed"),
        ("missions", "0010_let_every_path_keep_history"),
    ]
    operations = [
        migrations.AddField(
            model_name="edition",
            name="named_places",
            field=models.ManyToManyField(editable=False, related_name="placed_in", to="missions.deployment"),
        ),
        migrations.RunPython(bind, migrations.RunPython.noop, elidable=True),
    ]
