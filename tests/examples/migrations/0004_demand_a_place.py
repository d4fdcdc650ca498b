from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("examples", "0003_find_notes_by_kind_beside_readers")]
    operations = [migrations.AddField("note", "place", models.CharField(max_length=20, default=""))]
