from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("articles", "0013_walk_what_is_in_force_by_an_index")]

    operations = [
        migrations.AddIndex(
            model_name="edition",
            index=models.Index(fields=["-day", "-public_from", "-id"], name="edition_newest_of_all"),
        ),
        migrations.AddIndex(
            model_name="edition",
            index=models.Index(
                condition=models.Q(public_until__isnull=False), fields=["public_until"], name="edition_ending"
            ),
        ),
        migrations.AddIndex(
            model_name="edition",
            index=models.Index(
                condition=models.Q(suppressed_at__isnull=False), fields=["suppressed_at"], name="edition_suppressed"
            ),
        ),
    ]
