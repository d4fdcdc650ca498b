from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("examples", "0004_demand_a_place")]
    operations = [migrations.AddIndex("note", models.Index(fields=["place"], name="note_by_place"))]
