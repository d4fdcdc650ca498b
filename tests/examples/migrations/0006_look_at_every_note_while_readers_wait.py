from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("examples", "0005_find_notes_by_place_while_writers_wait")]
    operations = [
        migrations.AddConstraint(
            "note", models.CheckConstraint(name="note_has_words", condition=~models.Q(words=""))
        )
    ]
