from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("examples", "0001_make_notes")]
    operations = [migrations.AddField("note", "kind", models.CharField(max_length=20, null=True))]
