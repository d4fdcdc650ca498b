from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("articles", "0012_find_stories_by_their_hour")]

    operations = [
        migrations.RemoveIndex(model_name="edition", name="edition_newest_first"),
        migrations.AddIndex(
            model_name="edition",
            index=models.Index(
                fields=[
                    "language", "-day", "-public_from", "-id", "approved_at", "withdrawn_at", "suppressed_at",
                    "public_until", "article", "number",
                ],
                name="edition_in_force_newest_first",
            ),
        ),
        migrations.AddIndex(
            model_name="edition",
            index=models.Index(
                condition=models.Q(number__gt=1), fields=["article", "language", "number"], name="edition_later_ones"
            ),
        ),
    ]
