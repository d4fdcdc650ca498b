from django.db import migrations, models

from ledger.migrating import AddIndexBesideReaders


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("examples", "0002_let_notes_have_a_kind")]
    operations = [AddIndexBesideReaders("note", models.Index(fields=["kind"], name="note_by_kind"))]
